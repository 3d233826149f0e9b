// Module file (ESP8266): SPIFFS through file objects; at most four open at a time, names of at most 31 characters.
// The module form (file.read() on the last file opened) is not offered: on the chip it can use freed memory.
import { LONGEST_NAME } from "../files.ts";
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, raise, UserdataClass } from "./binding.ts";

const MOST_OPEN = 4;
/** Bytes that read() gives when not told. */
const READ_DEFAULT = 1024;

interface OpenFile {
  name: string;
  content: Buffer;
  position: number;
  readable: boolean;
  writable: boolean;
  append: boolean;
  open: boolean;
}

export function file(firmware: Firmware): void {
  const { vm, board } = firmware;
  const { files } = board;
  let open = 0;

  const objects = new UserdataClass<OpenFile>(
    vm,
    "file.obj",
    16,
    {
      read: (L) => {
        const handle = check(L);
        let length = READ_DEFAULT;
        let end: number | undefined;
        if (vm.type(L, 2) === LuaType.number) length = vm.checkInteger(L, 2);
        else if (vm.type(L, 2) === LuaType.string) {
          const mark = vm.checkBytes(L, 2);
          if (mark.length !== 1) raise("wrong arg range");
          end = mark[0];
        }
        return pushRead(L, handle, length, end);
      },
      readline: (L) => pushRead(L, check(L), READ_DEFAULT, 10),
      write: (L) => {
        vm.pushValue(L, write(check(L), vm.checkBytes(L, 2)));
        return 1;
      },
      writeline: (L) => {
        const handle = check(L);
        vm.pushValue(L, write(handle, Buffer.concat([vm.checkBytes(L, 2), Buffer.from("\n")])));
        return 1;
      },
      seek: (L) => {
        const handle = check(L);
        const whence = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "cur";
        const offset = vm.optionalInteger(L, 3, 0);
        const base = { set: 0, cur: handle.position, end: handle.content.length }[whence];
        if (base === undefined) vm.argumentError(L, 2, `invalid option '${whence}'`);
        const position = base! + offset;
        if (position < 0 || position > handle.content.length) {
          vm.pushValue(L, undefined);
          return 1;
        }
        handle.position = position;
        vm.pushValue(L, position);
        return 1;
      },
      flush: (L) => {
        check(L);
        vm.pushValue(L, true);
        return 1;
      },
      close: (L) => {
        close(objects.check(L, 1));
        return 0;
      },
    },
    close,
  );

  function check(L: number): OpenFile {
    const handle = objects.check(L, 1);
    if (!handle.open) raise("open a file first");
    return handle;
  }

  function close(handle: OpenFile): void {
    if (!handle.open) return;
    handle.open = false;
    open--;
  }

  function pushRead(L: number, handle: OpenFile, length: number, end: number | undefined): number {
    if (!handle.readable) return 0;
    let piece = handle.content.subarray(handle.position, handle.position + length);
    if (end !== undefined) {
      const at = piece.indexOf(end);
      if (at >= 0) piece = piece.subarray(0, at + 1);
    }
    if (piece.length === 0) {
      vm.pushValue(L, undefined);
      return 1;
    }
    handle.position += piece.length;
    vm.push(L, piece);
    return 1;
  }

  function write(handle: OpenFile, data: Buffer): true | undefined {
    if (!handle.writable) return undefined;
    const at = handle.append ? handle.content.length : handle.position;
    const content = Buffer.concat([
      handle.content.subarray(0, at),
      data,
      handle.content.subarray(at + data.length),
    ]);
    if (!files.write(handle.name, content)) return undefined;
    handle.content = content;
    handle.position = at + data.length;
    return true;
  }

  function checkName(L: number, index: number): string {
    const name = vm.checkString(L, index).replace(/^\/FLASH\//, "");
    if (name.length === 0 || name.length > LONGEST_NAME || name.includes("\0")) {
      vm.argumentError(L, index, "filename invalid");
    }
    return name;
  }

  defineModule(vm, "file", {
    open: (L) => {
      const name = checkName(L, 1);
      const mode = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "r";
      const flags = ["r", "w", "a", "r+", "w+", "a+"].includes(mode) ? mode : "r";
      const existing = files.read(name);
      const creates = flags[0] !== "r";
      if (open >= MOST_OPEN || (!existing && !creates)) {
        vm.pushValue(L, undefined);
        return 1;
      }
      const content = flags[0] === "w" || !existing ? Buffer.alloc(0) : existing;
      if (creates && content !== existing && !files.write(name, content)) {
        vm.pushValue(L, undefined);
        return 1;
      }
      open++;
      objects.push(L, {
        name,
        content,
        position: 0,
        readable: flags === "r" || flags.endsWith("+"),
        writable: flags !== "r",
        append: flags[0] === "a",
        open: true,
      });
      return 1;
    },
    list: (L) => {
      const pattern = vm.type(L, 1) > LuaType.nil ? vm.checkString(L, 1) : undefined;
      vm.api.lua_createtable!(L, 0, 0);
      for (const name of files.names()) {
        if (pattern !== undefined) {
          vm.getGlobal("string", L);
          vm.getField(L, -1, "find");
          vm.push(L, name);
          vm.push(L, pattern);
          vm.callUnprotected(L, 2, 1);
          const matches = vm.type(L, -1) !== LuaType.nil;
          vm.pop(L, 2);
          if (!matches) continue;
        }
        vm.pushValue(L, files.read(name)!.length);
        vm.setField(L, -2, name);
      }
      return 1;
    },
    remove: (L) => {
      files.remove(checkName(L, 1));
      return 0;
    },
    rename: (L) => {
      vm.pushValue(L, files.rename(checkName(L, 1), checkName(L, 2)));
      return 1;
    },
    exists: (L) => {
      vm.pushValue(L, files.read(checkName(L, 1)) !== undefined);
      return 1;
    },
    stat: (L) => {
      const name = checkName(L, 1);
      const content = files.read(name);
      if (!content) {
        vm.pushValue(L, undefined);
        return 1;
      }
      vm.api.lua_createtable!(L, 0, 8);
      const fields = {
        size: content.length,
        name,
        is_dir: false,
        is_rdonly: false,
        is_hidden: false,
        is_sys: false,
      };
      for (const [key, value] of Object.entries(fields)) {
        vm.pushValue(L, value);
        vm.setField(L, -2, key);
      }
      return 1;
    },
    fsinfo: (L) => {
      for (const value of [files.size - files.used, files.used, files.size]) vm.pushValue(L, value);
      return 3;
    },
    getcontents: (L) => {
      const content = files.read(checkName(L, 1));
      if (!content) return 0;
      vm.pushValue(L, content.length > 0 ? content : undefined);
      return 1;
    },
    putcontents: (L) => {
      vm.pushValue(L, files.write(checkName(L, 1), vm.checkBytes(L, 2)) || undefined);
      return 1;
    },
    format: (L) => {
      files.format();
      vm.pushValue(L, true);
      return 1;
    },
  });
}
