// The window of a Linux client that does not read, against what Linux 6.18 announced on a tap device.
import assert from "node:assert/strict";
import { ReceiveBuffer } from "../../packages/simulator/network/receive-buffer.ts";

describe("a receive buffer of 2304 bytes that nobody reads", () => {
  /** Segments that come, each followed by an acknowledgement with the window. */
  for (const { segments, windows } of [
    { segments: [100, 100, 100, 100, 100, 100], windows: [1460, 1460, 1360, 1260, 1160, 1060] },
    { segments: [500, 500, 500, 500, 72], windows: [1460, 1072, 572, 72, 0] },
    { segments: [536, 536, 536, 536], windows: [1460, 1072, 536, 0] },
    { segments: [537, 537, 537], windows: [1074, 537, 0] },
    { segments: [600, 600, 600], windows: [1200, 600, 0] },
    { segments: [730, 730, 730], windows: [1460, 730, 0] },
    { segments: [1000, 1000, 460], windows: [1460, 460, 0] },
    { segments: [1200, 1200, 260], windows: [1460, 260, 0] },
    { segments: [1400, 1400, 60], windows: [1460, 60, 0] },
    { segments: [1440, 1440, 20], windows: [1460, 20, 0] },
    { segments: [1460, 1460], windows: [1460, 0] },
  ]) {
    it(`announces ${windows.join(", ")} for segments of ${segments.join(", ")} bytes`, () => {
      const buffer = new ReceiveBuffer(2304);
      assert.equal(buffer.initial, 1460);
      const announced = segments.map((length) => {
        buffer.arrived(length);
        return buffer.announce();
      });
      assert.deepEqual(announced, windows);
    });
  }

  it("has whole segments at the beginning, and twice as many bytes of memory as were asked for", () => {
    assert.equal(new ReceiveBuffer(1024).initial, 1152);
    assert.equal(new ReceiveBuffer(4096).initial, 2920);
    assert.equal(new ReceiveBuffer(65536).initial, 64240);
  });

  it("acknowledges at once at the beginning, as often as half the window has segments, then late", () => {
    const at = (...segments: number[]) => {
      const buffer = new ReceiveBuffer(2304);
      return segments.map((length) => {
        const isAtOnce = buffer.arrived(length);
        if (isAtOnce) buffer.announce();
        return isAtOnce;
      });
    };
    assert.deepEqual(at(500, 500, 730), [true, false, false]);
    assert.deepEqual(at(1460, 540), [true, true]);
  });

  it("announces everything again when it has been read", () => {
    const buffer = new ReceiveBuffer(2304);
    for (const length of [500, 500, 500, 500, 72]) {
      buffer.arrived(length);
      buffer.announce();
    }
    buffer.read();
    assert.ok(buffer.announce() >= 1460);
  });
});
