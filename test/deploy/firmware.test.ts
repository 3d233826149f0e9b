// Writing firmware through esptool-js into boot loaders in memory, and those boot loaders against recorded dialogues.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import type { Problem } from "../../packages/deploy/diagnose.ts";
import { type Image, writeFirmware } from "../../packages/deploy/firmware.ts";
import type { SerialLink } from "../../packages/deploy/link.ts";
import { RealClock } from "../../packages/simulator/clock.ts";
import { SerialLine } from "../../packages/simulator/serial/line.ts";
import { connectRom, type RomChip, RomLoader } from "../../packages/simulator/serial/rom.ts";

interface Frame {
  dir: "host" | "chip";
  op?: string;
  hex?: string;
  head?: string;
  dataLength?: number;
  raw?: string;
}
const recordings: { id: string; frames: Frame[] }[] = JSON.parse(
  readFileSync(new URL("../vectors/rom-esp32c3.json", import.meta.url), "utf8"),
);
/** The image of the recordings. */
const RECORDED_IMAGE = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

const ENTRY: Record<RomChip, number> = { esp8266: 0x40100000, esp32: 0x40080400, esp32c3: 0x40380000 };
const NAME: Record<RomChip, string> = { esp8266: "ESP8266", esp32: "ESP32", esp32c3: "ESP32-C3" };
const CHIP_ID: Record<RomChip, number> = { esp8266: 0, esp32: 0, esp32c3: 5 };

function image(chip: RomChip, size: number, address = 0): Image {
  const data = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 7) * 17) & 255));
  data[0] = 0xe9;
  data.writeUInt32LE(ENTRY[chip], 4);
  data.writeUInt16LE(CHIP_ID[chip], 12);
  return { address, data, path: `${chip}.bin` };
}

/** A boot loader at the end of a line, and a port that writes down what is done with DTR and RTS. */
function connect(chip: RomChip) {
  const line = new SerialLine(new RealClock(), { throttled: false });
  line.computerBaud = 115200;
  const rom = connectRom(line, chip);
  const signals: string[] = [];
  const link: SerialLink = {
    path: "memory",
    receive: () => {},
    lost: () => {},
    write: async (bytes) => line.toBoard(bytes),
    setBaud: async (rate) => {
      line.computerBaud = rate;
    },
    setSignals: async ({ dtr, rts }) => {
      signals.push(`D${dtr ? 1 : 0}R${rts ? 1 : 0}`);
    },
    close: async () => {},
  };
  line.computer = (bytes) => link.receive(bytes);
  return { rom, link, signals, line };
}

const quiet = { say: () => {}, progress: () => {} };

describe("firmware", () => {
  for (const chip of ["esp8266", "esp32", "esp32c3"] as const) {
    it(`${chip}: is written, verified and started`, async () => {
      const { rom, link, signals } = connect(chip);
      const said: string[] = [];
      const images = [image(chip, 70_000, chip === "esp32" ? 0x1000 : 0)];
      const progress: number[] = [];
      const done = await writeFirmware(
        link,
        images,
        { chip, baud: 460800 },
        { say: (text) => said.push(text), progress: (_, bytes) => progress.push(bytes) },
      );
      assert.equal(done.chip, NAME[chip]);
      assert.equal(done.flashSize, "4MB");
      assert.match(done.mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      const { address, data } = images[0]!;
      assert.deepEqual(rom.flash.subarray(address, address + data.length), data);
      assert.ok(progress.length > 1);
      // into the boot loader: EN low, then GPIO0 low while EN rises, then let go; at the end: EN low and high
      assert.deepEqual(signals.slice(-2), ["D0R1", "D0R0"]);
      assert.match(signals.join(" "), /D0R1 (?:D1R1 )?D1R0 (?:D1R0 )?D0R0/);
    });
  }

  it("refuses an image for another chip, and writes nothing", async () => {
    const { rom, link } = connect("esp8266");
    await assert.rejects(
      writeFirmware(link, [image("esp32c3", 5000)], { chip: "auto", baud: 115200 }, quiet),
      (error: Problem) =>
        error.kind === "wrong-chip" && /esp32c3\.bin is for ESP32-C3, .*ESP8266/.test(error.message),
    );
    assert.ok(rom.flash.every((byte) => byte === 0xff));
  });

  it("refuses another chip than the configured one", async () => {
    const { link } = connect("esp32");
    await assert.rejects(
      writeFirmware(link, [image("esp32", 5000)], { chip: "esp8266", baud: 115200 }, quiet),
      (error: Problem) => error.kind === "wrong-chip",
    );
  });

  it("finds out when flash does not hold what was sent", async () => {
    const { rom, link } = connect("esp8266");
    const md5 = rom.flash.fill.bind(rom.flash);
    rom.flash.fill = ((...parameters: Parameters<typeof md5>) => {
      md5(...parameters);
      Object.defineProperty(rom.flash, "subarray", { value: () => Buffer.from("worn out") });
      return rom.flash;
    }) as typeof rom.flash.fill;
    await assert.rejects(
      writeFirmware(link, [image("esp8266", 5000)], { chip: "auto", baud: 115200 }, quiet),
      (error: Problem) => error.kind === "firmware",
    );
  });
});

describe("boot loader of the ESP32-C3", () => {
  for (const { id, frames } of recordings) {
    it(`answers as recorded: ${id}`, () => {
      const answers: Buffer[] = [];
      const rom = new RomLoader("esp32c3", () => {});
      const host = frames.filter(({ dir }) => dir === "host");
      const expected = frames.filter(({ dir, raw }) => dir === "chip" && raw === undefined);
      for (const frame of host) rom.receive(slip(frame.hex ? Buffer.from(frame.hex, "hex") : long(frame)));
      answers.push(...rom.frames.filter(({ dir }) => dir === "chip").map(({ bytes }) => bytes));
      assert.deepEqual(
        answers.map((bytes) => bytes.toString("hex")),
        expected.map(({ hex }) => hex),
      );
    });
  }

  /** A long frame of the recordings, of which only the head was kept; blocks of the image are known. */
  function long({ op, head, dataLength }: Frame): Buffer {
    const start = Buffer.from(head!, "hex");
    const frame = Buffer.alloc(8 + 16 + dataLength!, 0xff);
    start.copy(frame);
    if (op === "FLASH_DATA") {
      const sequence = start.readUInt32LE(12);
      RECORDED_IMAGE.copy(frame, 24, sequence * dataLength!);
    } else if (op === "FLASH_DEFL_DATA") {
      deflateSync(RECORDED_IMAGE, { level: 9 }).copy(frame, 24);
    } else {
      // any content of the right check sum will do
      frame.fill(0, 24);
      frame[24] = 0xef ^ start[4]!;
    }
    return frame;
  }

  function slip(frame: Buffer): Buffer {
    const out = [0xc0];
    for (const byte of frame) {
      if (byte === 0xc0) out.push(0xdb, 0xdc);
      else if (byte === 0xdb) out.push(0xdb, 0xdd);
      else out.push(byte);
    }
    return Buffer.from([...out, 0xc0]);
  }

  it("the recorded image is the one of the formula", () => {
    assert.equal(createHash("md5").update(RECORDED_IMAGE).digest("hex"), "17fff4d33a0dde9677cdffe059ce29fe");
  });
});
