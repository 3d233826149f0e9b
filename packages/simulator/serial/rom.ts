// The boot loader in a chip's mask ROM, and the loader that flashers put into its memory: enough of both for esptool-js
// and esptool.py. Checked against test/vectors/rom-esp32c3.json; the other chips follow the flashers' sources.
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { SerialLine } from "./line.ts";

export type RomChip = "esp8266" | "esp32" | "esp32c3";

const END = 0xc0;
const ESCAPE = 0xdb;
/** Set in SPI_CMD to run the command that the other registers describe. */
const SPI_USER = 1 << 18;
const READ_ID = 0x9f;
const UNSUPPORTED = [1, 5];
const SECTOR = 4096;

interface Description {
  /** Bytes of status at the end of the ROM's answers; the loaded one's are always 2. */
  status: number;
  spi: { base: number; usr: number; usr2: number; w0: number };
  registers: Record<number, number>;
  flashId: number;
  security?: string;
  greeting: string;
}

const CHIPS: Record<RomChip, Description> = {
  esp8266: {
    status: 2,
    spi: { base: 0x60000200, usr: 0x1c, usr2: 0x24, w0: 0x40 },
    registers: {
      1073745920: 0xfff0c101,
      1072693328: 0x77000000,
      1072693332: 0x02c0ffee & 0xffff,
      1072693336: 0x00009000,
      1072693340: 0x8c5cf7ff & 0xffffff,
      1610612756: 451,
    },
    flashId: 0x1640ef,
    greeting: "",
  },
  esp32: {
    status: 4,
    spi: { base: 0x3ff42000, usr: 0x1c, usr2: 0x24, w0: 0x80 },
    registers: {
      1073745920: 0x00f01d83,
      1073061892: 0xc4c0ffee,
      1073061896: 0x00a0240a,
      1073061900: 0,
      1072955412: 347,
    },
    flashId: 0x1640c8,
    greeting:
      "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n",
  },
  esp32c3: {
    status: 4,
    spi: { base: 0x60002000, usr: 0x18, usr2: 0x20, w0: 0x58 },
    registers: {
      1073745920: 0x1b31506f,
      1610647620: 0xc4000010,
      1610647624: 0x0000240a,
      1610647632: 0x000c0000,
      1610620952: 0x800000c0,
      1610620960: 0x70000000,
    },
    flashId: 0x1640c8,
    security: "00000000000000000000000c0500000003000000",
    greeting:
      "ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\nrst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n",
  },
};

export class RomLoader {
  readonly chip: RomChip;
  readonly flash: Buffer;
  /** Frames in both directions, without SLIP; for comparing with recordings. */
  readonly frames: { dir: "host" | "chip"; bytes: Buffer }[] = [];
  loaded = false;
  readonly #about: Description;
  readonly #registers: Map<number, number>;
  readonly #send: (bytes: Buffer) => void;
  readonly #setBaud: (rate: number) => void;
  #frame: number[] | undefined;
  #escaped = false;
  /** What the ROM leaves in the value field of answers that have none of their own. */
  #value = 0;
  #attached = false;
  #memory: Buffer[] = [];
  #write: { offset: number; size: number; blocks: Buffer[]; compressed: boolean } | undefined;
  #read:
    | { at: number; end: number; from: number; packet: number; window: number; acknowledged: number }
    | undefined;

  constructor(
    chip: RomChip,
    send: (bytes: Buffer) => void,
    options: { flashSize?: number; setBaud?: (rate: number) => void } = {},
  ) {
    this.chip = chip;
    this.#about = CHIPS[chip];
    this.#registers = new Map(
      Object.entries(this.#about.registers).map(([key, value]) => [Number(key), value]),
    );
    this.#send = send;
    this.#setBaud = options.setBaud ?? (() => {});
    this.flash = Buffer.alloc(options.flashSize ?? 4 * 1024 * 1024, 0xff);
  }

  /** The chip has been reset with GPIO0 low: what it says. */
  greet(): void {
    this.#send(Buffer.from(this.#about.greeting, "latin1"));
  }

