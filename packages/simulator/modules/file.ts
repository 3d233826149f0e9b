// Module file (ESP8266): SPIFFS. Files are objects; the same functions of the module itself act on the last file opened.
// At most four files are open at a time, names have at most 31 characters, "/" is one of them, "/FLASH/" in front is not.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, pushFields, raise, UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const MOST_OPEN = 4;
/** Bytes that read() gives when not told (FILE_READ_CHUNK). */
const READ_DEFAULT = 1024;
/** Where this file system begins in flash. */
const START = 0x100000;
const LINE_FEED = 10;
const MODES = ["r", "w", "a", "r+", "w+", "a+"];

interface OpenFile {
  name: string;
  position: number;
  readable: boolean;
  writable: boolean;
  append: boolean;
  open: boolean;
}

class File extends FirmwareModule {
  readonly #files = this.board.files;
  /** How many files are open. */
  #open = 0;
  /** The last file opened, and the registry reference that keeps it. */
  #last: OpenFile | undefined;
  #lastReference: number | undefined;

  /** Functions that are methods of a file, and functions of the module that act on the last file opened. */
  readonly #methods: Functions = {
    read: (L) => {
      const { vm } = this;
      const [handle, at] = this.#target(L);
      let length = READ_DEFAULT;
      let end: number | undefined;
      if (vm.type(L, at) === LuaType.number) length = Math.max(0, vm.checkInteger(L, at));
      else if (vm.type(L, at) === LuaType.string) {
        const mark = vm.checkBytes(L, at);
        if (mark.length !== 1) raise("wrong arg range");
        end = mark[0];
      }
      return this.#pushRead(L, handle, length, end);
    },
    readline: (L) => this.#pushRead(L, this.#target(L)[0], READ_DEFAULT, LINE_FEED),
    write: (L) => {
      const [handle, at] = this.#target(L);
      return this.results(L, this.#write(checkOpen(handle), this.vm.checkBytes(L, at)) || undefined);
    },
    writeline: (L) => {
      const [handle, at] = this.#target(L);
      const line = Buffer.concat([this.vm.checkBytes(L, at), Buffer.from([LINE_FEED])]);
      return this.results(L, this.#write(checkOpen(handle), line) || undefined);
    },
    seek: (L) => this.#seek(L),
    flush: (L) => {
      checkOpen(this.#target(L)[0]);
      return this.results(L, true);
    },
    close: (L) => {
      const handle = this.vm.type(L, 1) === LuaType.userdata ? this.#objects.check(L, 1) : this.#last;
      if (handle) this.#close(handle);
      this.#forgetLast();
      return 0;
    },
  };
  readonly #objects = new UserdataClass<OpenFile>(this.vm, "file.obj", 4, this.#methods, (handle) =>
    this.#close(handle),
  );

  readonly #functions: Functions = {
    open: (L) => {
      const name = this.#checkName(L, 1);
      const mode = this.vm.type(L, 2) > LuaType.nil ? this.vm.checkString(L, 2) : "r";
      this.#pushOpened(L, name, mode);
      return 1;
    },
    list: (L) => {
      const { vm } = this;
      const pattern = vm.type(L, 1) > LuaType.nil ? vm.checkString(L, 1) : undefined;
      vm.api.lua_createtable!(L, 0, 0);
      for (const name of this.#files.names()) {
        if (pattern !== undefined && !this.#matches(L, name, pattern)) continue;
        vm.pushValue(L, this.#files.read(name)!.length);
        vm.setField(L, -2, name);
      }
      return 1;
    },
    remove: (L) => {
      const name = this.#checkName(L, 1);
      if (name !== undefined) this.#files.remove(name);
      return 0;
    },
    rename: (L) => {
      const [from, to] = [this.#checkName(L, 1), this.#checkName(L, 2)];
      return this.results(L, from !== undefined && to !== undefined && this.#files.rename(from, to));
    },
    exists: (L) => {
      const name = this.#checkName(L, 1);
      return this.results(L, name !== undefined && this.#files.read(name) !== undefined);
    },
    stat: (L) => this.#stat(L),
    fsinfo: (L) => {
      const { size, used } = this.#files;
      return this.results(L, size - used, used, size);
    },
    fscfg: (L) => this.results(L, START, this.#files.size),
    getcontents: (L) => {
      const handle = this.#pushOpened(L, this.#checkName(L, 1), "r");
      if (!handle) return 0;
      const results = this.#pushRead(L, handle, Number.POSITIVE_INFINITY);
      this.#close(handle);
      this.#forgetLast();
      return results;
    },
    putcontents: (L) => {
      const handle = this.#pushOpened(L, this.#checkName(L, 1), "w+");
      if (!handle) return 1;
      this.vm.pushValue(L, this.#write(handle, this.vm.checkBytes(L, 2)) || undefined);
      this.#close(handle);
      this.#forgetLast();
      return 1;
    },
    format: () => {
      if (this.#last) this.#close(this.#last);
      this.#forgetLast();
      this.#files.format();
      return 0;
    },
    // files have no times here, so there is nothing to ask a clock for
    on: (L) => {
      const { vm } = this;
      if (vm.checkString(L, 1) !== "rtc") vm.argumentError(L, 1, `invalid option '${vm.checkString(L, 1)}'`);
      const type = vm.type(L, 2);
      if (type !== LuaType.function && type !== LuaType.nil) raise("Callback should be function or nil");
      return 0;
    },
  };

  override install(): void {
    defineModule(this.vm, "file", { ...this.#methods, ...this.#functions });
  }

  /** The file that a call is about, and where its arguments begin. */
  #target(L: number): [handle: OpenFile | undefined, at: number] {
    return this.vm.type(L, 1) === LuaType.userdata ? [this.#objects.check(L, 1), 2] : [this.#last, 1];
  }

  /** @returns undefined for a place that is not in this file system */
  #checkName(L: number, index: number, whole = false): string | undefined {
    const path = this.vm.checkString(L, index);
    const base = whole ? path : path.slice(path.lastIndexOf("/") + 1);
    if (base.length > LONGEST_NAME || path.includes("\0"))
      this.vm.argumentError(L, index, "filename invalid");
    const name = path.replace(/^\/FLASH\/?/, "");
    return name.startsWith("/") || name.length > LONGEST_NAME || name === "" ? undefined : name;
  }

  /** Opens a file; pushes its object, or nil. */
  #pushOpened(L: number, name: string | undefined, mode: string): OpenFile | undefined {
    const files = this.#files;
    // programs count on it: the chip has collected, and so closed, the files that nobody keeps
    if (this.#open === MOST_OPEN && this.host.isBootMode) this.vm.collect();
    this.#forgetLast();
    const flags = MODES.includes(mode) ? mode : "r";
    const existing = name === undefined ? undefined : files.read(name);
    const creates = flags[0] !== "r";
    const isFresh = creates && (!existing || flags[0] === "w");
    const isPossible = name !== undefined && this.#open < MOST_OPEN && (creates || existing !== undefined);
    if (!isPossible || (isFresh && !files.write(name, ""))) {
      this.vm.pushValue(L, undefined);
      return undefined;
    }
    const handle: OpenFile = {
      name,
      position: 0,
      readable: flags === "r" || flags.endsWith("+"),
      writable: flags !== "r",
      append: flags[0] === "a",
      open: true,
    };
    this.#objects.push(L, handle);
    this.#open++;
    this.#lastReference = this.vm.ref(L, -1);
    this.#last = handle;
    return handle;
  }

  #close(handle: OpenFile): void {
    if (!handle.open) return;
    handle.open = false;
    this.#open--;
  }

  /** The file that was opened last can be collected, and with that closed. */
  #forgetLast(): void {
    if (this.#lastReference !== undefined) this.vm.unref(this.#lastReference);
    this.#lastReference = undefined;
    this.#last = undefined;
  }

  #pushRead(L: number, target: OpenFile | undefined, length: number, end?: number): number {
    const handle = checkOpen(target);
    const content = handle.readable ? this.#files.read(handle.name) : undefined;
    let piece = content?.subarray(handle.position, handle.position + length);
    if (length > 0 && !piece?.length) return this.results(L, undefined);
    const at = end === undefined ? -1 : piece!.indexOf(end);
    if (at >= 0) piece = piece!.subarray(0, at + 1);
    handle.position += piece?.length ?? 0;
    return this.results(L, piece ?? "");
  }

  #write(handle: OpenFile, data: Buffer): boolean {
    const content = this.#files.read(handle.name);
    if (!handle.writable || !content) return false;
    const at = handle.append ? content.length : handle.position;
    const after = content.subarray(at + data.length);
    if (!this.#files.write(handle.name, Buffer.concat([content.subarray(0, at), data, after]))) return false;
    handle.position = at + data.length;
    return true;
  }

  #seek(L: number): number {
    const { vm } = this;
    const [target, at] = this.#target(L);
    const handle = checkOpen(target);
    const whence = vm.type(L, at) > LuaType.nil ? vm.checkString(L, at) : "cur";
    const size = this.#files.read(handle.name)?.length ?? 0;
    const base = { set: 0, cur: handle.position, end: size }[whence];
    if (base === undefined) vm.argumentError(L, at, `invalid option '${whence}'`);
    const position = base! + vm.optionalInteger(L, at + 1, 0);
    const isInside = position >= 0 && position <= size;
    if (isInside) handle.position = position;
    // beyond the end is an error, but the position is then the end
    else if (position > size) handle.position = size;
    return this.results(L, isInside ? position : undefined);
  }

  #stat(L: number): number {
    const { vm } = this;
    const name = this.#checkName(L, 1, true);
    const content = name === undefined ? undefined : this.#files.read(name);
    if (!content) return this.results(L, undefined);
    const flags = { is_dir: false, is_rdonly: false, is_hidden: false, is_sys: false, is_arch: false };
    pushFields(vm, L, { size: content.length, name: name!, ...flags });
    pushFields(vm, L, { year: 1970, mon: 1, day: 1, hour: 0, min: 0, sec: 0 });
    vm.setField(L, -2, "time");
    return 1;
  }

  /** Asks Lua's string.match. */
  #matches(L: number, name: string, pattern: string): boolean {
    const { vm } = this;
    vm.getGlobal("string", L);
    vm.getField(L, -1, "match");
    vm.push(L, name);
    vm.push(L, pattern);
    vm.callUnprotected(L, 2, 1);
    const isMatch = vm.type(L, -1) !== LuaType.nil;
    vm.pop(L, 2);
    return isMatch;
  }
}

function checkOpen(handle: OpenFile | undefined): OpenFile {
  if (!handle?.open) raise("open a file first");
  return handle;
}

/** Gives Lua the module file. */
export function file(host: Host): void {
  new File(host).install();
}
