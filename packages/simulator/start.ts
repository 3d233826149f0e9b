// An app on a simulated board, served to the browser; changed sources restart the board.
import { BOOTS, GOOD_IMAGE } from "../../src/agent/marks.ts";
import { run } from "../command/mistake.ts";
import { appSource, watchedFolders } from "../image/app.ts";
import { buildApp } from "../image/code.ts";
import { type BoardContents, boardContents } from "../image/contents.ts";
import { shownName } from "../image/names.ts";
import { watchSources } from "../image/watch.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import type { Board } from "./board.ts";
import { CHIPS, type Chip } from "./chips.ts";
import { fillFlash, loadRegion, regionWith } from "./contents.ts";
import { heapLeft } from "./heap-left.ts";
import { type CodeChoice, chosenCode, needLua, parseCount, parsePort, simulate } from "./simulate.ts";

/** What the command line says, as it was typed. */
export interface StartOptions {
  /** The app's folder. */
  app: string;
  port: string;
  chip: Chip;
  lua: LuaVersion;
  numbers: NumberKind;
  code: CodeChoice;
  heap?: string;
  serial?: true;
}

/** What the board is to be, once the command line has been understood. */
interface Wanted extends Pick<StartOptions, "chip" | "lua" | "numbers"> {
  heap: number;
}

/** The screen, on which the board's console and our own lines take turns. */
class Screen {
  #lineIsOpen = false;

  readonly print = (text: string): void => {
    this.#lineIsOpen = !text.endsWith("\n");
    process.stdout.write(text);
  };

  say(text: string): void {
    if (this.#lineIsOpen) this.print("\n");
    this.print(`${text}\n`);
  }
}

/**
 * Runs an app until Ctrl-C.
 * @throws Mistake for options that have no meaning, and for errors in the sources
 */
export async function start(options: StartOptions): Promise<void> {
  const port = parsePort(options.port);
  const { chip, lua, numbers } = options;
  needLua(lua, numbers);
  const heap = options.heap === undefined ? CHIPS[chip].heap : parseCount("--heap", options.heap, 1);
  const wanted: Wanted = { chip, lua, numbers, heap };
  const app = appSource(options.app);
  const code = chosenCode(options.code);
  const built = await buildApp(app, "compact", numbers);
  const contents = boardContents(built, code, lua, numbers, options.serial);
  const screen = new Screen();

  let end = () => {};
  const board: Board = simulate(contents.files, {
    ...wanted,
    port,
    ...(contents.image ? { lfs: regionWith(contents.image, numbers, lua) } : {}),
    console: screen.print,
    listening: (boardPort, url) => screen.say(listening(board, boardPort, url, wanted)),
    failed: (mistake) => {
      end();
      void run(async () => {
        throw mistake;
      });
    },
  });
  screen.say(`the board starts with ${listed(contents)}; Ctrl-C stops it`);
  const [here, there, elsewhere] =
    code === "lfs"
      ? (["in flash", "in RAM (--code ram)", "bytecode"] as const)
      : (["in RAM", "in flash (--code lfs)", "lfs"] as const);
  const other = boardContents(built, elsewhere, lua, numbers);
  screen.say(
    `with its code ${here}, the app leaves ${left(contents, wanted)}; ${there} it would leave ${left(other, wanted)}`,
  );
  if (options.serial) {
    const { openPty } = await import("./serial/pty.ts");
    screen.say(`the board's serial port: ${openPty(board).path}`);
  }

  let building = Promise.resolve();
  const rebuild = async () => {
    await run(async () => {
      const changed = boardContents(
        await buildApp(app, "compact", numbers),
        code,
        lua,
        numbers,
        options.serial,
      );
      fillFlash(board, changed.files);
      if (changed.image && board.lfs) loadRegion(board.lfs, changed.image.file, numbers, lua);
      // as after a deployment: a new version has a clean record
      for (const name of [BOOTS, GOOD_IMAGE]) board.files.remove(name);
      screen.say("the sources have changed: the board restarts");
      board.restart("node.restart");
    });
    // an error in the sources is told; the next change is another chance
    process.exitCode = 0;
  };
  const watcher = watchSources(watchedFolders(app), () => {
    building = building.then(rebuild);
  });
  end = () => {
    board.stop();
    void watcher.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      end();
      process.exit(0);
    });
  }
}

/** What says that a port of the board is open. */
function listening(
  board: Board,
  boardPort: number,
  url: string,
  { chip, lua, numbers, heap }: Wanted,
): string {
  board.firmware.vm.collect();
  const free = `${board.firmware.heapFree} of ${heap} bytes of heap are free`;
  return `port ${boardPort} of the board (${CHIPS[chip].name}, Lua ${lua}${numbers === "integer" ? " with integers" : ""}; ${free}): ${url}/`;
}

/** What is in the board's flash, for a person. */
function listed({ files, image }: BoardContents): string {
  const inStore = (of: LfsFile) => `${of.names.join(" and ")} in its Lua flash store (${of.size} bytes)`;
  const inFiles = Object.entries(files).map(
    ([name, content]) => `${shownName(name)} (${content.length} bytes)`,
  );
  return [...(image ? [inStore(image)] : []), ...inFiles].join(", ");
}

/** How much heap an app leaves, or why it does not start. */
function left(contents: BoardContents, wanted: Wanted): string {
  const { free, failed } = heapLeft(contents, wanted);
  return failed === undefined
    ? `${free} of ${wanted.heap} bytes of heap`
    : `nothing: it does not start (${failed})`;
}
