// Module net of the ESP32: servers and sockets over lwIP's netconn API, DNS. Messages are the firmware's own.
// Lua hears of everything through tasks: data and ends with high priority, acknowledgements and errors with medium, so
// they can come in another order than the packets did, and for a socket that Lua has let go of: with nil in its place.
// An error in a callback goes to onerror. Datagrams (UDP) reach nobody, for the simulated networks carry none.
// Not modelled: close() that blocks for want of memory; clients that reset before Lua has accepted them.

import { LuaError, LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host, Priority } from "../host.ts";
import { ANY_ADDRESS, LWIP_2_1, LwipStack, NO_ERROR } from "../network/lwip.ts";
import { Netconn } from "../network/netconn.ts";
import { defineModule, pushTable, raise, UserdataClass } from "./binding.ts";
import {
  DnsServers,
  Handlers,
  listenArguments,
  NO_ADDRESS,
  NO_REFERENCE,
  parseAddress,
  type SocketEvent,
  TCP,
  TCP_EVENTS,
  UDP,
  UDP_EVENTS,
} from "./net-arguments.ts";

const USERDATA_SIZE = 60;
const DNS_SERVERS = 3;
const MEDIUM: Priority = 1;
const HIGH: Priority = 2;

interface Server {
  /** Seconds of silence after which a client is probed. */
  timeout: number;
  listening: { port: number; address: string; since: number; end: () => void } | undefined;
  /** The recorded build has failed to close it: no connection can be taken from it any more. */
  isBroken: boolean;
  /** Connections that Lua has not taken yet. */
  waiting: Netconn[];
  /** Registry references: the accept function (kept until another one or collection), itself while it listens. */
  accept: number | undefined;
  self: number | undefined;
}

/** What a socket of either kind has for its handlers and its look-ups. */
interface Endpoint {
  handlers: Handlers;
  /** Registry reference to its own userdata: from accept or connect until the end, and while a name is looked up. */
  self: number | undefined;
  lookups: number;
}

interface Socket extends Endpoint {
  netconn: Netconn | undefined;
  isConnecting: boolean;
  /** Counts the last send down to its acknowledgement; two that overlap make it wrong for good, as on the chip. */
  unacknowledged: number;
}

interface UdpSocket extends Endpoint {
  bound: { port: number; address: string } | undefined;
}

