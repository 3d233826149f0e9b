// Module console (firmware for ESP32 since October 2024): the console's bytes for Lua, whatever the console is made of.
// There uart.on is about other ports, lines end with LF alone, and the console's rate is not Lua's to change.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";
import { writeArguments } from "./uart.ts";

const [NONINTERACTIVE, INTERACTIVE] = [0, 1];

/** Gives Lua the module console. */
export function consoleModule({ vm, board, console }: Host): void {
  defineModule(
    vm,
    "console",
    {
      on: (L) => {
        const method = vm.checkString(L, 1);
        if (method !== "data" && method !== "error") raise("method not supported");
        if (method === "error") return 0;
        const until: { count?: number; end?: number } = {};
        if (vm.type(L, 2) === LuaType.number) until.count = vm.checkInteger(L, 2);
        else if (vm.type(L, 2) === LuaType.string) {
          const end = vm.checkBytes(L, 2);
          if (end.length !== 1) raise("only single byte end marker supported");
          until.end = end[0]!;
        }
        const at = [2, 3].find((index) => vm.type(L, index) === LuaType.function);
        const old = console.receive(at === undefined ? undefined : vm.ref(L, at), until, console.runsInput);
        if (old !== undefined) vm.unref(old);
        return 0;
      },
      mode: (L) => {
        const mode = vm.checkInteger(L, 1);
        if (mode !== NONINTERACTIVE && mode !== INTERACTIVE) raise("invalid mode");
        console.runsInput = mode === INTERACTIVE;
        return 0;
      },
      write: (L) => {
        writeArguments(vm, L, 1, (text) => board.writeRaw(text));
        return 0;
      },
    },
    { NONINTERACTIVE, INTERACTIVE },
  );
  // uart.on without a port's number is an error there; the console's port is not among the others
  vm.run('uart.on = function() error("uart 0 is the console", 0) end uart.setup = uart.on');
}
