// Little-endian bytes, read and written one item after the other.
import { BytecodeError } from "./proto.ts";

export class ByteReader {
  at = 0;
  constructor(readonly bytes: Buffer) {}

  /** Takes the next bytes. @throws BytecodeError if fewer are left */
  take(count: number): Buffer {
    if (count > this.bytes.length - this.at) throw new BytecodeError("unexpected end");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  byte(): number {
    return this.take(1)[0]!;
  }
  word(): number {
    return this.take(4).readUInt32LE();
  }
  /** Takes a 32-bit count or size. @throws BytecodeError if it is negative */
  integer(): number {
    const value = this.take(4).readInt32LE();
    if (value < 0) throw new BytecodeError("bad integer");
    return value;
  }
  words(count: number): number[] {
    const bytes = this.take(4 * count);
    return Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * i));
  }
  list<T>(read: () => T): T[] {
    const count = this.integer();
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }
}

export class ByteWriter {
  #bytes = Buffer.alloc(4096);
  length = 0;

  bytes(data: Uint8Array): void {
    if (this.length + data.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.length + data.length));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.set(data, this.length);
    this.length += data.length;
  }
  byte(value: number): void {
    this.bytes(Uint8Array.of(value));
  }
  word(value: number): void {
    this.bytes(Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24));
  }
  double(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.bytes(bytes);
  }
  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.word(items.length);
    for (const item of items) write(item);
  }
  /** Writes zeros until the length, counted from `from`, is a multiple of `unit`. */
  align(unit: number, from = 0): void {
    while ((this.length - from) % unit !== 0) this.byte(0);
  }
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.length));
  }
}
