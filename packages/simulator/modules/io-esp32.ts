// Module io (ESP32): Lua's own library for files, on the board's SPIFFS.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const ENOENT = 2;
const ENOSPC = 28;
const ENAMETOOLONG = 91;
const LINE_FEED = 10;

interface Stream {
  name: string;
  content: Buffer;
  position: number;
  readable: boolean;
  writable: boolean;
  append: boolean;
  open: boolean;
}

class Io extends FirmwareModule {
  readonly #files = this.board.files;

  readonly #methods: Functions = {
    read: (L) => {
      const { vm } = this;
      const stream = this.#check(L);
      const count = Math.max(1, vm.api.lua_gettop!(L) - 1);
      for (let i = 2; i < 2 + count; i++) {
        const isNumber = vm.type(L, i) === LuaType.number;
        const format =
          vm.type(L, i) <= LuaType.nil ? "*l" : isNumber ? vm.checkInteger(L, i) : vm.checkString(L, i);
        const piece = stream.readable ? readOne(stream, format) : undefined;
        vm.pushValue(L, piece);
        if (piece === undefined) return i - 1;
      }
      return count;
    },
    lines: (L) => this.#pushLines(L, this.#check(L)),
    write: (L) => {
      const stream = this.#check(L);
      for (let i = 2; i <= this.vm.api.lua_gettop!(L); i++) {
        if (!this.#write(stream, this.vm.checkBytes(L, i)))
          return this.#fail(L, "No space left on device", ENOSPC);
      }
      return this.results(L, true);
    },
    seek: (L) => {
      const { vm } = this;
      const stream = this.#check(L);
      const whence = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "cur";
      const base = { set: 0, cur: stream.position, end: stream.content.length }[whence] ?? 0;
      stream.position = Math.max(0, base + vm.optionalInteger(L, 3, 0));
      return this.results(L, stream.position);
    },
    flush: (L) => {
      this.#check(L);
      return this.results(L, true);
    },
    close: (L) => {
      this.#check(L).open = false;
      return this.results(L, true);
    },
  };
  readonly #streams = new UserdataClass<Stream>(this.vm, "FILE*", 8, this.#methods);

  readonly #functions: Functions = {
    open: (L) => {
      const { vm } = this;
      const name = vm.checkString(L, 1);
      const mode = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "r";
      const stream = this.#open(L, name, mode);
      if (typeof stream === "number") return stream;
      this.#streams.push(L, stream);
      return 1;
    },
    lines: (L) => {
      const name = this.vm.checkString(L, 1);
      const stream = this.#open(L, name, "r");
      if (typeof stream === "number")
        return this.vm.argumentError(L, 1, `${name}: No such file or directory`);
      return this.#pushLines(L, stream);
    },
  };

  override install(): void {
    defineModule(this.vm, "io", this.#functions);
  }

  #check(L: number): Stream {
    const stream = this.#streams.check(L, 1);
    if (!stream.open) throw new Error("attempt to use a closed file");
    return stream;
  }

  /** @returns the stream, or how many values were pushed that say what is wrong */
  #open(L: number, name: string, mode: string): Stream | number {
    const existing = this.#files.read(name);
    if (name.length > LONGEST_NAME) return this.#fail(L, `${name}: File name too long`, ENAMETOOLONG);
    if (!existing && mode[0] === "r") return this.#fail(L, `${name}: No such file or directory`, ENOENT);
    const content = mode[0] === "w" || !existing ? Buffer.alloc(0) : existing;
    if (content !== existing && !this.#files.write(name, content))
      return this.#fail(L, `${name}: No space left on device`, ENOSPC);
    return {
      name,
      content,
      position: 0,
      readable: mode[0] === "r" || mode.includes("+"),
      writable: mode[0] !== "r" || mode.includes("+"),
      append: mode[0] === "a",
      open: true,
    };
  }

  /** @returns whether there was room */
  #write(stream: Stream, data: Buffer): boolean {
    const at = stream.append ? stream.content.length : stream.position;
    const [before, after] = [stream.content.subarray(0, at), stream.content.subarray(at + data.length)];
    const content = Buffer.concat([before, data, after]);
    if (!stream.writable || !this.#files.write(stream.name, content)) return false;
    stream.content = content;
    stream.position = at + data.length;
    return true;
  }

  /** Pushes a function that gives the next line. */
  #pushLines(L: number, stream: Stream): number {
    this.vm.pushFunction(L, (thread) => this.results(thread, readOne(stream, "*l")));
    return 1;
  }

  #fail(L: number, message: string, code: number): number {
    return this.results(L, undefined, message, code);
  }
}

/** One read of io: a count, "*l" or "*a". @returns undefined at the end of the file */
function readOne(stream: Stream, format: number | string): Buffer | undefined {
  const rest = stream.content.subarray(stream.position);
  if (format === "*a") {
    stream.position = stream.content.length;
    return rest;
  }
  if (rest.length === 0) return undefined;
  if (typeof format === "number") {
    stream.position += Math.min(format, rest.length);
    return rest.subarray(0, format);
  }
  const end = rest.indexOf(LINE_FEED);
  stream.position += end < 0 ? rest.length : end + 1;
  return end < 0 ? rest : rest.subarray(0, end);
}

/** Gives Lua the module io. */
export function ioEsp32(host: Host): void {
  new Io(host).install();
}
