// Module net of the ESP8266: what it has and does beside what both chips share (net.ts): hold, ttl, interface information.
// Every callback is a plain lua_call on the chip, so an error in one is a panic.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { LWIP_1_4, type LwipConnection } from "../network/lwip.ts";
import { type Functions, raise, setFields, UserdataClass } from "./binding.ts";
import { Net, Server } from "./net.ts";
import { parseAddress } from "./net-arguments.ts";
import { type Endpoint, NO_REFERENCE } from "./net-endpoint.ts";
import { SocketEsp8266 } from "./net-socket-esp8266.ts";
import { SocketMemory } from "./net-stale-calls.ts";

const USERDATA_SIZE = 44;
const TRAITS = {
  lwip: LWIP_1_4,
  connections: 5,
  dnsServers: 2,
  portTaken: "out of memory",
  noConnection: "cannot allocate PCB",
};

class NetEsp8266 extends Net<Server, SocketEsp8266> {
  readonly #memory = new SocketMemory<SocketEsp8266>(this.board);

  protected override readonly servers = new UserdataClass<Server>(
    this.vm,
    "net.tcpserver",
    USERDATA_SIZE,
    this.serverMethods,
    (server) => this.forgetServer(server),
  );

  readonly #ownMethods: Functions = {
    hold: (L) => {
      const socket = this.checkSocket(L);
      if (socket.connection) socket.isHeld = true;
      return 0;
    },
    unhold: (L) => {
      const socket = this.checkSocket(L);
      if (!socket.connection || !socket.isHeld) return 0;
      socket.isHeld = false;
      socket.connection.openWindow();
      return 0;
    },
    ttl: (L) => {
      const { connection } = this.checkSocket(L);
      if (!connection) raise("socket is not open/bound yet");
      const ttl = this.vm.optionalInteger(L, 2, -1);
      if (ttl !== -1) connection.ttl = ttl & 0xff;
      return this.results(L, ttl === -1 ? connection.ttl : ttl);
    },
  };
  protected override readonly sockets = new UserdataClass<SocketEsp8266>(
    this.vm,
    "net.tcpsocket",
    USERDATA_SIZE,
    { ...this.socketMethods, ...this.#ownMethods },
    (socket) => socket.collected(),
  );

  readonly #functions: Functions = {
    createServer: (L) => {
      this.servers.push(L, new Server(this.vm.optionalInteger(L, 1, 30)));
      return 1;
    },
    createConnection: (L) => {
      this.#push(L, new SocketEsp8266(this.host, this, this.#memory));
      return 1;
    },
    createUDPSocket: () => raise("the simulated board has no UDP"),
    ifinfo: (L) => {
      if (this.vm.optionalInteger(L, 1, 0) !== 0) return 0;
      this.#pushInterface(L);
      return 1;
    },
    ping: () => raise("the simulated board has no ICMP"),
    multicastJoin: () => raise("the simulated board has no multicast"),
    multicastLeave: () => raise("the simulated board has no multicast"),
  };

  constructor(host: Host) {
    super(host, TRAITS);
  }

  override install(): void {
    this.define(this.#functions);
  }

  override call(reference: number, push: (L: number) => number): void {
    this.host.callUnprotected(reference, push);
  }

  /** An address is answered at once. */
  override resolve(
    L: number,
    endpoint: Endpoint,
    name: string,
    answered: (address: string | undefined) => void,
  ): void {
    const address = parseAddress(name);
    if (address !== undefined) {
      endpoint.fireInside(L, "dns", address);
      answered(address);
      return;
    }
    this.board.network.resolve(name, (answer) => {
      if (!this.host.running) return;
      endpoint.fire("dns", answer);
      answered(answer);
    });
  }

  protected override dnsResolve(L: number): number {
    const { vm } = this;
    const name = vm.checkString(L, 1);
    vm.checkFunction(L, 2);
    const address = parseAddress(name);
    if (address !== undefined) {
      vm.api.lua_pushvalue!(L, 2);
      vm.callUnprotected(L, this.results(L, undefined, address), 0);
      return 0;
    }
    const callback = vm.ref(L, 2);
    this.board.network.resolve(name, (answer) => {
      if (!this.host.running) return;
      this.call(callback, (thread) => this.results(thread, undefined, answer));
      vm.unref(callback);
    });
    return 0;
  }

  protected override accepted(server: Server, connection: LwipConnection): void {
    if (server.self === undefined) return;
    const socket = new SocketEsp8266(this.host, this, this.#memory);
    socket.begin(connection);
    connection.keepIdle = server.timeout * 1000;
    this.call(server.accept ?? NO_REFERENCE, (L) => {
      this.#push(L, socket);
      socket.keep(L, -1);
      return 1;
    });
    if (socket.self !== undefined) socket.fire("connection");
  }

  /** A fourth argument is the handler for "connection". */
  protected override connecting(L: number, socket: SocketEsp8266): void {
    if (this.vm.api.lua_gettop!(L) <= 3) return;
    if (this.vm.type(L, 4) !== LuaType.function) this.vm.argumentError(L, 4, "not a function");
    socket.handlers.set(L, "connection", 4);
  }

  #push(L: number, socket: SocketEsp8266): void {
    this.#memory.place(socket, this.sockets.push(L, socket));
  }

  #pushInterface(L: number): void {
    const { vm } = this;
    vm.api.lua_createtable!(L, 0, 5);
    const fields = {
      hwaddr: Buffer.from("020000c0ffee", "hex"),
      ip: this.board.network.address,
      netmask: "255.255.255.0",
      gateway: "192.168.4.1",
    };
    setFields(vm, L, fields);
    vm.api.lua_createtable!(L, 0, 3);
    setFields(vm, L, { server_ip: fields.gateway, client_ip: fields.ip });
    vm.setField(L, -2, "dhcp");
  }
}

/** Gives Lua the module net of the ESP8266. */
export function net(host: Host): void {
  new NetEsp8266(host).install();
}