export function net(firmware: Host): void {
  const { vm, board } = firmware;
  const stack = new LwipStack(
    {
      clock: board.clock,
      network: board.network,
      connections: board.options.connections ?? Number.POSITIVE_INFINITY,
      charge: (bytes) => firmware.charge(bytes),
      running: () => firmware.running,
      // Lua is idle when a packet comes: it takes its tasks before the next one
      processed: () => firmware.runTasks(),
    },
    LWIP_2_1,
  );
  firmware.connectionCount = () => stack.established;
  firmware.addressLost = () => stack.addressLost();
  const dnsServers = new DnsServers(vm, DNS_SERVERS);
  /** Sockets that Lua has not been told the end of. */
  const open = new Set<Socket>();
  /** Sockets that Lua has been told the end of and has not closed. */
  const orphans = new Set<Socket>();
  firmware.orphanCount = () => orphans.size;

  function post(priority: Priority, event: () => void): void {
    if (!firmware.post(priority, event)) firmware.print("E net: out of task post slots - lost data!\n");
  }

  // Wi-Fi goes down before the restart: its sockets end, without a word to the peers
  firmware.beforeRestart = () => {
    for (const socket of [...open]) ended(socket, NO_ERROR);
  };

  const servers = new UserdataClass<Server>(
    vm,
    "net.tcpserver",
    USERDATA_SIZE,
    {
      listen: (L) => {
        const server = checkServer(L);
        if (server.listening) raise("already listening");
        const { port: wanted, address, next } = listenArguments(vm, L);
        if (vm.type(L, next) !== LuaType.function) raise("need callback");
        if (server.accept !== undefined) vm.unref(server.accept);
        server.accept = undefined;
        server.accept = vm.ref(L, next);
        const port = wanted === 0 ? stack.freePort() : wanted;
        const end = stack.listen(port, address, (connection) => {
          server.waiting.push(new Netconn(connection, (bytes) => firmware.charge(bytes)));
          post(HIGH, () => accept(server));
        });
        if (!end) raise("address in use");
        server.listening = { port, address, since: board.clock.now(), end };
        server.self = vm.ref(L, 1);
        return 0;
      },
      getaddr: (L) => pushAddress(L, checkServer(L).listening),
      close: (L) => {
        const server = checkServer(L);
        if (!server.listening) raise("not connected");
        if (board.options.recordedBuild) failToClose(server, server.listening);
        closeServer(server);
        if (server.self !== undefined) vm.unref(server.self);
        server.self = undefined;
        return 0;
      },
    },
    (server) => {
      closeServer(server);
      if (server.accept !== undefined) vm.unref(server.accept);
    },
  );

  /**
   * close() in the recorded build: an error, and the server goes on listening by its own account. What becomes of lwIP's side
   * was recorded in three ways (server-double-close, server-close-open-conn, server-close-timer; the cause is not known): a
   * server that has just begun to listen takes nobody any more, one with open connections goes on, and any other one takes the
   * next client down together with the chip.
   */
  function failToClose(server: Server, listening: NonNullable<Server["listening"]>): never {
    if (listening.since === board.clock.now()) listening.end();
    else if (open.size === 0) server.isBroken = true;
    return raise("illegal argument");
  }

  function closeServer(server: Server): void {
    server.listening?.end();
    server.listening = undefined;
    for (const { connection } of server.waiting.splice(0)) connection?.abort(NO_ERROR);
  }

  const sockets = new UserdataClass<Socket>(
    vm,
    "net.tcpsocket",
    USERDATA_SIZE,
    {
      on: (L) => {
        checkSocket(L).handlers.on(L, TCP_EVENTS);
        return 0;
      },
      send: (L) => {
        const socket = checkSocket(L);
        const data = vm.checkBytes(L, 2);
        if (data.length === 0) raise("no data to send");
        if (vm.type(L, 3) === LuaType.function) socket.handlers.set(L, "sent", 3);
        if (!socket.netconn || socket.self === undefined) raise("not connected");
        socket.unacknowledged = data.length;
        const problem = socket.netconn.write(data);
        if (problem !== undefined) raise(problem);
        return 0;
      },
      close: (L) => {
        const socket = checkSocket(L);
        if (!socket.netconn) raise("not connected");
        // after a reset there is nothing to close: the netconn stays until its socket is collected
        const problem = socket.netconn.close();
        if (problem !== undefined) raise(problem);
        socket.netconn = undefined;
        release(socket);
        orphans.delete(socket);
        return 0;
      },
      getpeer: (L) => {
        const wire = checkSocket(L).netconn?.connection?.wire;
        return pushAddress(L, wire && { port: wire.remotePort, address: wire.remoteAddress });
      },
      getaddr: (L) => {
        const port = checkSocket(L).netconn?.connection?.localPort;
        return pushAddress(L, port ? { port, address: board.network.address } : undefined);
      },
      connect: (L) => {
        const socket = checkSocket(L);
        if (socket.netconn) raise("already connected");
        const port = vm.checkInteger(L, 2) & 0xffff;
        if (port === 0) raise("specify port");
        const host = vm.api.lua_isstring!(L, 3) !== 0 ? vm.checkString(L, 3) : "127.0.0.1";
        const connection = stack.create() ?? raise("cannot allocate netconn");
        attach(socket, new Netconn(connection, (bytes) => firmware.charge(bytes)));
        lookUp(L, socket, host, (address) => {
          // it may have been given up meanwhile, and another one begun
          if (socket.netconn?.connection !== connection || socket.isConnecting) return;
          socket.isConnecting = true;
          connection.connect(address ?? NO_ADDRESS, port);
        });
        return 0;
      },
      dns: (L) => dns(L, checkSocket(L)),
    },
    (socket) => {
      socket.netconn?.close();
      open.delete(socket);
      orphans.delete(socket);
      socket.handlers.release();
    },
  );

  const udpSockets = new UserdataClass<UdpSocket>(
    vm,
    "net.udpsocket",
    USERDATA_SIZE,
    {
      listen: (L) => listenUdp(L),
      on: (L) => {
        checkUdpSocket(L).handlers.on(L, UDP_EVENTS);
        return 0;
      },
      send: (L) => {
        const socket = checkUdpSocket(L);
        if ((vm.checkInteger(L, 2) & 0xffff) === 0) raise("need port");
        if (parseAddress(vm.checkString(L, 3)) === undefined) raise("invalid IP address");
        if (vm.checkBytes(L, 4).length === 0) raise("no data to send");
        if (vm.type(L, 5) === LuaType.function) socket.handlers.set(L, "sent", 5);
        socket.bound ??= { port: stack.freePort(), address: ANY_ADDRESS };
        socket.self ??= vm.ref(L, 1);
        const handler = socket.handlers.get("sent");
        if (handler === undefined) return 0;
        vm.pushRef(L, handler);
        vm.pushRef(L, socket.self);
        vm.callUnprotected(L, 1, 0);
        return 0;
      },
      // closing is for TCP: the netconn of a datagram socket refuses, and stays
      close: (L) => {
        checkUdpSocket(L);
        return raise("not connected");
      },
      getaddr: (L) => pushAddress(L, checkUdpSocket(L).bound),
      dns: (L) => dns(L, checkUdpSocket(L)),
    },
    (socket) => socket.handlers.release(),
  );

  function checkServer(L: number): Server {
    return servers.get(L, 1) ?? raise("invalid user data");
  }
  function checkSocket(L: number): Socket {
    return sockets.get(L, 1) ?? raise("invalid user data");
  }
  function checkUdpSocket(L: number): UdpSocket {
    return udpSockets.get(L, 1) ?? raise("invalid user data");
  }

  function listenUdp(L: number): number {
    const socket = checkUdpSocket(L);
    if (socket.bound) raise("already listening");
    const { port, address } = listenArguments(vm, L);
    socket.bound = { port: port === 0 ? stack.freePort() : port, address };
    socket.self ??= vm.ref(L, 1);
    return 0;
  }

  function pushAddress(L: number, at: { port: number; address: string } | undefined): number {
    vm.pushValue(L, at?.port);
    vm.pushValue(L, at?.address);
    return 2;
  }

  function pushSelf(L: number, { self }: Endpoint): void {
    if (self === undefined) vm.pushValue(L, undefined);
    else vm.pushRef(L, self);
  }

  /** Calls the handler for an event, if there is one, with the socket (nil if Lua has let go of it) and further values. */
  function fire(socket: Endpoint, event: SocketEvent, ...values: (number | string | Buffer | undefined)[]) {
    const handler = socket.handlers.get(event);
    if (handler === undefined) return;
    firmware.callProtected(handler, (L) => {
      pushSelf(L, socket);
      for (const value of values) vm.pushValue(L, value);
      return 1 + values.length;
    });
  }

  /** Lets go of the userdata, which can be collected from now on, unless an answer is still to come to it. */
  function release(socket: Socket): void {
    open.delete(socket);
    releaseSelf(socket);
  }
  function releaseSelf(socket: Endpoint): void {
    if (socket.lookups > 0 || socket.self === undefined || !firmware.running) return;
    const { self } = socket;
    socket.self = undefined;
    vm.unref(self);
  }

  // --- events

  function attach(socket: Socket, netconn: Netconn): void {
    socket.netconn = netconn;
    open.add(socket);
    netconn.listen({
      receivable: (length) => post(HIGH, () => (length > 0 ? receive(socket) : ended(socket, NO_ERROR))),
      sendable: (length) => {
        if (socket.isConnecting) {
          socket.isConnecting = false;
          post(MEDIUM, () => fire(socket, "connection"));
        } else if (length > 0) {
          socket.unacknowledged -= length;
          if (socket.unacknowledged === 0) post(MEDIUM, () => fire(socket, "sent"));
        }
      },
      failed: (error) => {
        socket.isConnecting = false;
        post(MEDIUM, () => ended(socket, error));
      },
    });
  }

  /** One call for each piece; a handler that closes the socket gets nil for it with the pieces that follow. */
  function receive(socket: Socket): void {
    for (const piece of socket.netconn?.receive() ?? []) fire(socket, "receive", piece);
  }

  /** The peer has ended, or the connection has failed. A reset is both, one after the other. */
  function ended(socket: Socket, error: number): void {
    if (!socket.netconn) return;
    const isError = error !== NO_ERROR && socket.handlers.get("reconnection") !== undefined;
    fire(socket, isError ? "reconnection" : "disconnection", error);
    if (!socket.netconn) return;
    release(socket);
    orphans.add(socket);
  }

  function accept(server: Server): void {
    const netconn = server.waiting.shift();
    if (!netconn) return;
    if (server.isBroken) {
      netconn.connection?.abort(NO_ERROR);
      const message = "cannot accept new server socket connection";
      firmware.panic(new LuaError(message, 0, message));
      return;
    }
    const socket: Socket = unconnected();
    if (netconn.connection) netconn.connection.keepIdle = server.timeout * 1000;
    attach(socket, netconn);
    firmware.callProtected(server.accept ?? NO_REFERENCE, (L) => {
      sockets.push(L, socket);
      socket.self = vm.ref(L, -1);
      return 1;
    });
  }

  // --- names

  /** Looks a name up for a socket: its handler hears of it in a task, then `found`. */
  function lookUp(
    L: number,
    socket: Endpoint,
    host: string,
    found: (address: string | undefined) => void,
  ): void {
    socket.self ??= vm.ref(L, 1);
    socket.lookups++;
    resolve(host, (address) => {
      fire(socket, "dns", address);
      socket.lookups--;
      found(address);
      if (!("netconn" in socket && socket.netconn) && !("bound" in socket && socket.bound))
        releaseSelf(socket);
    });
  }

  function dns(L: number, socket: Endpoint): number {
    const host = vm.checkString(L, 2);
    if (vm.type(L, 3) === LuaType.function) socket.handlers.set(L, "dns", 3);
    if (socket.handlers.get("dns") === undefined) raise("no callback specified");
    lookUp(L, socket, host, () => {});
    return 0;
  }

  /** Answers in a task, even for an address. */
  function resolve(host: string, answer: (address: string | undefined) => void): void {
    const task = (address: string | undefined) => {
      if (firmware.running) post(MEDIUM, () => answer(address));
    };
    const address = parseAddress(host);
    if (address !== undefined) task(address);
    else board.network.resolve(host, task);
  }

  // --- the module

  function unconnected(): Socket {
    return {
      netconn: undefined,
      isConnecting: false,
      unacknowledged: 0,
      handlers: new Handlers(vm),
      self: undefined,
      lookups: 0,
    };
  }

  function pushUdpSocket(L: number): number {
    udpSockets.push(L, { bound: undefined, handlers: new Handlers(vm), self: undefined, lookups: 0 });
    return 1;
  }

  defineModule(
    vm,
    "net",
    {
      createServer: (L) => {
        const type = vm.optionalInteger(L, 1, TCP);
        const timeout = vm.optionalInteger(L, 2, 30);
        if (type === UDP) return pushUdpSocket(L);
        if (type !== TCP) raise("invalid type");
        servers.push(L, {
          timeout,
          listening: undefined,
          isBroken: false,
          waiting: [],
          accept: undefined,
          self: undefined,
        });
        return 1;
      },
      createConnection: (L) => {
        const type = vm.optionalInteger(L, 1, TCP);
        const isSecure = vm.optionalInteger(L, 2, 0) !== 0;
        if (type === UDP) return pushUdpSocket(L);
        if (type !== TCP) raise("invalid type");
        if (isSecure) raise("secure connections not yet supported");
        sockets.push(L, unconnected());
        return 1;
      },
      createUDPSocket: (L) => pushUdpSocket(L),
      multicastJoin: () => raise("the simulated board has no multicast"),
      multicastLeave: () => raise("the simulated board has no multicast"),
    },
    { TCP, UDP },
  );
  vm.getGlobal("net");
  pushTable(vm, {
    resolve: (L) => {
      const host = vm.checkString(L, 1);
      vm.checkFunction(L, 2);
      const callback = vm.ref(L, 2);
      resolve(host, (address) => {
        firmware.callProtected(callback, (thread) => {
          vm.pushValue(thread, address);
          return 1;
        });
        vm.unref(callback);
      });
      return 0;
    },
    setdnsserver: (L) => dnsServers.set(L),
    getdnsserver: (L) => dnsServers.get(L),
  });
  vm.setField(vm.L, -2, "dns");
  vm.pop(vm.L);
}
