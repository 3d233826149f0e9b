// nodemcu-tool as npm ci installs it: by itself, an independent client for the simulated board's console, and as the uploader.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findTool } from "../../packages/deploy/nodemcu-tool.ts";
import { ROOT } from "../../packages/image/build.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { RealClock } from "../../packages/simulator/clock.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { openPty, type SerialPty } from "../../packages/simulator/serial/pty.ts";
import { Flash, get, Rig } from "./pty-rig.ts";

/** A file with every byte in it. */
const BYTES = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

describe("nodemcu-tool 3.2.1, on today's serialport", function () {
  this.timeout(60000);
  let board: Board;
  let serial: SerialPty;
  let folder: string;

  before(() => {
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
    board.stop();
    serial.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs the tool and answers what it asks. @returns what it printed */
  async function run(parameters: string[], answers: [asked: RegExp, answer: string][] = []): Promise<string> {
    const child = spawn(
      process.execPath,
      ["--no-warnings", findTool(ROOT), "--port", serial.path, "--baud", "115200", ...parameters],
      { cwd: folder, env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` } },
    );
    let printed = "";
    const hear = (piece: Buffer) => {
      printed += piece;
      if (answers[0]?.[0].test(printed)) child.stdin.write(answers.shift()![1]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const [code] = await once(child, "close");
    assert.equal(code, 0, printed);
    assert.deepEqual(answers, [], printed);
    return printed;
  }

  it("is a terminal until Ctrl-C", async () => {
    const printed = await run(
      ["terminal"],
      [
        [/Starting Terminal/, "print(40+2)\n"],
        [/\b42\b/, "\x03"],
      ],
    );
    assert.match(printed, /^42\r?$/m);
  });

  it("asks before it formats the board", async () => {
    board.files.write("data.bin", BYTES);
    await run(["mkfs"], [[/Do you really want/, "no\n"]]);
    assert.deepEqual(board.files.read("data.bin"), BYTES);
    await run(["mkfs"], [[/Do you really want/, "yes\n"]]);
    assert.deepEqual(board.files.names(), []);
  });

  it("names the boards that are plugged in", async function () {
    if (process.platform !== "linux") {
      console.log(
        "  skipped: nodemcu-tool asks udevadm for the boards that are plugged in, which only Linux has",
      );
      this.skip();
    }
    // the program that knows the devices of a computer: no board is plugged into the one that runs the tests
    writeFileSync(
      join(folder, "udevadm"),
      `#!/bin/sh
echo 'P: /devices/usb1/ttyUSB7'
echo 'N: ttyUSB7'
echo 'E: DEVNAME=/dev/ttyUSB7'
echo 'E: ID_VENDOR_ID=1a86'
echo 'E: ID_VENDOR_ENC=QinHeng'
echo 'E: DEVLINKS=/dev/serial/by-id/usb-1a86_serial'
`,
      { mode: 0o755 },
    );
    assert.match(await run(["devices"]), /- \/dev\/ttyUSB7 \(QinHeng, usb-1a86_serial\)/);
  });

  it("uploads, runs, lists and downloads", async () => {
    writeFileSync(join(folder, "data.bin"), BYTES);
    writeFileSync(join(folder, "hello.lua"), 'print("hello from the board")');
    await run(["upload", "data.bin"]);
    assert.deepEqual(board.files.read("data.bin"), BYTES);
    assert.match(await run(["upload", "hello.lua", "--run"]), /hello from the board/);
    assert.match(await run(["fsinfo"]), /data\.bin \(2000 Bytes\)/);
    rmSync(join(folder, "data.bin"));
    // the last of all: the tool then types "undefined" where it means to close the file, and the board waits for the rest
    await run(["download", "data.bin"]);
    assert.deepEqual(readFileSync(join(folder, "data.bin")), BYTES);
  });

  it('sends the files of npm run flash with "uploader": "nodemcu-tool", and its silence about a full disk is found out', async () => {
    const rig = new Rig("esp8266");
    try {
      const data = join(folder, "random.bin");
      writeFileSync(data, BYTES);
      const config = join(folder, "flash.config.json");
      writeFileSync(
        config,
        JSON.stringify({
          port: rig.serial.path,
          uploader: "nodemcu-tool",
          app: join(ROOT, "examples/hello"),
        }),
      );
      const flash = (name: string) => new Flash("--config", config, "--files", `${name}=${data}`);
      const good = flash("random.bin");
      assert.equal(await good.code, 0, JSON.stringify(good.events));
      assert.deepEqual(good.events.at(-1)!.sent, [
        "httpserver.lc",
        "app.lc",
        "random.bin",
        "boot.lua",
        "init.lua",
      ]);
      assert.deepEqual(rig.board.files.read("random.bin"), BYTES);
      assert.match((await get(`${rig.url}/`)).text, /^Hello from NodeMCU!/);
      // the file can be made, and nothing written to it
      let writes = 0;
      rig.board.files.onChange = (operation, name) =>
        operation !== "write" || !name.startsWith("~0") || ++writes === 1;
      const bad = flash("another.bin");
      assert.equal(await bad.code, 3, JSON.stringify(bad.events));
      assert.equal(bad.events.at(-1)!.kind, "corrupt");
    } finally {
      rig.end();
    }
  });

  it("says how it is installed, where it is not", () => {
    assert.throws(() => findTool(folder), /"overrides": \{"nodemcu-tool": \{"serialport": "npm:/);
  });
});
