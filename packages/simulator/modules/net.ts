// Module net as both chips have it: servers, sockets, names, over lwIP (network/lwip.ts). Messages are the firmware's own. What chips do
// in their own ways is in net-esp8266.ts and net-esp32.ts.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { type LwipBuild, type LwipConnection, LwipStack, type StackHost } from "../network/lwip.ts";
import { defineModule, defineSubmodule, type Functions, raise, type UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { listenArguments, NO_ADDRESS, TCP, UDP } from "./net-arguments.ts";
import { DnsServers } from "./net-dns.ts";
import { type Endpoint, type NetCalls, TCP_EVENTS, type TcpSocket } from "./net-endpoint.ts";

/** Where a server listens. */
export interface Listening {
  port: number;
  address: string;
  /** When it began [ms]. */
  since: number;
  end: () => void;
}

export class Server {
  /** Seconds of silence after which a client is probed. */
  readonly timeout: number;
  listening: Listening | undefined;
  /** Registry references: the accept function (kept until another one or collection), itself while it listens. */
  accept: number | undefined;
  self: number | undefined;

  constructor(timeout: number) {
    this.timeout = timeout;
  }

  /** Listens no longer. */
  end(): void {
    this.listening?.end();
    this.listening = undefined;
  }
}

/** What differs in numbers and words. */
export interface NetTraits {
  lwip: LwipBuild;
  /** Connections at which another one must wait, unless the board was told. */
  connections: number;
  dnsServers: number;
  /** Errors of listen on a port that is taken, and of connect without memory. */
  portTaken: string;
  noConnection: string;
  /** Called when a packet has been processed and Lua is idle. */
  processed?: StackHost["processed"];
}

export abstract class Net<S extends Server, T extends TcpSocket> extends FirmwareModule implements NetCalls {
  protected readonly stack: LwipStack;
  protected abstract readonly servers: UserdataClass<S>;
  protected abstract readonly sockets: UserdataClass<T>;
  readonly #traits: NetTraits;
  readonly #dnsServers: DnsServers;

  protected readonly serverMethods: Functions = {
    listen: (L) => this.#listen(L),
    getaddr: (L) => this.pushAddress(L, this.#checkServer(L).listening),
    close: (L) => {
      const server = this.#checkServer(L);
      if (!server.listening) raise("not connected");
      this.closing(server, server.listening);
      server.end();
      if (server.self !== undefined) this.vm.unref(server.self);
      server.self = undefined;
      return 0;
    },
  };

  protected readonly socketMethods: Functions = {
    on: (L) => this.checkSocket(L).handlers.on(L, TCP_EVENTS),
    send: (L) => {
      const { vm } = this;
      const socket = this.checkSocket(L);
      const data = vm.checkBytes(L, 2);
      if (data.length === 0) raise("no data to send");
      if (vm.type(L, 3) === LuaType.function) socket.handlers.set(L, "sent", 3);
      return this.#succeed(socket.write(data));
    },
    close: (L) => this.#succeed(this.checkSocket(L).close()),
    getpeer: (L) => {
      const wire = this.checkSocket(L).connection?.wire;
      return this.pushAddress(L, wire && { port: wire.remotePort, address: wire.remoteAddress });
    },
    getaddr: (L) => {
      const port = this.checkSocket(L).connection?.localPort;
      return this.pushAddress(L, port ? { port, address: this.board.network.address } : undefined);
    },
    connect: (L) => this.#connect(L),
    dns: (L) => this.checkSocket(L).dns(L),
  };

  constructor(host: Host, traits: NetTraits) {
    super(host);
    const { board } = host;
    this.#traits = traits;
    this.#dnsServers = new DnsServers(host.vm, traits.dnsServers);
    const stackHost: StackHost = {
      clock: board.clock,
      network: board.network,
      connections: board.options.connections ?? traits.connections,
      charge: (bytes) => host.charge(bytes),
      running: () => host.running,
      ...(traits.processed && { processed: traits.processed }),
    };
    this.stack = new LwipStack(stackHost, traits.lwip);
    host.connectionCount = () => this.stack.established;
    host.addressLost = () => this.stack.addressLost();
  }

  abstract call(reference: number, push: (L: number) => number): void;
  abstract resolve(
    L: number,
    endpoint: Endpoint,
    name: string,
    answered: (address: string | undefined) => void,
  ): void;

  /** net.dns.resolve */
  protected abstract dnsResolve(L: number): number;
  /** A client has connected to a server. */
  protected abstract accepted(server: S, connection: LwipConnection): void;
  /** Lua closes a server; may raise instead. */
  protected closing(_server: S, _listening: Listening): void {}
  /** Takes what connect has been given beside host and port. */
  protected connecting(_L: number, _socket: T): void {}

  /** Gives Lua the module with the chip's functions. */
  protected define(functions: Functions): void {
    defineModule(this.vm, "net", functions, { TCP, UDP });
    defineSubmodule(this.vm, "net", "dns", {
      resolve: (L) => this.dnsResolve(L),
      setdnsserver: (L) => this.#dnsServers.set(L),
      getdnsserver: (L) => this.#dnsServers.get(L),
    });
  }

  /** Lua has collected a server. */
  protected forgetServer(server: S): void {
    server.end();
    if (server.accept !== undefined) this.vm.unref(server.accept);
  }

  protected checkSocket(L: number): T {
    return this.sockets.get(L, 1) ?? raise("invalid user data");
  }
  #checkServer(L: number): S {
    return this.servers.get(L, 1) ?? raise("invalid user data");
  }

  /** Pushes port and address, or nil twice. */
  protected pushAddress(L: number, at: { port: number; address: string } | undefined): number {
    return this.results(L, at?.port, at?.address);
  }

  /** Ends a Lua function without results, or with the error that says what went wrong. */
  #succeed(problem: string | undefined): number {
    return problem === undefined ? 0 : raise(problem);
  }

  #listen(L: number): number {
    const { vm, stack } = this;
    const server = this.#checkServer(L);
    if (server.listening) raise("already listening");
    const { port: wanted, address, next } = listenArguments(vm, L);
    if (vm.type(L, next) !== LuaType.function) raise("need callback");
    if (server.accept !== undefined) vm.unref(server.accept);
    server.accept = undefined;
    server.accept = vm.ref(L, next);
    const port = wanted === 0 ? stack.freePort() : wanted;
    const end = stack.listen(port, address, (connection) => this.accepted(server, connection));
    if (!end) raise(this.#traits.portTaken);
    server.listening = { port, address, since: this.board.clock.now(), end };
    server.self = vm.ref(L, 1);
    return 0;
  }

  #connect(L: number): number {
    const { vm } = this;
    const socket = this.checkSocket(L);
    if (socket.isInUse) raise("already connected");
    const port = vm.checkInteger(L, 2) & 0xffff;
    if (port === 0) raise("specify port");
    const name = vm.api.lua_isstring!(L, 3) !== 0 ? vm.checkString(L, 3) : "127.0.0.1";
    this.connecting(L, socket);
    const connection = this.stack.create() ?? raise(this.#traits.noConnection);
    socket.begin(connection);
    socket.lookUp(L, name, (address) => socket.connectTo(connection, address ?? NO_ADDRESS, port));
    return 0;
  }
}
