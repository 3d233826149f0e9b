// The console against transcripts of a real firmware (test/vectors/repl-esp32c3.json), byte for byte.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { SerialLine } from "../../packages/simulator/serial/line.ts";

interface Bytes {
  hex: string;
  text: string;
}
interface Transcript {
  id: string;
  title: string;
  session: string;
  stable?: boolean;
  volatile?: string;
  steps: { send?: Bytes; waitMs?: number; recv: Bytes }[];
}

/** Transcripts that are not compared, and why. */
const LEFT_OUT: Record<string, string> = {
  "index-nil": "that build keeps no names of locals",
  name2: "its line numbers come from what the recorder had typed before",
  "name-then-lf": "leaves the prompt incomplete; compared by hand in `a line that is not complete`",
  "nul-out": "print stops at a NUL only in that build's C library",
  "uart-write-bin": "the recorded C library drops the CR of a CR LF pair here only",
  "uart-setup": "the emulated UART divides 115200 to 115210",
  "print-numbers": "the printing of nan differs between C libraries",
  "node-names": "the module has other names in newer builds",
  "node-lfs": "no LFS in the simulator's ESP32",
  "node-bootreason": "reset codes of that emulator",
  "node-uptime": "no node.uptime in the simulator's ESP32",
  "node-egc": "addresses",
  "node-input": "no node.input in the simulator",
  dofile: "loadfile's message has the C library's reason there",
};

const transcripts: Transcript[] = JSON.parse(
  readFileSync(new URL("../vectors/repl-esp32c3.json", import.meta.url), "utf8"),
);

describe("console", () => {
  const clock = new VirtualClock();
  const board = new Board({
    chip: "esp32",
    heap: 4 * CHIPS.esp8266.heap,
    clock,
    network: new MemoryNetwork(clock),
  });
  const line = new SerialLine(clock);
  board.uart.connect(line);
  let received: Buffer[] = [];
  line.computer = (bytes) => received.push(bytes);

  function answer(send: Buffer | undefined, wait: number): string {
    received = [];
    if (send) line.toBoard(send);
    clock.advance(wait);
    return Buffer.concat(received).toString("latin1");
  }
  const type = (text: string) => answer(Buffer.from(text, "latin1"), 500);

  before(() => {
    assert.match(answer(undefined, 1000), /NodeMCU ESP32 .*\r\ncannot open init\.lua: .*\r\n> $/s);
  });

  for (const { id, title, session, stable, volatile, steps } of transcripts) {
    if (session !== "shared" || !stable || volatile?.startsWith("heap") || LEFT_OUT[id]) continue;
    it(`${id}: ${title}`, () => {
      // a fresh prompt, and neither CR nor LF as the last byte read
      type("\nx=1\n\x7f");
      for (const { send, waitMs, recv } of steps) {
        assert.equal(
          answer(send && Buffer.from(send.hex, "hex"), 300 + (waitMs ?? 0)),
          Buffer.from(recv.hex, "hex").toString("latin1"),
        );
      }
    });
  }

  it("a line that is not complete waits for more, an empty line too", () => {
    assert.equal(type("foo\n"), "foo\r\n>> ");
    assert.equal(type("\n"), "\r\n>> ");
    assert.equal(type("=5\n"), "=5\r\n> ");
    assert.equal(type("=foo\n"), "=foo\r\n5\r\n> ");
  });

  it("an endless recursion leaves the prompt", () => {
    type("function r() return 1 + r() end\n");
    assert.match(type("r()\n"), /^r\(\)\r\nLua error: \t(not enough memory|stdin:1: stack overflow.*)\r\n/s);
    assert.equal(type("=1\n"), "=1\r\n1\r\n> ");
  });
});
