// What net reads in the same way on both chips: addresses, the arguments of listen, the handlers of a socket.

import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import { ANY_ADDRESS } from "../network/lwip.ts";
import { raise } from "./binding.ts";

export const TCP = 1;
export const UDP = 2;
/** LUA_NOREF: calling it is calling nil. */
export const NO_REFERENCE = -2;
/** Where a name that nobody knows leads to (IPADDR_NONE). */
export const NO_ADDRESS = "255.255.255.255";

export const TCP_EVENTS = ["connection", "reconnection", "disconnection", "receive", "sent", "dns"] as const;
export const UDP_EVENTS = ["receive", "sent", "dns"] as const;
export type SocketEvent = (typeof TCP_EVENTS)[number];

/** A socket's handlers, as registry references. */
export class Handlers {
  readonly #vm: LuaVm;
  readonly #references = new Map<SocketEvent, number>();

  constructor(vm: LuaVm) {
    this.#vm = vm;
  }

  get(event: SocketEvent): number | undefined {
    return this.#references.get(event);
  }

  /** Puts the function at `index` in place of the one before; nil takes it away. */
  set(L: number, event: SocketEvent, index: number): void {
    const old = this.#references.get(event);
    if (old !== undefined) this.#vm.unref(old);
    this.#references.delete(event);
    if (this.#vm.type(L, index) === LuaType.function) this.#references.set(event, this.#vm.ref(L, index));
  }

  /** The method `on`. */
  on(L: number, events: readonly SocketEvent[]): void {
    const name = this.#vm.checkString(L, 2) as SocketEvent;
    if (!events.includes(name)) raise("invalid callback name");
    const type = this.#vm.type(L, 3);
    if (type !== LuaType.function && type !== LuaType.nil) raise("invalid callback function");
    this.set(L, name, 3);
  }

  /** Lets go of all: the socket has been collected. */
  release(): void {
    for (const reference of this.#references.values()) this.#vm.unref(reference);
    this.#references.clear();
  }
}

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

/** The DNS servers that a board knows, as net.dns sets and gets them. */
export class DnsServers {
  readonly #vm: LuaVm;
  readonly #addresses: string[];

  constructor(vm: LuaVm, count: number) {
    this.#vm = vm;
    this.#addresses = ["192.168.4.1", ...new Array<string>(count - 1).fill(ANY_ADDRESS)];
  }

  set(L: number): number {
    const address = parseAddress(this.#vm.checkString(L, 1));
    if (address === undefined || address === ANY_ADDRESS) raise("invalid dns server ip");
    this.#addresses[this.#index(L, 2)] = address;
    return 0;
  }

  get(L: number): number {
    const address = this.#addresses[this.#index(L, 1)]!;
    this.#vm.pushValue(L, address === ANY_ADDRESS ? undefined : address);
    return 1;
  }

  #index(L: number, index: number): number {
    const number = this.#vm.optionalInteger(L, index, 0);
    const last = this.#addresses.length - 1;
    if (number < 0 || number > last) raise(`server index out of range [0-${last}]`);
    return number;
  }
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
