// The whole way, as a person goes it: npm run flash against a simulated board on a pseudo-terminal, and curl.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/compile/build.ts";
import { simulate } from "../../scripts/simulate.ts";
import { type Board, DEFAULT_HEAP } from "../../simulator/board.ts";
import { openPty, type SerialPty } from "../../simulator/serial/pty.ts";

function flash(...parameters: string[]): Promise<{ code: number | null; events: Record<string, unknown>[] }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/flash.ts", "--json", ...parameters], {
      cwd: ROOT,
    });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.stderr.resume();
    child.on("close", (code) =>
      resolve({
        code,
        events: text
          .trim()
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      }),
    );
  });
}

describe("npm run flash over a pseudo-terminal", function () {
  this.timeout(60000);
  let board: Board;
  let serial: SerialPty;
  let url: string;
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "flash-"));
    board = simulate(
      {},
      {
        port: 0,
        chip: "esp8266",
        heap: DEFAULT_HEAP.esp8266,
        console: () => {},
        listening: (_, address) => {
          url = address;
        },
        failed: (mistake) => {
          throw mistake;
        },
      },
    );
    serial = openPty(board);
  });
  after(() => {
    board.stop();
    serial.close();
    rmSync(folder, { recursive: true });
  });

  it("brings the dashboard to an empty board, which then serves it", async () => {
    const { code, events } = await flash("--port", serial.path, "--app", "examples/dashboard");
    const done = events.at(-1)!;
    assert.equal(code, 0, JSON.stringify(events));
    assert.deepEqual(done.sent, ["httpserver.lc", "app.lua", "index.html", "boot.lua", "init.lua"]);
    const page = await fetch(`${url}/`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<!doctype html>/i);
  });

  it("sends nothing the second time", async () => {
    const { code, events } = await flash("--port", serial.path, "--app", "examples/dashboard");
    assert.equal(code, 0, JSON.stringify(events));
    assert.deepEqual(events.at(-1)!.sent, []);
  });

  it("sends only the file that has changed", async () => {
    const extra = join(folder, "notes.txt");
    writeFileSync(extra, "one");
    const given = ["--port", serial.path, "--app", "examples/hello", "--files", `notes.txt=${extra}`];
    assert.equal((await flash(...given)).code, 0);
    writeFileSync(extra, "two");
    const { events } = await flash(...given);
    assert.deepEqual(events.at(-1)!.sent, ["notes.txt"]);
    assert.equal(board.files.read("notes.txt")?.toString(), "two");
  });

  it("ends with code 2 and a remedy when the port is not there", async () => {
    const { code, events } = await flash("--port", join(folder, "nothing"));
    assert.equal(code, 2);
    assert.match(String(events.at(-1)!.text), /is the board plugged in/);
  });

  it("ends with code 1 and names the key when the configuration is wrong", async () => {
    const config = join(folder, "flash.config.json");
    writeFileSync(config, '{"baud": "fast"}');
    assert.equal((await flash("--config", config)).code, 1);
  });
});
