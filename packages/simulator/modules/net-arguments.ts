// What net reads in the same way on both chips: addresses, and the arguments of listen.

import type { LuaVm } from "../../lua-vm/vm/lua.ts";
import { ANY_ADDRESS } from "../network/lwip.ts";
import { raise } from "./binding.ts";

export const TCP = 1;
export const UDP = 2;
/** Where a name that nobody knows leads to (IPADDR_NONE). */
export const NO_ADDRESS = "255.255.255.255";

export interface ListenArguments {
  port: number;
  address: string;
  /** Where the callback is expected. */
  next: number;
}

/** The arguments of listen, told apart by what they are: a port, then an address, then the callback. */
export function listenArguments(vm: LuaVm, L: number): ListenArguments {
  let next = 2;
  let port = 0;
  let address: string | undefined = ANY_ADDRESS;
  if (vm.api.lua_isnumber!(L, next) !== 0) port = vm.checkInteger(L, next++) & 0xffff;
  if (vm.api.lua_isstring!(L, next) !== 0) address = parseAddress(vm.checkString(L, next++));
  if (address === undefined) raise("invalid IP address");
  return { port, address, next };
}

/**
 * An address as inet_aton reads it: one to four numbers, each decimal, octal (0…) or hexadecimal (0x…), the last one
 * filling the bytes that are left; "5" is 0.0.0.5.
 * @returns its usual form, or undefined
 */
export function parseAddress(text: string): string | undefined {
  const parts = text.split(".");
  const numbers = parts.map((part) => (/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part) ? toNumber(part) : -1));
  const last = numbers.pop()!;
  const room = 4 - numbers.length;
  if (room < 1 || last < 0 || last >= 256 ** room) return undefined;
  if (numbers.some((number) => number < 0 || number > 255)) return undefined;
  const bytes = [...numbers];
  for (let i = room - 1; i >= 0; i--) bytes.push(Math.floor(last / 256 ** i) % 256);
  return bytes.join(".");
}

function toNumber(text: string): number {
  return Number.parseInt(text, /^0x/i.test(text) ? 16 : text.startsWith("0") ? 8 : 10);
}
