// What the libraries of a firmware that counts in integers have and do differently (app/lua/lmathlib.c, lstrlib.c): its numbers
// themselves are the VM's (vm/lua51-integer.ts).

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { raise } from "./binding.ts";

const MOST = 0x7fffffff;

/** Puts the functions that differ into the libraries math and string. */
export function integers(firmware: Host): void {
  const { vm } = firmware;
  const number = (L: number, index: number): number => {
    if (vm.type(L, index) !== LuaType.number) vm.checkInteger(L, index);
    return vm.number(L, index);
  };

  vm.getGlobal("math");
  const { L } = vm;
  vm.getField(L, -1, "random");
  const random = vm.api.lua_tocfunction!(L, -1);
  vm.pop(L);
  for (const name of ["ceil", "floor"]) {
    vm.pushFunction(L, (thread) => {
      vm.pushValue(thread, number(thread, 1));
      return 1;
    });
    vm.setField(L, -2, name);
  }
  vm.pushFunction(L, (thread) => {
    const square = number(thread, 1);
    if (square < 0) vm.argumentError(thread, 1, "negative");
    vm.pushValue(thread, Math.floor(Math.sqrt(square)));
    return 1;
  });
  vm.setField(L, -2, "sqrt");
  vm.pushFunction(L, (thread) => {
    // a number between 0 and 1 is 0
    if (vm.api.lua_gettop!(thread) === 0) vm.pushValue(thread, 0);
    else callOwn(thread, random);
    return 1;
  });
  vm.setField(L, -2, "random");
  vm.pushValue(L, undefined);
  vm.setField(L, -2, "pi");
  vm.pushValue(L, MOST);
  vm.setField(L, -2, "huge");
  vm.pop(L);

  vm.getGlobal("string");
  vm.getField(L, -1, "format");
  const format = vm.api.lua_tocfunction!(L, -1);
  vm.pop(L);
  vm.pushFunction(L, (thread) => {
    for (const [, conversion] of vm.checkString(thread, 1).matchAll(/%[-+ #0]*\d*\.?\d*(.)/gs))
      if ("eEfgG".includes(conversion!)) raise(`invalid option '%${conversion}' to 'format'`);
    callOwn(thread, format);
    return 1;
  });
  vm.setField(L, -2, "format");
  vm.pop(L);

  /** Calls a function of Lua's library with all arguments; it leaves one result. */
  function callOwn(thread: number, fn: number): void {
    const count = vm.api.lua_gettop!(thread);
    vm.api.lua_pushcclosure!(thread, fn, 0);
    vm.api.lua_insert!(thread, 1);
    vm.callUnprotected(thread, count, 1);
  }
}
