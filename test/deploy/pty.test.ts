// The whole way, as a person goes it: npm run flash against a simulated board on a pseudo-terminal, and curl.
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { findTool } from "../../packages/deploy/nodemcu-tool.ts";
import { openPort } from "../../packages/deploy/port.ts";
import { ROOT } from "../../packages/image/build.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS, type Chip } from "../../packages/simulator/chips.ts";
import { RealClock } from "../../packages/simulator/clock.ts";
import { LfsRegion } from "../../packages/simulator/lfs/region.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { openPty, type SerialPty } from "../../packages/simulator/serial/pty.ts";
import { simulate } from "../../packages/simulator/simulate.ts";

const STORE = 64 * 1024;

interface Event {
  event: string;
  [key: string]: unknown;
}

/** npm run flash in a process of its own, with its events as they come. */
class Flash {
  readonly events: Event[] = [];
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  #changed: () => void = () => {};

  constructor(...parameters: string[]) {
    this.child = spawn(
      process.execPath,
      ["--import", "tsx", join(ROOT, "scripts/nodemcu.ts"), "flash", "--json", ...parameters],
      { cwd: ROOT, env: { ...process.env, WIFI_SSID: "home", WIFI_PASSWORD: "password" } },
    );
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      this.events.push(JSON.parse(line));
      this.#changed();
    });
    this.child.stderr!.resume();
    this.code = new Promise((resolve) => {
      this.child.on("close", (code) => {
        this.#changed();
        resolve(code);
      });
    });
  }

  /** Waits for the `count`-th event of a kind. */
  async event(kind: string, count = 1): Promise<Event> {
    for (;;) {
      const found = this.events.filter(({ event }) => event === kind)[count - 1];
      if (found) return found;
      assert.equal(this.child.exitCode, null, JSON.stringify(this.events));
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }
}

/** The board's time passes so much faster than the computer's: its 2 s for a key, its restarts, its serial line. */
const SPEED = 2;

/** Asks over a connection of its own: the board's time-outs are a fraction of what people's programs reckon with. */
function get(url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** A simulated board on a pseudo-terminal and on the computer's network. */
class Rig {
  readonly board: Board;
  readonly serial: SerialPty;
  url = "";

  constructor(chip: Chip, store?: number) {
    this.board = simulate(
      {},
      {
        port: 0,
        chip,
        heap: CHIPS[chip].heap,
        clock: new RealClock(SPEED),
        console: () => {},
        listening: (_, address) => {
          this.url = address;
        },
        failed: (mistake) => {
          throw mistake;
        },
        ...(store === undefined ? {} : { lfs: new LfsRegion(store) }),
      },
    );
    this.serial = openPty(this.board);
  }

  end(): void {
    this.board.stop();
    this.serial.close();
  }
}

describe("npm run flash over a pseudo-terminal", function () {
  this.timeout(60000);
  let rig: Rig;
  let board: Board;
  let serial: SerialPty;
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "flash-"));
    rig = new Rig("esp8266", STORE);
    ({ board, serial } = rig);
  });
  after(() => {
    rig.end();
    rmSync(folder, { recursive: true });
  });

  it("brings the dashboard to an empty board, which serves it; --watch sends what changes after that", async () => {
    const notes = join(folder, "notes.txt");
    writeFileSync(notes, "one");
    const flash = new Flash("--port", serial.path, "--files", `notes.txt=${notes}`, "--watch");
    assert.deepEqual((await flash.event("done")).sent, [
      "the image of httpserver and app",
      "index.html",
      "notes.txt",
      "boot.lua",
      "init.lua",
    ]);
    const page = await get(`${rig.url}/`);
    assert.equal(page.status, 200);
    assert.match(page.text, /<!doctype html>/i);
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(notes, "two");
    assert.deepEqual((await flash.event("done", 2)).sent, ["notes.txt"]);
    assert.equal(board.files.read("notes.txt")?.toString(), "two");
    flash.child.kill("SIGINT");
    assert.equal(await flash.code, 0);
  });

  it("Ctrl-C in the middle: code 130, nothing of the new file on the board, and the app still runs", async () => {
    const big = join(folder, "big.bin");
    writeFileSync(big, Buffer.alloc(50_000, "x"));
    const flash = new Flash("--port", serial.path, "--files", `big.bin=${big}`);
    board.files.onChange = (_, name) => {
      if (name === "~0" && (board.files.read(name)?.length ?? 0) > 1000) {
        board.files.onChange = undefined;
        flash.child.kill("SIGINT");
      }
      return true;
    };
    assert.equal(await flash.code, 130, JSON.stringify(flash.events));
    assert.equal(flash.events.at(-1)!.kind, "interrupted");
    assert.equal(flash.events.at(-1)!.text, "interrupted; the board keeps its previous version");
    assert.deepEqual(
      board.files.names().filter((name) => name.startsWith("~") && !["~b", "~i", "~g"].includes(name)),
      [],
    );
    assert.equal(board.files.read("big.bin"), undefined);
    // it all went on beside the running app, in the heap that the app leaves
    assert.doesNotMatch(JSON.stringify(flash.events), /restarting the board/);
    assert.equal((await get(`${rig.url}/`)).status, 200);
  });

  it("a port that another program holds: code 2, and what to do; nothing is sent", async () => {
    const hold = `const { SerialPort } = require("serialport");
      const port = new SerialPort({ path: process.argv[1], baudRate: 115200 }, (error) => console.log(error ?? "open"));
      port.on("data", () => {});`;
    const holder = spawn(process.execPath, ["-e", hold, serial.path], { cwd: ROOT });
    assert.equal(String(await once(holder.stdout, "data")), "open\n");
    const before = serial.line.sent.toBoard;
    const flash = new Flash("--port", serial.path, "--no-init");
    assert.equal(await flash.code, 2, JSON.stringify(flash.events));
    assert.equal(flash.events.at(-1)!.kind, "busy");
    assert.match(
      String(flash.events.at(-1)!.text),
      /in use by another program .*: close it and run this again/,
    );
    assert.equal(serial.line.sent.toBoard, before);
    holder.kill();
    await once(holder, "close");
  });

  it("a port that is not there", async () => {
    await assert.rejects(openPort(join(folder, "nothing"), 115200), /is the board plugged in/);
  });

  it("ends with code 1 when the configuration is wrong", async () => {
    const config = join(folder, "flash.config.json");
    writeFileSync(config, '{"baud": "fast"}');
    assert.equal(await new Flash("--config", config).code, 1);
  });
});

