// Module net of the ESP32: what it does beside what both chips share (net.ts), over lwIP's netconn API (net-socket-esp32.ts).
// Lua hears of everything through tasks, so events can come in another order than the packets did, and for a socket that Lua has let
// go of: with nil in its place. An error in a callback goes to onerror.
// Not modelled: close() that blocks for want of memory; clients that reset before Lua has accepted them.

import { LuaError } from "../../lua-vm/vm/lua.ts";
import type { Host, Priority } from "../host.ts";
import { LWIP_2_1, type LwipConnection, NO_ERROR } from "../network/lwip.ts";
import { Netconn } from "../network/netconn.ts";
import { type Functions, raise, UserdataClass } from "./binding.ts";
import { type Listening, Net, Server } from "./net.ts";
import { parseAddress, TCP, UDP } from "./net-arguments.ts";
import { type Endpoint, NO_REFERENCE } from "./net-endpoint.ts";
import { HIGH, MEDIUM, SocketEsp32, type SocketTasks } from "./net-socket-esp32.ts";
import { UdpSockets } from "./net-udp.ts";

const USERDATA_SIZE = 60;
const TRAITS = {
  lwip: LWIP_2_1,
  connections: Number.POSITIVE_INFINITY,
  dnsServers: 3,
  portTaken: "address in use",
  noConnection: "cannot allocate netconn",
};

class ServerEsp32 extends Server {
  /** The recorded build has failed to close it: no connection can be taken from it any more. */
  isBroken = false;
  /** Connections that Lua has not taken yet. */
  readonly waiting: Netconn[] = [];

  override end(): void {
    super.end();
    for (const { connection } of this.waiting.splice(0)) connection?.abort(NO_ERROR);
  }
}

class NetEsp32 extends Net<ServerEsp32, SocketEsp32> implements SocketTasks {
  readonly open = new Set<SocketEsp32>();
  readonly orphans = new Set<SocketEsp32>();

  protected override readonly servers = new UserdataClass<ServerEsp32>(
    this.vm,
    "net.tcpserver",
    USERDATA_SIZE,
    this.serverMethods,
    (server) => this.forgetServer(server),
  );
  protected override readonly sockets = new UserdataClass<SocketEsp32>(
    this.vm,
    "net.tcpsocket",
    USERDATA_SIZE,
    this.socketMethods,
    (socket) => socket.collected(),
  );
  readonly #udpSockets = new UdpSockets(this.host, USERDATA_SIZE, this.stack, this);

  readonly #functions: Functions = {
    createServer: (L) => {
      const type = this.vm.optionalInteger(L, 1, TCP);
      const timeout = this.vm.optionalInteger(L, 2, 30);
      if (type === UDP) return this.#udpSockets.push(L);
      if (type !== TCP) raise("invalid type");
      this.servers.push(L, new ServerEsp32(timeout));
      return 1;
    },
    createConnection: (L) => {
      const type = this.vm.optionalInteger(L, 1, TCP);
      const isSecure = this.vm.optionalInteger(L, 2, 0) !== 0;
      if (type === UDP) return this.#udpSockets.push(L);
      if (type !== TCP) raise("invalid type");
      if (isSecure) raise("secure connections not yet supported");
      this.sockets.push(L, new SocketEsp32(this.host, this));
      return 1;
    },
    createUDPSocket: (L) => this.#udpSockets.push(L),
    multicastJoin: () => raise("the simulated board has no multicast"),
    multicastLeave: () => raise("the simulated board has no multicast"),
  };

  constructor(host: Host) {
    // Lua is idle when a packet comes: it takes its tasks before the next one
    super(host, { ...TRAITS, processed: () => host.runTasks() });
  }

  override install(): void {
    const { host } = this;
    host.orphanCount = () => this.orphans.size;
    // Wi-Fi goes down before the restart: its sockets end, without a word to the peers
    host.beforeRestart = () => {
      for (const socket of [...this.open]) socket.ended(NO_ERROR);
    };
    this.define(this.#functions);
  }

  post(priority: Priority, event: () => void): void {
    if (!this.host.post(priority, event)) this.host.print("E net: out of task post slots - lost data!\n");
  }

  override call(reference: number, push: (L: number) => number): void {
    this.host.callProtected(reference, push);
  }

  override resolve(
    _L: number,
    endpoint: Endpoint,
    name: string,
    answered: (address: string | undefined) => void,
  ): void {
    this.#find(name, (address) => {
      endpoint.fire("dns", address);
      answered(address);
    });
  }

  protected override dnsResolve(L: number): number {
    const { vm } = this;
    const name = vm.checkString(L, 1);
    vm.checkFunction(L, 2);
    const callback = vm.ref(L, 2);
    this.#find(name, (address) => {
      this.call(callback, (thread) => this.results(thread, address));
      vm.unref(callback);
    });
    return 0;
  }

  /** Answers in a task, even for an address. */
  #find(name: string, answer: (address: string | undefined) => void): void {
    const task = (address: string | undefined) => {
      if (this.host.running) this.post(MEDIUM, () => answer(address));
    };
    const address = parseAddress(name);
    if (address !== undefined) task(address);
    else this.board.network.resolve(name, task);
  }

  protected override accepted(server: ServerEsp32, connection: LwipConnection): void {
    server.waiting.push(new Netconn(connection, (bytes) => this.host.charge(bytes)));
    this.post(HIGH, () => this.#accept(server));
  }

  #accept(server: ServerEsp32): void {
    const netconn = server.waiting.shift();
    if (!netconn) return;
    if (server.isBroken) {
      netconn.connection?.abort(NO_ERROR);
      const message = "cannot accept new server socket connection";
      this.host.panic(new LuaError(message, 0, message));
      return;
    }
    const socket = new SocketEsp32(this.host, this);
    if (netconn.connection) netconn.connection.keepIdle = server.timeout * 1000;
    socket.attach(netconn);
    this.call(server.accept ?? NO_REFERENCE, (L) => {
      this.sockets.push(L, socket);
      socket.keep(L, -1);
      return 1;
    });
  }

  /**
   * close() in the recorded build: an error, and the server goes on listening by its own account. What becomes of lwIP's side
   * was recorded in three ways (server-double-close, server-close-open-conn, server-close-timer; the cause is not known): a
   * server that has just begun to listen takes nobody any more, one with open connections goes on, and any other one takes the
   * next client down together with the chip.
   */
  protected override closing(server: ServerEsp32, listening: Listening): void {
    if (!this.board.options.recordedBuild) return;
    if (listening.since === this.board.clock.now()) listening.end();
    else if (this.open.size === 0) server.isBroken = true;
    raise("illegal argument");
  }
}

/** Gives Lua the module net of the ESP32. */
export function net(host: Host): void {
  new NetEsp32(host).install();
}