  receive(bytes: Buffer): void {
    for (const byte of bytes) {
      if (byte === END) {
        if (this.#frame && this.#frame.length > 0) this.#handle(Buffer.from(this.#frame));
        this.#frame = this.#frame?.length === 0 || !this.#frame ? [] : undefined;
      } else if (this.#frame) {
        if (this.#escaped) this.#frame.push(byte === 0xdc ? END : byte === 0xdd ? ESCAPE : byte);
        else if (byte !== ESCAPE) this.#frame.push(byte);
        this.#escaped = !this.#escaped && byte === ESCAPE;
      }
    }
  }

  #slip(frame: Buffer): void {
    this.frames.push({ dir: "chip", bytes: frame });
    const out = [END];
    for (const byte of frame) {
      if (byte === END) out.push(ESCAPE, 0xdc);
      else if (byte === ESCAPE) out.push(ESCAPE, 0xdd);
      else out.push(byte);
    }
    this.#send(Buffer.from([...out, END]));
  }

  #answer(op: number, value: number, data: Buffer = Buffer.alloc(0), status: number[] = [0, 0]): void {
    const tail = Buffer.alloc(this.loaded ? 2 : this.#about.status);
    tail.set(status);
    const head = Buffer.alloc(8);
    head[0] = 1;
    head[1] = op;
    head.writeUInt16LE(data.length + tail.length, 2);
    head.writeUInt32LE(value >>> 0, 4);
    this.#slip(Buffer.concat([head, data, tail]));
  }

  #handle(frame: Buffer): void {
    this.frames.push({ dir: "host", bytes: frame });
    if (this.#read && frame.length === 4) {
      this.#read.acknowledged = frame.readUInt32LE(0);
      this.#continueRead();
      return;
    }
    if (frame.length < 8 || frame[0] !== 0) return;
    const op = frame[1]!;
    const sum = frame[4]!;
    const data = frame.subarray(8);
    const word = (index: number) => (data.length >= 4 * index + 4 ? data.readUInt32LE(4 * index) : 0);
    const ok = (content?: Buffer) => this.#answer(op, this.loaded ? 0 : this.#value, content);
    const refuse = () => this.#answer(op, this.loaded ? 0 : this.#value, undefined, UNSUPPORTED);
    switch (op) {
      case 0x08:
        this.#value = word(0);
        for (let i = 0; i < (this.loaded ? 1 : 8); i++) this.#answer(op, this.loaded ? 0 : this.#value);
        return;
      case 0x0a:
        this.#value = this.#registers.get(word(0)) ?? 0;
        this.#answer(op, this.#value);
        return;
      case 0x09:
        this.#writeRegister(word(0), word(1));
        ok();
        return;
      case 0x14:
        if (!this.#about.security) {
          refuse();
          return;
        }
        ok(Buffer.from(this.#about.security, "hex"));
        return;
      case 0x05:
        this.#memory = [];
        ok();
        return;
      case 0x07:
        if (checksum(data.subarray(16)) !== sum) {
          this.#answer(op, this.#value, undefined, [1, 7]);
          return;
        }
        this.#memory.push(data.subarray(16));
        ok();
        return;
      case 0x06:
        ok();
        if (word(1) !== 0) {
          this.loaded = true;
          this.#slip(Buffer.from("OHAI"));
        }
        return;
      case 0x0d:
        ok();
        return;
      case 0x0b:
        this.#attached = true;
        ok();
        return;
      case 0x02:
      case 0x10:
        // the ROM wants to know the flash chip's size first
        if (!this.loaded && !this.#attached && this.chip !== "esp8266") {
          refuse();
          return;
        }
        if (word(3) + word(0) > this.flash.length) {
          this.#answer(op, 0, undefined, [1, 6]);
          return;
        }
        this.#write = { offset: word(3), size: word(0), blocks: [], compressed: op === 0x10 };
        ok();
        return;
      case 0x03:
      case 0x11:
        if (checksum(data.subarray(16)) !== sum) {
          this.#answer(op, 0, undefined, [1, 7]);
          return;
        }
        this.#write?.blocks.push(Buffer.from(data.subarray(16)));
        if (op === 0x03) this.#store();
        ok();
        return;
      case 0x04:
      case 0x12:
        ok();
        return;
      case 0x13: {
        this.#store();
        const digest = createHash("md5")
          .update(this.flash.subarray(word(0), word(0) + word(1)))
          .digest();
        ok(this.loaded ? digest : Buffer.from(digest.toString("hex")));
        return;
      }
      case 0x0f:
        ok();
        this.#setBaud(word(0));
        return;
      case 0xd0:
        this.flash.fill(0xff);
        ok();
        return;
      case 0xd1:
        this.flash.fill(0xff, word(0), word(0) + word(1));
        ok();
        return;
      case 0xd2:
        ok();
        this.#read = {
          at: word(0),
          end: word(0) + word(1),
          from: word(0),
          packet: word(2),
          window: word(3),
          acknowledged: 0,
        };
        this.#continueRead();
        return;
      case 0xd3:
        return;
      default:
        refuse();
        return;
    }
  }

  /** Writes what has come so far; the loaded one does it in the background, the ROM before it answers. */
  #store(): void {
    const write = this.#write;
    if (!write || write.blocks.length === 0) return;
    const data = Buffer.concat(write.blocks);
    const content = (write.compressed ? inflateSync(data) : data).subarray(0, write.size);
    const end = Math.ceil((write.offset + content.length) / SECTOR) * SECTOR;
    this.flash.fill(0xff, write.offset, end);
    content.copy(this.flash, write.offset);
  }

  #writeRegister(address: number, value: number): void {
    const { spi, flashId } = this.#about;
    if (address === spi.base && value & SPI_USER) {
      const command = (this.#registers.get(spi.base + spi.usr2) ?? 0) & 0xff;
      this.#registers.set(spi.base + spi.w0, command === READ_ID ? flashId : 0);
      this.#registers.set(spi.base, 0);
      return;
    }
    this.#registers.set(address, value);
  }

  #continueRead(): void {
    const read = this.#read!;
    while (read.at < read.end && read.at - read.from - read.acknowledged < read.packet * read.window) {
      const piece = this.flash.subarray(read.at, Math.min(read.end, read.at + read.packet));
      read.at += piece.length;
      this.#slip(Buffer.from(piece));
    }
    if (read.at === read.end && read.acknowledged >= read.end - read.from) {
      this.#read = undefined;
      this.#slip(createHash("md5").update(this.flash.subarray(read.from, read.end)).digest());
    }
  }
}

function checksum(data: Buffer): number {
  return data.reduce((sum, byte) => sum ^ byte, 0xef);
}

/** Puts a ROM boot loader at the board's end of a line. */
export function connectRom(line: SerialLine, chip: RomChip): RomLoader {
  const rom = new RomLoader(chip, (bytes) => line.toComputer(bytes), {
    setBaud: (rate) => {
      line.boardBaud = rate;
    },
  });
  line.board = (bytes) => rom.receive(bytes);
  return rom;
}
