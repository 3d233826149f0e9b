// What a socket of any kind is to Lua, on both chips: a userdata with handlers for its events, which Lua may let go of while the
// network still has something to tell.

import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import type { LwipConnection } from "../network/lwip.ts";
import { pushValues, raise, type Value } from "./binding.ts";
import { Callbacks } from "./callbacks.ts";

export const TCP_EVENTS = ["connection", "reconnection", "disconnection", "receive", "sent", "dns"] as const;
export const UDP_EVENTS = ["receive", "sent", "dns"] as const;
export type SocketEvent = (typeof TCP_EVENTS)[number];
/** LUA_NOREF: calling it is calling nil. */
export const NO_REFERENCE = -2;

/** How a chip's net calls Lua, and how it looks names up. */
export interface NetCalls {
  /** Calls a registry reference with arguments that `push` pushes (and counts). */
  call(reference: number, push: (L: number) => number): void;
  /** Looks a name up, tells the endpoint's handler for "dns", then `answered`; undefined is a name that nobody knows. */
  resolve(L: number, endpoint: Endpoint, name: string, answered: (address: string | undefined) => void): void;
}

/** A socket's handlers. */
export class Handlers extends Callbacks<SocketEvent> {
  /** The method `on`. */
  on(L: number, events: readonly SocketEvent[]): number {
    const name = this.vm.checkString(L, 2) as SocketEvent;
    if (!events.includes(name)) raise("invalid callback name");
    const type = this.vm.type(L, 3);
    if (type !== LuaType.function && type !== LuaType.nil) raise("invalid callback function");
    this.set(L, name, 3);
    return 0;
  }
}

export abstract class Endpoint {
  readonly handlers: Handlers;
  /** Registry reference to its own userdata: from accept or connect until the end, and while a name is looked up. */
  self: number | undefined;
  protected readonly host: Host;
  readonly #calls: NetCalls;
  #lookups = 0;

  constructor(host: Host, calls: NetCalls) {
    this.host = host;
    this.#calls = calls;
    this.handlers = new Handlers(host.vm);
  }

  /** It has a connection, or a port. */
  abstract get isInUse(): boolean;

  protected get vm(): LuaVm {
    return this.host.vm;
  }

  /** Keeps the userdata at `index` from being collected, until release(). */
  keep(L: number, index: number): void {
    this.self ??= this.vm.ref(L, index);
  }

  /** Lets go of the userdata, which can be collected from now on, unless an answer is still to come to it. */
  release(): void {
    if (this.#lookups > 0 || this.self === undefined || !this.host.running) return;
    const { self } = this;
    this.self = undefined;
    this.vm.unref(self);
  }

  /** Calls the handler for an event, if there is one, with the socket (nil if Lua has let go of it) and further values. */
  fire(event: SocketEvent, ...values: Value[]): void {
    const handler = this.handlers.get(event);
    if (handler !== undefined) this.fireReference(handler, ...values);
  }

  /** The same for a function that is known already. */
  protected fireReference(reference: number, ...values: Value[]): void {
    this.#calls.call(reference, (L) => this.#pushArguments(L, values));
  }

  /** The same from inside a function that Lua has called: an error in the handler goes to the Lua code that called. */
  fireInside(L: number, event: SocketEvent, ...values: Value[]): void {
    const handler = this.handlers.get(event);
    if (handler === undefined) return;
    this.vm.pushRef(L, handler);
    this.vm.callUnprotected(L, this.#pushArguments(L, values), 0);
  }

  #pushArguments(L: number, values: readonly Value[]): number {
    if (this.self === undefined) this.vm.pushValue(L, undefined);
    else this.vm.pushRef(L, this.self);
    return 1 + pushValues(this.vm, L, values);
  }

  /** Looks a name up: the handler for "dns" hears of it, then `found`. The userdata is at 1. */
  lookUp(L: number, name: string, found: (address: string | undefined) => void): void {
    this.keep(L, 1);
    this.#lookups++;
    this.#calls.resolve(L, this, name, (address) => {
      this.#lookups--;
      found(address);
      if (!this.isInUse) this.release();
    });
  }

  /** The method `dns`. */
  dns(L: number): number {
    const name = this.vm.checkString(L, 2);
    if (this.vm.type(L, 3) === LuaType.function) this.handlers.set(L, "dns", 3);
    if (this.handlers.get("dns") === undefined) raise("no callback specified");
    this.lookUp(L, name, () => {});
    return 0;
  }
}

/** A socket of TCP, as far as chips agree. */
export abstract class TcpSocket extends Endpoint {
  /** Its connection, as long as lwIP has it. */
  abstract get connection(): LwipConnection | undefined;
  /** Takes a new connection, of which it hears from now on. */
  abstract begin(connection: LwipConnection): void;
  /** Its host has been looked up: connects, unless Lua has given up the connection that was begun. */
  abstract connectTo(connection: LwipConnection, address: string, port: number): void;
  /** @returns undefined, or what went wrong in the firmware's words */
  abstract write(data: Buffer): string | undefined;
  /** @returns undefined, or what went wrong in the firmware's words */
  abstract close(): string | undefined;
}