describe("code goes where it is told, over pseudo-terminals", function () {
  this.timeout(60000);
  // side by side, because they wait
  it("into the store of an ESP32, as bytecode into files of an ESP8266, as source into files of an ESP32; each answers", async () => {
    await Promise.all(
      (
        [
          ["esp32", STORE, "lfs", ["the image of httpserver and app", "boot.lua", "init.lua"]],
          ["esp8266", undefined, "bytecode", ["httpserver.lc", "app.lc", "boot.lua", "init.lua"]],
          ["esp32", undefined, "source", ["httpserver.lua", "app.lua", "boot.lua", "init.lua"]],
        ] as const
      ).map(async ([chip, store, code, files]) => {
        const rig = new Rig(chip, store);
        try {
          const flash = new Flash("--port", rig.serial.path, "--app", "examples/hello", "--code", code);
          assert.equal(await flash.code, 0, JSON.stringify(flash.events));
          assert.deepEqual(flash.events.at(-1)!.sent, files);
          assert.match((await get(`${rig.url}/`)).text, /^Hello from NodeMCU!/);
        } finally {
          rig.end();
        }
      }),
    );
  });
});

describe("nodemcu-tool 3.2.1, as its authors published it", function () {
  this.timeout(60000);
  let tool: string;
  let board: Board;
  let serial: SerialPty;
  let folder: string;

  before(function () {
    try {
      tool = findTool(ROOT);
    } catch (error) {
      console.log(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "tool-"));
    const clock = new RealClock();
    board = new Board({
      chip: "esp8266",
      heap: CHIPS.esp8266.heap,
      clock,
      network: new MemoryNetwork(clock),
      encoder: true,
      console: () => {},
    });
    serial = openPty(board);
  });
  after(() => {
    board?.stop();
    serial?.close();
  });

  const run = async (...parameters: string[]) =>
    (
      await promisify(execFile)(
        process.execPath,
        ["--no-warnings", tool, "--port", serial.path, "--baud", "115200", ...parameters],
        { cwd: folder },
      )
    ).stdout;

  it("lists, uploads, downloads and runs on the simulated board", async () => {
    const content = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));
    writeFileSync(join(folder, "data.bin"), content);
    writeFileSync(join(folder, "hello.lua"), 'print("hello from the board")');
    await run("upload", "data.bin");
    assert.deepEqual(board.files.read("data.bin"), content);
    assert.match(await run("upload", "hello.lua", "--run"), /hello from the board/);
    assert.match(await run("fsinfo"), /data\.bin \(2000 Bytes\)/);
    rmSync(join(folder, "data.bin"));
    await run("download", "data.bin");
    assert.deepEqual(readFileSync(join(folder, "data.bin")), content);
  });

  it('sends the files of npm run flash with "uploader": "nodemcu-tool", and its silence about a full disk is found out', async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    board.files.format();
    const parameters = ["--port", serial.path, "--uploader", "nodemcu-tool", "--app", "examples/hello"];
    const good = new Flash(...parameters, "--httpserver", "none", "--no-init");
    assert.equal(await good.code, 0, JSON.stringify(good.events));
    assert.deepEqual(good.events.at(-1)!.sent, ["app.lua"]);
    board.files.format();
    // the file can be made, and nothing written to it
    let writes = 0;
    board.files.onChange = (operation, name) =>
      operation !== "write" || !name.startsWith("~0") || ++writes === 1;
    const bad = new Flash(...parameters, "--httpserver", "none", "--no-init");
    assert.equal(await bad.code, 3);
    assert.equal(bad.events.at(-1)!.kind, "corrupt");
  });
});
