// Module file (ESP8266): SPIFFS. Files are objects; the same functions of the module itself act on the last file opened.
// At most four files are open at a time, names have at most 31 characters, "/" is one of them, "/FLASH/" in front is not.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { type HostFunction, LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, pushFields, raise, UserdataClass } from "./binding.ts";

const MOST_OPEN = 4;
/** Bytes that read() gives when not told (FILE_READ_CHUNK). */
const READ_DEFAULT = 1024;
/** Where this file system begins in flash. */
const START = 0x100000;
const LINE_FEED = 10;

interface OpenFile {
  name: string;
  position: number;
  readable: boolean;
  writable: boolean;
  append: boolean;
  open: boolean;
}

export function file(firmware: Host): void {
  const { vm, board } = firmware;
  const { files } = board;
  let open = 0;
  /** The last file opened, and the registry reference that keeps it. */
  let last: OpenFile | undefined;
  let lastReference: number | undefined;

  /** Functions that are methods of a file, and functions of the module that act on the last file opened. */
  const methods: Record<string, HostFunction> = {
    read: (L) => {
      const [handle, at] = target(L);
      let length = READ_DEFAULT;
      let end: number | undefined;
      if (vm.type(L, at) === LuaType.number) length = Math.max(0, vm.checkInteger(L, at));
      else if (vm.type(L, at) === LuaType.string) {
        const mark = vm.checkBytes(L, at);
        if (mark.length !== 1) raise("wrong arg range");
        end = mark[0];
      }
      return pushRead(L, handle, length, end);
    },
    readline: (L) => pushRead(L, target(L)[0], READ_DEFAULT, LINE_FEED),
    write: (L) => {
      const [handle, at] = target(L);
      vm.pushValue(L, write(isOpen(handle), vm.checkBytes(L, at)) || undefined);
      return 1;
    },
    writeline: (L) => {
      const [handle, at] = target(L);
      const line = Buffer.concat([vm.checkBytes(L, at), Buffer.from([LINE_FEED])]);
      vm.pushValue(L, write(isOpen(handle), line) || undefined);
      return 1;
    },
    seek: (L) => {
      const [target_, at] = target(L);
      const handle = isOpen(target_);
      const whence = vm.type(L, at) > LuaType.nil ? vm.checkString(L, at) : "cur";
      const size = files.read(handle.name)?.length ?? 0;
      const base = { set: 0, cur: handle.position, end: size }[whence];
      if (base === undefined) vm.argumentError(L, at, `invalid option '${whence}'`);
      const position = base! + vm.optionalInteger(L, at + 1, 0);
      const isInside = position >= 0 && position <= size;
      if (isInside) handle.position = position;
      // beyond the end is an error, but the position is then the end
      else if (position > size) handle.position = size;
      vm.pushValue(L, isInside ? position : undefined);
      return 1;
    },
    flush: (L) => {
      isOpen(target(L)[0]);
      vm.pushValue(L, true);
      return 1;
    },
    close: (L) => {
      const handle = vm.type(L, 1) === LuaType.userdata ? objects.check(L, 1) : last;
      if (handle) close(handle);
      forgetLast();
      return 0;
    },
  };
  const objects = new UserdataClass<OpenFile>(vm, "file.obj", 4, methods, close);

  /** The file that a call is about, and where its arguments begin. */
  function target(L: number): [handle: OpenFile | undefined, at: number] {
    return vm.type(L, 1) === LuaType.userdata ? [objects.check(L, 1), 2] : [last, 1];
  }

  function isOpen(handle: OpenFile | undefined): OpenFile {
    if (!handle?.open) raise("open a file first");
    return handle;
  }

  function close(handle: OpenFile): void {
    if (!handle.open) return;
    handle.open = false;
    open--;
  }

  /** The file that was opened last can be collected, and with that closed. */
  function forgetLast(): void {
    if (lastReference !== undefined) vm.unref(lastReference);
    lastReference = undefined;
    last = undefined;
  }

  function pushRead(L: number, target_: OpenFile | undefined, length: number, end?: number): number {
    const handle = isOpen(target_);
    const content = handle.readable ? files.read(handle.name) : undefined;
    let piece = content?.subarray(handle.position, handle.position + length);
    if (length > 0 && !piece?.length) {
      vm.pushValue(L, undefined);
      return 1;
    }
    const at = end === undefined ? -1 : piece!.indexOf(end);
    if (at >= 0) piece = piece!.subarray(0, at + 1);
    handle.position += piece?.length ?? 0;
    vm.push(L, piece ?? "");
    return 1;
  }

  function write(handle: OpenFile, data: Buffer): boolean {
    const content = files.read(handle.name);
    if (!handle.writable || !content) return false;
    const at = handle.append ? content.length : handle.position;
    const after = content.subarray(at + data.length);
    if (!files.write(handle.name, Buffer.concat([content.subarray(0, at), data, after]))) return false;
    handle.position = at + data.length;
    return true;
  }

  /** @returns undefined for a place that is not in this file system */
  function checkName(L: number, index: number, whole = false): string | undefined {
    const path = vm.checkString(L, index);
    const base = whole ? path : path.slice(path.lastIndexOf("/") + 1);
    if (base.length > LONGEST_NAME || path.includes("\0")) vm.argumentError(L, index, "filename invalid");
    const name = path.replace(/^\/FLASH\/?/, "");
    return name.startsWith("/") || name.length > LONGEST_NAME || name === "" ? undefined : name;
  }

  /** Opens a file; pushes its object, or nil. */
  function pushOpened(L: number, name: string | undefined, mode: string): OpenFile | undefined {
    // programs count on it: the chip has collected, and so closed, the files that nobody keeps
    if (open === MOST_OPEN && firmware.isBootMode) vm.collect();
    forgetLast();
    const flags = ["r", "w", "a", "r+", "w+", "a+"].includes(mode) ? mode : "r";
    const existing = name === undefined ? undefined : files.read(name);
    const creates = flags[0] !== "r";
    const isFresh = creates && (!existing || flags[0] === "w");
    const isPossible = name !== undefined && open < MOST_OPEN && (creates || existing !== undefined);
    if (!isPossible || (isFresh && !files.write(name, ""))) {
      vm.pushValue(L, undefined);
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
    objects.push(L, handle);
    open++;
    lastReference = vm.ref(L, -1);
    last = handle;
    return handle;
  }

  defineModule(vm, "file", {
    ...methods,
    open: (L) => {
      const name = checkName(L, 1);
      const mode = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "r";
      pushOpened(L, name, mode);
      return 1;
    },
    list: (L) => {
      const pattern = vm.type(L, 1) > LuaType.nil ? vm.checkString(L, 1) : undefined;
      vm.api.lua_createtable!(L, 0, 0);
      for (const name of files.names()) {
        if (pattern !== undefined && !matches(L, name, pattern)) continue;
        vm.pushValue(L, files.read(name)!.length);
        vm.setField(L, -2, name);
      }
      return 1;
    },
    remove: (L) => {
      const name = checkName(L, 1);
      if (name !== undefined) files.remove(name);
      return 0;
    },
    rename: (L) => {
      const [from, to] = [checkName(L, 1), checkName(L, 2)];
      vm.pushValue(L, from !== undefined && to !== undefined && files.rename(from, to));
      return 1;
    },
    exists: (L) => {
      const name = checkName(L, 1);
      vm.pushValue(L, name !== undefined && files.read(name) !== undefined);
      return 1;
    },
    stat: (L) => {
      const name = checkName(L, 1, true);
      const content = name === undefined ? undefined : files.read(name);
      if (!content) {
        vm.pushValue(L, undefined);
        return 1;
      }
      const flags = { is_dir: false, is_rdonly: false, is_hidden: false, is_sys: false, is_arch: false };
      pushFields(vm, L, { size: content.length, name: name!, ...flags });
      pushFields(vm, L, { year: 1970, mon: 1, day: 1, hour: 0, min: 0, sec: 0 });
      vm.setField(L, -2, "time");
      return 1;
    },
    fsinfo: (L) => {
      for (const value of [files.size - files.used, files.used, files.size]) vm.pushValue(L, value);
      return 3;
    },
    fscfg: (L) => {
      vm.pushValue(L, START);
      vm.pushValue(L, files.size);
      return 2;
    },
    getcontents: (L) => {
      const handle = pushOpened(L, checkName(L, 1), "r");
      if (!handle) return 0;
      const results = pushRead(L, handle, Number.POSITIVE_INFINITY);
      close(handle);
      forgetLast();
      return results;
    },
    putcontents: (L) => {
      const handle = pushOpened(L, checkName(L, 1), "w+");
      if (!handle) return 1;
      vm.pushValue(L, write(handle, vm.checkBytes(L, 2)) || undefined);
      close(handle);
      forgetLast();
      return 1;
    },
    format: () => {
      if (last) close(last);
      forgetLast();
      files.format();
      return 0;
    },
    // files have no times here, so there is nothing to ask a clock for
    on: (L) => {
      if (vm.checkString(L, 1) !== "rtc") vm.argumentError(L, 1, `invalid option '${vm.checkString(L, 1)}'`);
      const type = vm.type(L, 2);
      if (type !== LuaType.function && type !== LuaType.nil) raise("Callback should be function or nil");
      return 0;
    },
  });

  function matches(L: number, name: string, pattern: string): boolean {
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
