// Module net of the ESP8266: servers and sockets over lwIP's raw API, DNS, interface information.
// Every callback is a plain lua_call on the chip, so an error in one is a panic. Messages are the firmware's own.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { LWIP_1_4, type LwipConnection, LwipStack, NO_ERROR } from "../network/lwip.ts";
import { defineModule, pushTable, raise, setFields, UserdataClass } from "./binding.ts";
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
} from "./net-arguments.ts";

const MOST_CONNECTIONS = 5;
const DNS_SERVERS = 2;
const USERDATA_SIZE = 44;

interface Server {
  /** Seconds of silence after which a client is probed. */
  timeout: number;
  listening: { port: number; address: string; end: () => void } | undefined;
  /** Registry references: the accept function (kept until another one or collection), itself while it listens. */
  accept: number | undefined;
  self: number | undefined;
}

interface Socket {
  connection: LwipConnection | undefined;
  handlers: Handlers;
  /** Registry reference to its own userdata: from accept or connect until the end, and while a name is looked up. */
  self: number | undefined;
  lookups: number;
  isHeld: boolean;
  /** Address of its userdata's block. */
  block: number;
  isCollected: boolean;
}

export function net(firmware: Host): void {
  const { vm, board } = firmware;
  const stack = new LwipStack(
    {
      clock: board.clock,
      network: board.network,
      connections: board.options.connections ?? MOST_CONNECTIONS,
      charge: (bytes) => firmware.charge(bytes),
      running: () => firmware.running,
    },
    LWIP_1_4,
  );
  firmware.connectionCount = () => stack.established;
  firmware.addressLost = () => stack.addressLost();
  const dnsServers = new DnsServers(vm, DNS_SERVERS);
  /** Which socket's userdata a block of memory holds. */
  const blocks = new Map<number, Socket>();
  const hasStaleCalls = board.options.staleCalls ?? true;

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
        const end = stack.listen(port, address, (connection) => accepted(server, connection));
        if (!end) raise("out of memory");
        server.listening = { port, address, end };
        server.self = vm.ref(L, 1);
        return 0;
      },
      getaddr: (L) => {
        const { listening } = checkServer(L);
        vm.pushValue(L, listening?.port);
        vm.pushValue(L, listening?.address);
        return 2;
      },
      close: (L) => {
        const server = checkServer(L);
        if (!server.listening) raise("not connected");
        server.listening.end();
        server.listening = undefined;
        if (server.self !== undefined) vm.unref(server.self);
        server.self = undefined;
        return 0;
      },
    },
    (server) => {
      server.listening?.end();
      if (server.accept !== undefined) vm.unref(server.accept);
    },
  );

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
        if (!socket.connection) raise("not connected");
        // the length is 16 bits wide on the chip
        const problem = socket.connection.write(data.subarray(0, data.length & 0xffff));
        if (problem !== undefined) raise(problem);
        return 0;
      },
      close: (L) => {
        const socket = checkSocket(L);
        const { connection } = socket;
        if (!connection) raise("not connected");
        connection.close();
        socket.connection = undefined;
        release(socket);
        return 0;
      },
      hold: (L) => {
        const socket = checkSocket(L);
        if (socket.connection) socket.isHeld = true;
        return 0;
      },
      unhold: (L) => {
        const socket = checkSocket(L);
        if (!socket.connection || !socket.isHeld) return 0;
        socket.isHeld = false;
        socket.connection.openWindow();
        return 0;
      },
      getpeer: (L) => {
        const wire = checkSocket(L).connection?.wire;
        vm.pushValue(L, wire?.remotePort);
        vm.pushValue(L, wire?.remoteAddress);
        return 2;
      },
      getaddr: (L) => {
        const { connection } = checkSocket(L);
        const isBound = connection !== undefined && connection.localPort !== 0;
        vm.pushValue(L, isBound ? connection.localPort : undefined);
        vm.pushValue(L, isBound ? board.network.address : undefined);
        return 2;
      },
      ttl: (L) => {
        const { connection } = checkSocket(L);
        if (!connection) raise("socket is not open/bound yet");
        const ttl = vm.optionalInteger(L, 2, -1);
        if (ttl !== -1) connection.ttl = ttl & 0xff;
        vm.pushValue(L, ttl === -1 ? connection.ttl : ttl);
        return 1;
      },
      connect: (L) => {
        const socket = checkSocket(L);
        if (socket.connection) raise("already connected");
        const port = vm.checkInteger(L, 2) & 0xffff;
        if (port === 0) raise("specify port");
        const host = vm.api.lua_isstring!(L, 3) !== 0 ? vm.checkString(L, 3) : "127.0.0.1";
        if (vm.api.lua_gettop!(L) > 3) {
          if (vm.type(L, 4) !== LuaType.function) vm.argumentError(L, 4, "not a function");
          socket.handlers.set(L, "connection", 4);
        }
        const connection = stack.create() ?? raise("cannot allocate PCB");
        attach(socket, connection);
        lookUp(L, socket, host, (address) => {
          // another connection may have been begun meanwhile, or this one given up
          if (socket.connection?.state === "new") socket.connection.connect(address ?? NO_ADDRESS, port);
        });
        return 0;
      },
      dns: (L) => {
        const socket = checkSocket(L);
        const host = vm.checkString(L, 2);
        if (vm.type(L, 3) === LuaType.function) socket.handlers.set(L, "dns", 3);
        if (socket.handlers.get("dns") === undefined) raise("no callback specified");
        lookUp(L, socket, host, () => {});
        return 0;
      },
    },
    (socket) => {
      // an unclosed socket that Lua has lost is aborted; its handlers go with it
      socket.connection?.abort(NO_ERROR);
      socket.handlers.release();
      socket.isCollected = true;
      if (blocks.get(socket.block) === socket) blocks.delete(socket.block);
    },
  );

  function checkServer(L: number): Server {
    return servers.get(L, 1) ?? raise("invalid user data");
  }
  function checkSocket(L: number): Socket {
    return sockets.get(L, 1) ?? raise("invalid user data");
  }

  function pushSelf(L: number, socket: Socket): void {
    if (socket.self === undefined) vm.pushValue(L, undefined);
    else vm.pushRef(L, socket.self);
  }

  /** Calls the socket's handler for an event, if there is one, with the socket and further values. */
  function fire(socket: Socket, event: SocketEvent, ...values: (number | string | undefined)[]): void {
    const handler = socket.handlers.get(event);
    if (handler === undefined) return;
    firmware.callUnprotected(handler, (L) => {
      pushSelf(L, socket);
      for (const value of values) vm.pushValue(L, value);
      return 1 + values.length;
    });
  }

  /**
   * One call for each piece of data. A handler that closes the socket gets nil for it with the pieces that follow; one
   * that takes itself away makes the firmware call nil.
   */
  function receive(socket: Socket, pieces: Buffer[]): void {
    if (socket.handlers.get("receive") === undefined) return;
    for (const piece of pieces) {
      firmware.callUnprotected(socket.handlers.get("receive") ?? NO_REFERENCE, (L) => {
        pushSelf(L, socket);
        vm.push(L, piece);
        return 2;
      });
    }
  }

  /** Lets go of the userdata, which can be collected from now on, unless an answer is still to come to it. */
  function release(socket: Socket): void {
    if (socket.lookups > 0 || socket.self === undefined || !firmware.running) return;
    const { self } = socket;
    socket.self = undefined;
    vm.unref(self);
  }

  /** One callback for the end: reconnection for an error if there is such a handler, else disconnection. */
  function gone(socket: Socket, error: number): void {
    socket.connection = undefined;
    const isError = error !== NO_ERROR && socket.handlers.get("reconnection") !== undefined;
    fire(socket, isError ? "reconnection" : "disconnection", error);
    if (!socket.connection) release(socket);
  }

  function attach(socket: Socket, connection: LwipConnection): void {
    socket.connection = connection;
    // a stale call for another connection can have taken this one from its socket: net.c then finds no pcb and does nothing
    const isOurs = () => socket.connection === connection;
    connection.events = {
      established: () => fire(socket, "connection"),
      sent: () => {
        if (isOurs()) fire(socket, "sent");
      },
      receive: (pieces) => {
        if (!isOurs()) {
          // net_tcp_recv_cb returns without freeing the pbuf or opening the window
          firmware.charge(pieces.reduce((sum, { length }) => sum + length, 0));
          return false;
        }
        receive(socket, pieces);
        return !socket.isHeld;
      },
      gone: (error) => {
        if (isOurs()) gone(socket, error);
      },
      sentLate: () => {
        const other = meetStale(socket);
        if (other?.connection) fire(other, "sent");
      },
      goneLate: (error) => {
        const other = meetStale(socket);
        if (other) gone(other, error);
      },
    };
  }

  /**
   * lwIP calls with a socket that has ended. While Lua still has it, net.c sees that it has ended (self_ref is gone) and returns.
   * @returns the socket that has been given its memory since, and whose end net.c takes the call for
   */
  function meetStale(socket: Socket): Socket | undefined {
    if (!hasStaleCalls || !socket.isCollected) return undefined;
    board.staleCalls.all++;
    const other = blocks.get(socket.block);
    if (!other || other.self === undefined) return undefined;
    board.staleCalls.onOther++;
    return other;
  }

  function accepted(server: Server, connection: LwipConnection): void {
    if (server.self === undefined) return;
    const socket: Socket = { ...unconnected(), connection };
    attach(socket, connection);
    connection.keepIdle = server.timeout * 1000;
    firmware.callUnprotected(server.accept ?? NO_REFERENCE, (L) => {
      place(L, socket);
      socket.self = vm.ref(L, -1);
      return 1;
    });
    if (socket.self !== undefined) fire(socket, "connection");
  }

  function unconnected(): Socket {
    return {
      connection: undefined,
      handlers: new Handlers(vm),
      self: undefined,
      lookups: 0,
      isHeld: false,
      block: 0,
      isCollected: false,
    };
  }

  function place(L: number, socket: Socket): void {
    socket.block = sockets.push(L, socket);
    blocks.set(socket.block, socket);
  }

  /** Looks a name up for a socket: the dns handler hears of it, then `found`. An address is answered at once. */
  function lookUp(
    L: number,
    socket: Socket,
    host: string,
    found: (address: string | undefined) => void,
  ): void {
    socket.self ??= vm.ref(L, 1);
    socket.lookups++;
    const address = parseAddress(host);
    if (address !== undefined) {
      const handler = socket.handlers.get("dns");
      if (handler !== undefined) {
        vm.pushRef(L, handler);
        pushSelf(L, socket);
        vm.push(L, address);
        vm.callUnprotected(L, 2, 0);
      }
      answered(address);
    } else {
      board.network.resolve(host, (answer) => {
        if (!firmware.running) return;
        fire(socket, "dns", answer);
        answered(answer);
      });
    }
    function answered(answer: string | undefined): void {
      socket.lookups--;
      found(answer);
      if (!socket.connection) release(socket);
    }
  }

  function pushInterface(L: number): void {
    vm.api.lua_createtable!(L, 0, 5);
    const fields = {
      hwaddr: Buffer.from("020000c0ffee", "hex"),
      ip: board.network.address,
      netmask: "255.255.255.0",
      gateway: "192.168.4.1",
    };
    setFields(vm, L, fields);
    vm.api.lua_createtable!(L, 0, 3);
    setFields(vm, L, { server_ip: fields.gateway, client_ip: fields.ip });
    vm.setField(L, -2, "dhcp");
  }

  defineModule(
    vm,
    "net",
    {
      createServer: (L) => {
        const timeout = vm.optionalInteger(L, 1, 30);
        servers.push(L, { timeout, listening: undefined, accept: undefined, self: undefined });
        return 1;
      },
      createConnection: (L) => {
        place(L, unconnected());
        return 1;
      },
      createUDPSocket: () => raise("the simulated board has no UDP"),
      ifinfo: (L) => {
        if (vm.optionalInteger(L, 1, 0) !== 0) return 0;
        pushInterface(L);
        return 1;
      },
      ping: () => raise("the simulated board has no ICMP"),
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
      const address = parseAddress(host);
      if (address !== undefined) {
        vm.api.lua_pushvalue!(L, 2);
        vm.pushValue(L, undefined);
        vm.push(L, address);
        vm.callUnprotected(L, 2, 0);
        return 0;
      }
      const callback = vm.ref(L, 2);
      board.network.resolve(host, (answer) => {
        if (!firmware.running) return;
        firmware.callUnprotected(callback, (thread) => {
          vm.pushValue(thread, undefined);
          vm.pushValue(thread, answer);
          return 2;
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
