// Fields of a table of settings that Lua gives as its first argument (ESP8266), checked with the firmware's messages.
import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";

/** @returns a text of at most `longest` bytes, or undefined for nil. Raises for anything else. */
export function textField(vm: LuaVm, L: number, name: string, longest: number): string | undefined {
  vm.getField(L, 1, name);
  const isNil = vm.type(L, -1) === LuaType.nil;
  if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, `${name}:not string`);
  const text = isNil ? undefined : vm.string(L, -1)!;
  vm.pop(L);
  if (text !== undefined && text.length > longest) vm.argumentError(L, 1, `${name}: length:0-${longest}`);
  return text;
}

/** @returns a boolean, true for nil. Raises for anything else. */
export function booleanField(vm: LuaVm, L: number, name: string): boolean {
  vm.getField(L, 1, name);
  const type = vm.type(L, -1);
  if (type !== LuaType.nil && type !== LuaType.boolean) vm.argumentError(L, 1, `${name}:not boolean`);
  const value = type === LuaType.nil || vm.boolean(L, -1);
  vm.pop(L);
  return value;
}

/** @returns the lowest byte of a number within [from, to], or `otherwise` for nil. Raises for anything else. */
export function numberField(
  vm: LuaVm,
  L: number,
  name: string,
  otherwise: number,
  [from, to]: readonly [number, number],
): number {
  vm.getField(L, 1, name);
  const isNil = vm.type(L, -1) === LuaType.nil;
  if (!isNil && vm.api.lua_isnumber!(L, -1) === 0) vm.argumentError(L, 1, `${name}: must be a number`);
  const value = isNil ? otherwise : vm.checkInteger(L, -1) & 0xff;
  vm.pop(L);
  const range = name === "policy" ? "must be 0 or 1" : `Range:${from}-${to}`;
  if (value < from || value > to) vm.argumentError(L, 1, `${name}: ${range}`);
  return value;
}

/** Calls `take` with the function on top of the stack, if the field is one. Raises for anything else but nil. */
export function functionField(vm: LuaVm, L: number, name: string, shown: string, take: () => void): void {
  vm.getField(L, 1, name);
  const type = vm.type(L, -1);
  if (type !== LuaType.nil && type !== LuaType.function) vm.argumentError(L, 1, `${shown}:not function`);
  if (type === LuaType.function) take();
  vm.pop(L);
}
