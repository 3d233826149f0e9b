// net.udpsocket of the ESP32. Datagrams reach nobody, for the simulated networks carry none.

import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { ANY_ADDRESS, type LwipStack } from "../network/lwip.ts";
import { type Functions, pushValues, raise, UserdataClass } from "./binding.ts";
import { listenArguments, parseAddress } from "./net-arguments.ts";
import { Endpoint, type NetCalls, UDP_EVENTS } from "./net-endpoint.ts";

class UdpSocket extends Endpoint {
  bound: { port: number; address: string } | undefined;

  override get isInUse(): boolean {
    return this.bound !== undefined;
  }
}

/** Makes the class of their userdata in Lua, and sockets of it. */
export class UdpSockets {
  readonly #host: Host;
  readonly #vm: LuaVm;
  readonly #stack: LwipStack;
  readonly #calls: NetCalls;
  readonly #sockets: UserdataClass<UdpSocket>;

  readonly #methods: Functions = {
    listen: (L) => {
      const socket = this.#check(L);
      if (socket.bound) raise("already listening");
      const { port, address } = listenArguments(this.#vm, L);
      socket.bound = { port: port === 0 ? this.#stack.freePort() : port, address };
      socket.keep(L, 1);
      return 0;
    },
    on: (L) => this.#check(L).handlers.on(L, UDP_EVENTS),
    send: (L) => {
      const vm = this.#vm;
      const socket = this.#check(L);
      if ((vm.checkInteger(L, 2) & 0xffff) === 0) raise("need port");
      if (parseAddress(vm.checkString(L, 3)) === undefined) raise("invalid IP address");
      if (vm.checkBytes(L, 4).length === 0) raise("no data to send");
      if (vm.type(L, 5) === LuaType.function) socket.handlers.set(L, "sent", 5);
      socket.bound ??= { port: this.#stack.freePort(), address: ANY_ADDRESS };
      socket.keep(L, 1);
      socket.fireInside(L, "sent");
      return 0;
    },
    // closing is for TCP: the netconn of a datagram socket refuses, and stays
    close: (L) => {
      this.#check(L);
      return raise("not connected");
    },
    getaddr: (L) => {
      const { bound } = this.#check(L);
      return pushValues(this.#vm, L, [bound?.port, bound?.address]);
    },
    dns: (L) => this.#check(L).dns(L),
  };

  /** @param size bytes of the userdata */
  constructor(host: Host, size: number, stack: LwipStack, calls: NetCalls) {
    this.#host = host;
    this.#vm = host.vm;
    this.#stack = stack;
    this.#calls = calls;
    this.#sockets = new UserdataClass(host.vm, "net.udpsocket", size, this.#methods, (socket) =>
      socket.handlers.release(),
    );
  }

  /** Pushes a new socket. @returns 1, the number of values pushed */
  push(L: number): number {
    this.#sockets.push(L, new UdpSocket(this.#host, this.#calls));
    return 1;
  }

  #check(L: number): UdpSocket {
    return this.#sockets.get(L, 1) ?? raise("invalid user data");
  }
}
