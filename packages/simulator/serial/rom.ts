// The boot loader in a chip's mask ROM, and the loader that flashers put into its memory: enough of both for esptool-js
// and esptool.py. Checked against test/vectors/rom-esp32c3.json; the other chips follow the flashers' sources.
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { SerialLine } from "./line.ts";
import { ROMS, type RomChip, type RomDescription } from "./rom-chips.ts";

export type { RomChip } from "./rom-chips.ts";

const END = 0xc0;
const ESCAPE = 0xdb;
/** Set in SPI_CMD to run the command that the other registers describe. */
const SPI_USER = 1 << 18;
const READ_ID = 0x9f;
/** Status bytes of answers that are no success. */
const UNSUPPORTED = [1, 5];
const FAILED = [1, 6];
const BAD_CHECKSUM = [1, 7];
const SECTOR = 4096;

/** Commands by their number in the flashers' protocol; those from 0xd0 on are the loaded loader's own. */
const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memoryBegin: 0x05,
  memoryEnd: 0x06,
  memoryData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
  setFlashSize: 0x0b,
  attachFlash: 0x0d,
  setBaud: 0x0f,
  deflatedBegin: 0x10,
  deflatedData: 0x11,
  deflatedEnd: 0x12,
  digest: 0x13,
  securityInfo: 0x14,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
  runUserCode: 0xd3,
} as const;

/** A command with its data, as the computer sends it. */
class Request {
  readonly op: number;
  readonly #checksum: number;
  readonly #data: Buffer;

  constructor(frame: Buffer) {
    this.op = frame[1]!;
    this.#checksum = frame[4]!;
    this.#data = frame.subarray(8);
  }

  /** One of the numbers that the data begins with; 0 if there are not so many. */
  word(index: number): number {
    return this.#data.length >= 4 * index + 4 ? this.#data.readUInt32LE(4 * index) : 0;
  }

  /** What is to be written, behind four numbers. */
  get block(): Buffer {
    return Buffer.from(this.#data.subarray(16));
  }

  /** The block has come as it was sent. */
  get isIntact(): boolean {
    return this.block.reduce((sum, byte) => sum ^ byte, 0xef) === this.#checksum;
  }
}

export class RomLoader {
  readonly chip: RomChip;
  readonly flash: Buffer;
  /** Frames in both directions, without SLIP; for comparing with recordings. */
  readonly frames: { dir: "host" | "chip"; bytes: Buffer }[] = [];
  loaded = false;
  readonly #about: RomDescription;
  readonly #registers: Map<number, number>;
  readonly #send: (bytes: Buffer) => void;
  readonly #setBaud: (rate: number) => void;
  #frame: number[] | undefined;
  #escaped = false;
  /** What the ROM leaves in the value field of answers that have none of their own. */
  #value = 0;
  /** It has been told the size of the flash chip. */
  #knowsFlash = false;
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
    this.#about = ROMS[chip];
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
    const request = new Request(frame);
    const command = this.#commands[request.op];
    if (command) command(request);
    else this.#refuse(request);
  }

  readonly #commands: Record<number, (request: Request) => void> = {
    [OP.sync]: (request) => {
      this.#value = request.word(0);
      for (let i = 0; i < (this.loaded ? 1 : 8); i++) this.#accept(request);
    },
    [OP.readRegister]: (request) => {
      this.#value = this.#registers.get(request.word(0)) ?? 0;
      this.#answer(request.op, this.#value);
    },
    [OP.writeRegister]: (request) => {
      this.#writeRegister(request.word(0), request.word(1));
      this.#accept(request);
    },
    [OP.securityInfo]: (request) => {
      const { security } = this.#about;
      if (security) this.#accept(request, Buffer.from(security, "hex"));
      else this.#refuse(request);
    },
    [OP.memoryBegin]: (request) => {
      this.#memory = [];
      this.#accept(request);
    },
    [OP.memoryData]: (request) => {
      if (!request.isIntact) {
        this.#answer(request.op, this.#value, undefined, BAD_CHECKSUM);
        return;
      }
      this.#memory.push(request.block);
      this.#accept(request);
    },
    [OP.memoryEnd]: (request) => {
      this.#accept(request);
      if (request.word(1) === 0) return;
      this.loaded = true;
      this.#slip(Buffer.from("OHAI"));
    },
    [OP.attachFlash]: (request) => this.#accept(request),
    [OP.setFlashSize]: (request) => {
      this.#knowsFlash = true;
      this.#accept(request);
    },
    [OP.flashBegin]: (request) => this.#beginWrite(request, false),
    [OP.deflatedBegin]: (request) => this.#beginWrite(request, true),
    [OP.flashData]: (request) => {
      if (!this.#takeBlock(request)) return;
      this.#store();
      this.#accept(request);
    },
    [OP.deflatedData]: (request) => {
      if (this.#takeBlock(request)) this.#accept(request);
    },
    [OP.flashEnd]: (request) => this.#accept(request),
    [OP.deflatedEnd]: (request) => this.#accept(request),
    [OP.digest]: (request) => {
      this.#store();
      const [address, size] = [request.word(0), request.word(1)];
      const digest = createHash("md5")
        .update(this.flash.subarray(address, address + size))
        .digest();
      this.#accept(request, this.loaded ? digest : Buffer.from(digest.toString("hex")));
    },
    [OP.setBaud]: (request) => {
      this.#accept(request);
      this.#setBaud(request.word(0));
    },
    [OP.eraseFlash]: (request) => {
      this.flash.fill(0xff);
      this.#accept(request);
    },
    [OP.eraseRegion]: (request) => {
      this.flash.fill(0xff, request.word(0), request.word(0) + request.word(1));
      this.#accept(request);
    },
    [OP.readFlash]: (request) => {
      this.#accept(request);
      const [at, size, packet, window] = [request.word(0), request.word(1), request.word(2), request.word(3)];
      this.#read = { at, end: at + size, from: at, packet, window, acknowledged: 0 };
      this.#continueRead();
    },
    [OP.runUserCode]: () => {},
  };

  #accept({ op }: Request, content?: Buffer): void {
    this.#answer(op, this.loaded ? 0 : this.#value, content);
  }
  #refuse({ op }: Request): void {
    this.#answer(op, this.loaded ? 0 : this.#value, undefined, UNSUPPORTED);
  }

  #beginWrite(request: Request, compressed: boolean): void {
    // the ROM wants to know the flash chip's size first
    if (!this.loaded && !this.#knowsFlash && this.chip !== "esp8266") {
      this.#refuse(request);
      return;
    }
    const [size, offset] = [request.word(0), request.word(3)];
    if (offset + size > this.flash.length) {
      this.#answer(request.op, 0, undefined, FAILED);
      return;
    }
    this.#write = { offset, size, blocks: [], compressed };
    this.#accept(request);
  }

  /** @returns whether the block has come as it was sent; if not, that has been answered */
  #takeBlock(request: Request): boolean {
    if (request.isIntact) this.#write?.blocks.push(request.block);
    else this.#answer(request.op, 0, undefined, BAD_CHECKSUM);
    return request.isIntact;
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
