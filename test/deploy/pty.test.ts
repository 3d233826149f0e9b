// The whole way, as a person goes it: npm run flash against a simulated board on a pseudo-terminal, and curl.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPort } from "../../packages/deploy/port.ts";
import { ROOT } from "../../packages/image/build.ts";
import type { Board } from "../../packages/simulator/board.ts";
import type { SerialPty } from "../../packages/simulator/serial/pty.ts";
import { Flash, get, Rig } from "./pty-rig.ts";

const STORE = 64 * 1024;

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
