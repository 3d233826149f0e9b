// npm start: an app on a simulated board, served to the browser; changed sources restart the board.
import { watch } from "chokidar";
import { Command } from "commander";
import { run } from "../packages/command/mistake.ts";
import { appSource, HTTPSERVER } from "../packages/image/build.ts";
import { buildApp } from "../packages/image/code.ts";
import { shownName } from "../packages/image/names.ts";
import type { NumberKind } from "../packages/lua-vm/proto.ts";
import type { LuaVersion } from "../packages/lua-vm/vm/dialect.ts";
import { CHIPS, type Chip } from "../packages/simulator/chips.ts";
import {
  type BoardContents,
  boardContents,
  fillFlash,
  loadRegion,
  regionWith,
} from "../packages/simulator/contents.ts";
import { heapLeft } from "../packages/simulator/heap-left.ts";
import {
  type CodeChoice,
  chipOption,
  chosenCode,
  codeOption,
  luaOption,
  needLua,
  numbersOption,
  parseCount,
  parsePort,
  simulate,
} from "../packages/simulator/simulate.ts";

const options = new Command("npm start --")
  .description("Builds an app, runs it on a simulated NodeMCU board and serves it to your browser.")
  .option("--port <number>", "the computer's port for port 80 of the board", "8080")
  .option("--app <folder>", "the app: a folder with an index.ts", "examples/dashboard")
  .option("--serial", "give the board's console a pseudo-terminal that serial tools can open")
  .addOption(chipOption())
  .addOption(luaOption())
  .addOption(numbersOption())
  .addOption(codeOption())
  .option(
    "--heap <bytes>",
    `free heap of the freshly started board (default: ${CHIPS.esp8266.heap}, with ESP32 ${CHIPS.esp32.heap})`,
  )
  .parse()
  .opts<{
    port: string;
    app: string;
    chip: Chip;
    lua: LuaVersion;
    numbers: NumberKind;
    code: CodeChoice;
    heap?: string;
    serial?: true;
  }>();

await run(async () => {
  const port = parsePort(options.port);
  const { chip, lua, numbers } = options;
  needLua(lua, numbers);
  const heap = options.heap === undefined ? CHIPS[chip].heap : parseCount("--heap", options.heap, 1);
  const app = appSource(options.app);
  const code = chosenCode(options.code);
  const built = await buildApp(app, "compact", numbers);
  const contents = boardContents(built, code, lua, numbers);
  const { files, image } = contents;

  const left = (what: BoardContents): string => {
    const { free, failed } = heapLeft(what, { chip, lua, numbers, heap });
    return failed === undefined
      ? `${free} of ${heap} bytes of heap`
      : `nothing: it does not start (${failed})`;
  };

  let lineIsOpen = false;
  const print = (text: string) => {
    lineIsOpen = !text.endsWith("\n");
    process.stdout.write(text);
  };
  const say = (text: string) => {
    if (lineIsOpen) print("\n");
    print(`${text}\n`);
  };

  const board = simulate(files, {
    chip,
    lua,
    numbers,
    port,
    heap,
    ...(image ? { lfs: regionWith(image, numbers, lua) } : {}),
    console: print,
    listening: (boardPort, url) => {
      board.firmware.vm.collect();
      const free = `${board.firmware.heapFree} of ${heap} bytes of heap are free`;
      say(
        `port ${boardPort} of the board (${CHIPS[chip].name}, Lua ${lua}${numbers === "integer" ? " with integers" : ""}; ${free}): ${url}/`,
      );
    },
    failed: (mistake) => {
      board.stop();
      void watcher.close();
      void run(async () => {
        throw mistake;
      });
    },
  });
  say(
    `the board starts with ${[
      ...(image ? [`${image.names.join(" and ")} in its Lua flash store (${image.size} bytes)`] : []),
      ...Object.entries(files).map(([name, content]) => `${shownName(name)} (${content.length} bytes)`),
    ].join(", ")}; Ctrl-C stops it`,
  );
  const [here, there, elsewhere] =
    code === "lfs"
      ? (["in flash", "in RAM (--code ram)", "bytecode"] as const)
      : (["in RAM", "in flash (--code lfs)", "lfs"] as const);
  say(
    `with its code ${here}, the app leaves ${left(contents)}; ${there} it would leave ${left(boardContents(built, elsewhere, lua, numbers))}`,
  );

  if (options.serial) {
    const { openPty } = await import("../packages/simulator/serial/pty.ts");
    say(`the board's serial port: ${openPty(board).path}`);
  }

  let building = Promise.resolve();
  const rebuild = () => {
    building = building.then(() =>
      run(async () => {
        const changed = boardContents(await buildApp(app, "compact", numbers), code, lua, numbers);
        fillFlash(board, changed.files);
        if (changed.image && board.lfs) loadRegion(board.lfs, changed.image.file, numbers, lua);
        say("the sources have changed: the board restarts");
        board.restart("node.restart");
      }).then(() => {
        // an error in the sources is told; the next change is another chance
        process.exitCode = 0;
      }),
    );
  };
  const watcher = watch([HTTPSERVER.folder, app.folder], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100 },
  });
  watcher.on("all", rebuild);

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      board.stop();
      void watcher.close();
      process.exit(0);
    });
  }
});
