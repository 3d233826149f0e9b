// Module net of the ESP8266: servers and sockets over lwIP's raw API, DNS, interface information.
// Every callback is a plain lua_call on the chip, so an error in one is a panic. Messages are the firmware's own.
import type { Firmware } from "../firmware.ts";
import { ANY_ADDRESS, type LwipConnection, LwipStack, TcpError } from "../network/lwip.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, pushTable, raise, UserdataClass } from "./binding.ts";

const MOST_CONNECTIONS = 5;
const TCP = 1;
const UDP = 2;
const USERDATA_SIZE = 44;
/** LUA_NOREF: calling it is calling nil. */
const NO_REFERENCE = -2;
/** Where a name that nobody knows leads to (IPADDR_NONE). */
const NO_ADDRESS = "255.255.255.255";
const EVENTS = ["connection", "reconnection", "disconnection", "receive", "sent", "dns"] as const;
type Event = (typeof EVENTS)[number];

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
  handlers: Map<Event, number>;
  /** Registry reference to its own userdata: from accept or connect until the end, and while a name is looked up. */
  self: number | undefined;
  lookups: number;
  isHeld: boolean;
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
  firmware.connectionCount = () => stack.established;
  const dnsServers = ["192.168.4.1", ANY_ADDRESS];

  const servers = new UserdataClass<Server>(
    vm,
    "net.tcpserver",
    USERDATA_SIZE,
    {
      listen: (L) => {
        const server = checkServer(L);
        if (server.listening) raise("already listening");
        // the arguments are told apart by what they are: a port, then an address, then the callback
        let at = 2;
        let port = 0;
        let address: string | undefined = ANY_ADDRESS;
        if (vm.api.lua_isnumber!(L, at) !== 0) port = vm.checkInteger(L, at++) & 0xffff;
        if (vm.api.lua_isstring!(L, at) !== 0) address = parseAddress(vm.checkString(L, at++));
        if (address === undefined) raise("invalid IP address");
        if (vm.type(L, at) !== LuaType.function) raise("need callback");
        if (server.accept !== undefined) vm.unref(server.accept);
        server.accept = undefined;
        server.accept = vm.ref(L, at);
        if (port === 0) port = stack.freePort();
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
        const socket = checkSocket(L);
        const name = vm.checkString(L, 2) as Event;
        if (!EVENTS.includes(name)) raise("invalid callback name");
        const type = vm.type(L, 3);
        if (type !== LuaType.function && type !== LuaType.nil) raise("invalid callback function");
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
          setHandler(L, socket, "connection", 4);
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
        if (vm.type(L, 3) === LuaType.function) setHandler(L, socket, "dns", 3);
        if (!socket.handlers.has("dns")) raise("no callback specified");
        lookUp(L, socket, host, () => {});
        return 0;
      },
    },
    (socket) => {
      // an unclosed socket that Lua has lost is aborted; its handlers go with it
      socket.connection?.abort(TcpError.ok);
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
    const old = socket.handlers.get(event);
    if (old !== undefined) vm.unref(old);
    socket.handlers.delete(event);
    if (vm.type(L, index) === LuaType.function) socket.handlers.set(event, vm.ref(L, index));
  }

  function pushSelf(L: number, socket: Socket): void {
    if (socket.self === undefined) vm.pushValue(L, undefined);
    else vm.pushRef(L, socket.self);
  }

  /** Calls the socket's handler for an event, if there is one, with the socket and further values. */
  function fire(socket: Socket, event: Event, ...values: (number | string | undefined)[]): void {
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
    if (!socket.handlers.has("receive")) return;
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

  function attach(socket: Socket, connection: LwipConnection): void {
    socket.connection = connection;
    connection.events = {
      established: () => fire(socket, "connection"),
      sent: () => fire(socket, "sent"),
      receive: (pieces) => {
        receive(socket, pieces);
        return !socket.isHeld;
      },
      gone: (error) => {
        // one callback for the end: reconnection for an error if there is such a handler, else disconnection
        socket.connection = undefined;
        const isError = error !== TcpError.ok && socket.handlers.has("reconnection");
        fire(socket, isError ? "reconnection" : "disconnection", error);
        if (!socket.connection) release(socket);
      },
    };
  }

  function accepted(server: Server, connection: LwipConnection): void {
    if (server.self === undefined) return;
    const socket: Socket = { ...unconnected(), connection };
    attach(socket, connection);
    connection.keepIdle = server.timeout * 1000;
    firmware.callUnprotected(server.accept ?? NO_REFERENCE, (L) => {
      sockets.push(L, socket);
      socket.self = vm.ref(L, -1);
      return 1;
    });
    if (socket.self !== undefined) fire(socket, "connection");
  }

  function unconnected(): Socket {
    return { connection: undefined, handlers: new Map(), self: undefined, lookups: 0, isHeld: false };
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

  function dnsIndex(L: number, index: number): number {
    const number = vm.optionalInteger(L, index, 0);
    if (number < 0 || number > 1) raise("server index out of range [0-1]");
    return number;
  }

  function pushInterface(L: number): void {
    vm.api.lua_createtable!(L, 0, 5);
    const fields = {
      hwaddr: Buffer.from("020000c0ffee", "hex"),
      ip: board.network.address,
      netmask: "255.255.255.0",
      gateway: "192.168.4.1",
    };
    for (const [key, value] of Object.entries(fields)) {
      vm.pushValue(L, value);
      vm.setField(L, -2, key);
    }
    vm.api.lua_createtable!(L, 0, 3);
    for (const [key, value] of Object.entries({ server_ip: fields.gateway, client_ip: fields.ip })) {
      vm.pushValue(L, value);
      vm.setField(L, -2, key);
    }
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
        sockets.push(L, unconnected());
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
    setdnsserver: (L) => {
      const address = parseAddress(vm.checkString(L, 1));
      if (address === undefined || address === ANY_ADDRESS) raise("invalid dns server ip");
      dnsServers[dnsIndex(L, 2)] = address;
      return 0;
    },
    getdnsserver: (L) => {
      const address = dnsServers[dnsIndex(L, 1)]!;
      vm.pushValue(L, address === ANY_ADDRESS ? undefined : address);
      return 1;
    },
  });
  vm.setField(vm.L, -2, "dns");
  vm.pop(vm.L);
}

/**
 * An address as inet_aton reads it: one to four numbers, each decimal, octal (0…) or hexadecimal (0x…), the last one
 * filling the bytes that are left; "5" is 0.0.0.5.
 * @returns its usual form, or undefined
 */
function parseAddress(text: string): string | undefined {
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
