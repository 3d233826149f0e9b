// Modules file and io (ESP32): file has no contents, only names; reading and writing go through io, on the same SPIFFS.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, UserdataClass } from "./binding.ts";

const ENOENT = 2;
const ENOSPC = 28;
const ENAMETOOLONG = 91;

interface Stream {
  name: string;
  content: Buffer;
  position: number;
  readable: boolean;
  writable: boolean;
  append: boolean;
  open: boolean;
}

export function fileEsp32(firmware: Host): void {
  const { vm, board } = firmware;
  const { files } = board;

  function fail(L: number, message: string, code: number): number {
    vm.pushValue(L, undefined);
    vm.push(L, message);
    vm.pushValue(L, code);
    return 3;
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
    const end = rest.indexOf(10);
    stream.position += end < 0 ? rest.length : end + 1;
    return end < 0 ? rest : rest.subarray(0, end);
  }

  const streams = new UserdataClass<Stream>(vm, "FILE*", 8, {
    read: (L) => {
      const stream = check(L);
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
    lines: (L) => {
      const stream = check(L);
      vm.pushFunction(L, (thread) => {
        vm.pushValue(thread, readOne(stream, "*l"));
        return 1;
      });
      return 1;
    },
    write: (L) => {
      const stream = check(L);
      for (let i = 2; i <= vm.api.lua_gettop!(L); i++) {
        const data = vm.checkBytes(L, i);
        const at = stream.append ? stream.content.length : stream.position;
        const content = Buffer.concat([
          stream.content.subarray(0, at),
          data,
          stream.content.subarray(at + data.length),
        ]);
        if (!stream.writable || !files.write(stream.name, content))
          return fail(L, "No space left on device", ENOSPC);
        stream.content = content;
        stream.position = at + data.length;
      }
      vm.pushValue(L, true);
      return 1;
    },
    seek: (L) => {
      const stream = check(L);
      const whence = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "cur";
      const base = { set: 0, cur: stream.position, end: stream.content.length }[whence] ?? 0;
      stream.position = Math.max(0, base + vm.optionalInteger(L, 3, 0));
      vm.pushValue(L, stream.position);
      return 1;
    },
    flush: (L) => {
      check(L);
      vm.pushValue(L, true);
      return 1;
    },
    close: (L) => {
      check(L).open = false;
      vm.pushValue(L, true);
      return 1;
    },
  });

  function check(L: number): Stream {
    const stream = streams.check(L, 1);
    if (!stream.open) throw new Error("attempt to use a closed file");
    return stream;
  }

  function open(L: number, name: string, mode: string): Stream | number {
    const existing = files.read(name);
    if (name.length > LONGEST_NAME) return fail(L, `${name}: File name too long`, ENAMETOOLONG);
    if (!existing && mode[0] === "r") return fail(L, `${name}: No such file or directory`, ENOENT);
    const content = mode[0] === "w" || !existing ? Buffer.alloc(0) : existing;
    if (content !== existing && !files.write(name, content))
      return fail(L, `${name}: No space left on device`, ENOSPC);
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

  defineModule(vm, "io", {
    open: (L) => {
      const stream = open(L, vm.checkString(L, 1), vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "r");
      if (typeof stream === "number") return stream;
      streams.push(L, stream);
      return 1;
    },
    lines: (L) => {
      const name = vm.checkString(L, 1);
      const stream = open(L, name, "r");
      if (typeof stream === "number") vm.argumentError(L, 1, `${name}: No such file or directory`);
      else
        vm.pushFunction(L, (thread) => {
          vm.pushValue(thread, readOne(stream, "*l"));
          return 1;
        });
      return 1;
    },
  });

  defineModule(vm, "file", {
    list: (L) => {
      vm.api.lua_createtable!(L, 0, 0);
      for (const name of files.names()) {
        // the firmware of the recordings tells 0 for every file
        vm.pushValue(L, 0);
        vm.setField(L, -2, name);
      }
      return 1;
    },
    remove: (L) => {
      files.remove(vm.checkString(L, 1));
      return 0;
    },
    rename: (L) => {
      vm.pushValue(L, files.rename(vm.checkString(L, 1), vm.checkString(L, 2)));
      return 1;
    },
    exists: (L) => {
      vm.pushValue(L, files.read(vm.checkString(L, 1)) !== undefined);
      return 1;
    },
    fsinfo: (L) => {
      for (const value of [files.size - files.used, files.used, files.size]) vm.pushValue(L, value);
      return 3;
    },
    format: () => {
      files.format();
      return 0;
    },
  });
}
