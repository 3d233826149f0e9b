// Module net of the ESP8266: servers and sockets over lwIP's raw API, DNS, interface information.
// Every callback is a plain lua_call on the chip, so an error in one is a panic. Messages are the firmware's own.
import type { Firmware } from "../firmware.ts";
import { type LwipConnection, LwipStack } from "../network/lwip.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, pushTable, raise, UserdataClass } from "./binding.ts";

const MOST_CONNECTIONS = 5;
const TCP = 1;
const UDP = 2;
const USERDATA_SIZE = 44;
const EVENTS = ["connection", "reconnection", "disconnection", "receive", "sent", "dns"] as const;
type Event = (typeof EVENTS)[number];

interface Server {
  port: number | undefined;
  accept: number | undefined;
  self: number | undefined;
}

interface Socket {
  connection: LwipConnection | undefined;
  connecting: boolean;
  handlers: Map<Event, number>;
  /** Registry reference to its own userdata while it is connected. */
  self: number | undefined;
}

export function net(firmware: Firmware): void {
  const { vm, board } = firmware;
  const stack = new LwipStack({
    clock: board.clock,
    network: board.network,
    connections: board.options.connections ?? MOST_CONNECTIONS,
    charge: (bytes) => firmware.charge(bytes),
    running: () => firmware.running,
  });
  firmware.connectionCount = () => stack.connections.filter(({ state }) => state === "established").length;
  const dnsServers = ["192.168.4.1", "0.0.0.0"];

  const servers = new UserdataClass<Server>(vm, "net.tcpserver", USERDATA_SIZE, {
    listen: (L) => {
      const server = checkServer(L);
      // the arguments are told apart by what they are: a port, then an address, then the callback
      let at = 2;
      let port = 0;
      if (vm.api.lua_isnumber!(L, at) !== 0) port = vm.checkInteger(L, at++) & 0xffff;
      if (vm.api.lua_isstring!(L, at) !== 0) {
        if (!isAddress(vm.checkString(L, at++))) raise("invalid IP address");
      }
      if (vm.type(L, at) !== LuaType.function && vm.type(L, at) > LuaType.nil) at = 0;
      if (at === 0 || vm.type(L, at) !== LuaType.function) raise("need callback");
      if (server.port !== undefined) raise("already listening");
      if (port === 0) port = stack.freePort();
      const accept = vm.ref(L, at);
      if (!stack.listen(port, (connection) => accepted(server, connection))) {
        vm.unref(accept);
        raise("out of memory");
      }
      server.accept = accept;
      server.port = port;
      server.self = vm.ref(L, 1);
      return 0;
    },
    getaddr: (L) => {
      const { port } = checkServer(L);
      vm.pushValue(L, port);
      vm.pushValue(L, port === undefined ? undefined : "0.0.0.0");
      return 2;
    },
    close: (L) => {
      const server = checkServer(L);
      if (server.port === undefined) raise("not connected");
      stack.unlisten(server.port);
      server.port = undefined;
      for (const reference of [server.accept, server.self]) if (reference !== undefined) vm.unref(reference);
      server.accept = undefined;
      server.self = undefined;
      return 0;
    },
  });

  const sockets = new UserdataClass<Socket>(
    vm,
    "net.tcpsocket",
    USERDATA_SIZE,
    {
      on: (L) => {
        const socket = checkSocket(L);
        const name = vm.checkString(L, 2) as Event;
        if (!EVENTS.includes(name)) raise("invalid callback name");
        setHandler(L, socket, name, 3);
        return 0;
      },
      send: (L) => {
        const socket = checkSocket(L);
        const data = vm.checkBytes(L, 2);
        if (data.length === 0) raise("no data to send");
        if (vm.type(L, 3) === LuaType.function) setHandler(L, socket, "sent", 3);
        if (!socket.connection) raise("not connected");
        // the length is 16 bits wide on the chip
        const length = data.length & 0xffff;
        if (!socket.connection.write(data.subarray(0, length))) raise("out of memory");
        return 0;
      },
      close: (L) => {
        const socket = checkSocket(L);
        if (!socket.connection) raise("not connected");
        const { connection } = socket;
        release(socket);
        connection.close();
        return 0;
      },
      hold: (L) => {
        checkSocket(L).connection?.hold();
        return 0;
      },
      unhold: (L) => {
        checkSocket(L).connection?.unhold();
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
        vm.pushValue(L, connection?.localPort);
        vm.pushValue(L, connection && board.network.address);
        return 2;
      },
      ttl: (L) => {
        if (!checkSocket(L).connection) raise("socket is not open/bound yet");
        vm.pushValue(L, vm.optionalInteger(L, 2, 255));
        return 1;
      },
      connect: (L) => {
        const socket = checkSocket(L);
        if (socket.connection || socket.connecting) raise("already connected");
        const port = vm.checkInteger(L, 2) & 0xffff;
        if (port === 0) raise("specify port");
        const host = vm.type(L, 3) > LuaType.nil ? vm.checkString(L, 3) : "127.0.0.1";
        if (vm.type(L, 4) === LuaType.function) setHandler(L, socket, "connection", 4);
        socket.connecting = true;
        socket.self = vm.ref(L, 1);
        connect(socket, host, port);
        return 0;
      },
      dns: (L) => {
        const socket = checkSocket(L);
        const host = vm.checkString(L, 2);
        if (vm.type(L, 3) === LuaType.function) setHandler(L, socket, "dns", 3);
        if (!socket.handlers.has("dns")) raise("no callback specified");
        const self = socket.self === undefined ? (socket.self = vm.ref(L, 1)) : undefined;
        board.network.resolve(host, (address) => {
          fire(socket, "dns", address ?? undefined);
          if (self !== undefined && !socket.connection && !socket.connecting) release(socket);
        });
        return 0;
      },
    },
    (socket) => {
      // an unclosed socket that Lua has lost is aborted; handlers go with it
      const { connection } = socket;
      if (connection) connection.abort(0);
      for (const handler of socket.handlers.values()) vm.unref(handler);
    },
  );

  function checkServer(L: number): Server {
    return servers.get(L, 1) ?? raise("invalid user data");
  }
  function checkSocket(L: number): Socket {
    return sockets.get(L, 1) ?? raise("invalid user data");
  }

  function setHandler(L: number, socket: Socket, event: Event, index: number): void {
    const type = vm.type(L, index);
    if (type !== LuaType.function && type !== LuaType.nil) raise("invalid callback function");
    const old = socket.handlers.get(event);
    if (old !== undefined) vm.unref(old);
    socket.handlers.delete(event);
    if (type === LuaType.function) socket.handlers.set(event, vm.ref(L, index));
  }

  /** Calls the socket's handler for an event with the socket (nil once it is closed) and one more value. */
  function fire(socket: Socket, event: Event, value?: number | string | Buffer): void {
    const handler = socket.handlers.get(event);
    if (handler === undefined) return;
    const hasValue = event !== "connection" && event !== "sent";
    firmware.callUnprotected(handler, (L) => {
      if (socket.self === undefined) vm.pushValue(L, undefined);
      else vm.pushRef(L, socket.self);
      if (hasValue) vm.pushValue(L, value);
      return hasValue ? 2 : 1;
    });
  }

  /** Lets go of the connection; the userdata can be collected from now on. */
  function release(socket: Socket): void {
    socket.connection = undefined;
    socket.connecting = false;
    if (socket.self !== undefined) vm.unref(socket.self);
    socket.self = undefined;
  }

  function attach(socket: Socket, connection: LwipConnection): void {
    socket.connection = connection;
    socket.connecting = false;
    connection.events = {
      established: () => fire(socket, "connection"),
      sent: () => fire(socket, "sent"),
      receive: (data) => fire(socket, "receive", data),
      gone: (error) => gone(socket, error),
    };
  }

  /** One callback for the end: reconnection for an error if there is such a handler, else disconnection. */
  function gone(socket: Socket, error: number): void {
    socket.connection = undefined;
    socket.connecting = false;
    const event = error !== 0 && socket.handlers.has("reconnection") ? "reconnection" : "disconnection";
    const handler = socket.handlers.get(event);
    const { self } = socket;
    socket.self = undefined;
    if (handler !== undefined) {
      firmware.callUnprotected(handler, (L) => {
        if (self === undefined) vm.pushValue(L, undefined);
        else vm.pushRef(L, self);
        vm.pushValue(L, error);
        return 2;
      });
    }
    if (self !== undefined && firmware.running) vm.unref(self);
  }

  function accepted(server: Server, connection: LwipConnection): void {
    if (server.accept === undefined) {
      connection.abort(0);
      return;
    }
    const socket: Socket = { connection: undefined, connecting: false, handlers: new Map(), self: undefined };
    attach(socket, connection);
    firmware.callUnprotected(server.accept, (L) => {
      sockets.push(L, socket);
      socket.self = vm.ref(L, -1);
      return 1;
    });
  }

  function connect(socket: Socket, host: string, port: number): void {
    const failed = () => gone(socket, -4);
    board.network.resolve(host, (address) => {
      if (!firmware.running || !socket.connecting) return;
      if (address === undefined) return failed();
      const done = (connection: LwipConnection) => attach(socket, connection);
      if (!stack.connect(address, port, done, failed)) failed();
    });
  }

  function isAddress(text: string): boolean {
    const parts = text.split(".");
    return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  }

  function dnsIndex(L: number, index: number): number {
    const number = vm.optionalInteger(L, index, 0);
    if (number < 0 || number > 1) raise("server index out of range [0-1]");
    return number;
  }

  defineModule(
    vm,
    "net",
    {
      createServer: (L) => {
        vm.optionalInteger(L, 1, 30);
        servers.push(L, { port: undefined, accept: undefined, self: undefined });
        return 1;
      },
      createConnection: (L) => {
        sockets.push(L, { connection: undefined, connecting: false, handlers: new Map(), self: undefined });
        return 1;
      },
      createUDPSocket: () => raise("the simulated board has no UDP"),
      ifinfo: (L) => {
        if (vm.optionalInteger(L, 1, 0) !== 0) return 0;
        vm.api.lua_createtable!(L, 0, 4);
        const fields = { hwaddr: "02:00:00:c0:ff:ee", ip: board.network.address, netmask: "255.255.255.0" };
        for (const [key, value] of Object.entries(fields)) {
          vm.pushValue(L, value);
          vm.setField(L, -2, key);
        }
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
      if (isAddress(host)) {
        vm.api.lua_pushvalue!(L, 2);
        vm.pushValue(L, undefined);
        vm.push(L, host);
        vm.callUnprotected(L, 2, 0);
        return 0;
      }
      const callback = vm.ref(L, 2);
      board.network.resolve(host, (address) => {
        firmware.callUnprotected(callback, (thread) => {
          vm.unref(callback);
          vm.pushValue(thread, undefined);
          vm.pushValue(thread, address);
          return 2;
        });
      });
      return 0;
    },
    setdnsserver: (L) => {
      const address = vm.checkString(L, 1);
      if (!isAddress(address) || address === "0.0.0.0") raise("invalid dns server ip");
      dnsServers[dnsIndex(L, 2)] = address;
      return 0;
    },
    getdnsserver: (L) => {
      const address = dnsServers[dnsIndex(L, 1)]!;
      vm.pushValue(L, address === "0.0.0.0" ? undefined : address);
      return 1;
    },
  });
  vm.setField(vm.L, -2, "dns");
  vm.pop(vm.L);
}
