/// <reference path="./tls.d.ts" />
/**
 * TCP and UDP sockets, DNS. In every default build of both chips.
 *
 * On ESP8266 an error that escapes from any callback of this module reboots the board: guard callbacks with `pcall`.
 */
declare namespace net {
  /** The type of `net.TCP`. Not a number to the compiler: on ESP8266 `createServer(net.TCP)` would mean 1 second. */
  type Tcp = FirmwareHandle<"net.TCP">;
  /** The type of `net.UDP`. */
  type Udp = FirmwareHandle<"net.UDP">;

  /** What both chips have. */
  interface Common {
    readonly TCP: Tcp;
    readonly UDP: Udp;
    readonly dns: Dns;

    /**
     * Makes a TCP server with the default keepalive of 30 s. The chips differ in their arguments: ESP8266
     * `(timeout?)`, ESP32 `(type?, timeout?)`; none at all is right on both.
     * @example
     * const server = net.createServer();
     * server.listen(80, (sock) => {
     *   sock.on("receive", (s, data) => print(data));
     * });
     */
    createServer(this: void): Server;

    /**
     * Makes a TCP client socket, not yet connected.
     * @example
     * const client = net.createConnection();
     * client.on("connection", (sock) => sock.send("GET / HTTP/1.0\r\n\r\n"));
     * client.on("receive", (sock, data) => print(data));
     * client.connect(80, "192.168.4.2");
     */
    createConnection(this: void): TcpSocket;

    /** Makes a UDP socket, not yet bound. */
    createUDPSocket(this: void): UdpSocket;

    /**
     * Joins a multicast group. Errors: "wrong arg type", "invalid if ip", "invalid multicast ip".
     * @param interfaceIp address of the interface, "" or "any" for all
     * @param multicastIp address of the group
     */
    multicastJoin(this: void, interfaceIp: string, multicastIp: string): void;

    /** Leaves a multicast group; arguments and errors as `multicastJoin`. */
    multicastLeave(this: void, interfaceIp: string, multicastIp: string): void;
  }

  /** `net` on ESP8266. */
  interface Esp8266 extends Common {
    readonly dns: Esp8266Dns;
    /** The same as `tls.cert`, in builds with the `tls` module. */
    readonly cert: tls.Cert;

    /**
     * Makes a TCP server.
     * @param timeout seconds until a vanished client is given up (TCP keepalive), default 30. A silent client
     * that still answers is never disconnected.
     */
    createServer(this: void, timeout?: number): Server<Esp8266TcpSocket>;
    createConnection(this: void): Esp8266TcpSocket;
    createUDPSocket(this: void): Esp8266UdpSocket;

    /**
     * Tells the addresses of a network interface, nothing if there is no such interface.
     * @param index 0 station (default), 1 access point
     */
    ifinfo(this: void, index?: 0 | 1): InterfaceInfo | undefined;

    /**
     * Pings a host. In default builds (NET_PING_ENABLE). Errors: "no received callback specified",
     * "memory allocation error: cannot start ping", "lwip error N".
     * @param host name or address
     * @param received called for every answer or its absence
     * @param sent called once at the end
     */
    ping(this: void, host: string, received: PingReceived, sent?: PingSent): void;
    /** @param count number of packets; 0 means the default, 4 */
    ping(this: void, host: string, count: number | undefined, received: PingReceived, sent?: PingSent): void;
  }

  /** `net` on ESP32. */
  interface Esp32 extends Common {
    readonly dns: Esp32Dns;

    /**
     * Makes a TCP server.
     * @param type `net.TCP`; with `net.UDP` the result is a UDP socket. Error: "invalid type".
     * @param timeout seconds until a vanished client is given up (TCP keepalive), default 30. A silent client
     * that still answers is never disconnected.
     */
    createServer(this: void, type?: Tcp, timeout?: number): Server<Esp32TcpSocket>;
    createServer(this: void, type: Udp): UdpSocket;

    /**
     * Makes a TCP client socket, not yet connected; with `net.UDP` a UDP socket.
     * Errors: "invalid type", "secure connections not yet supported" (secure is not 0).
     */
    createConnection(this: void, type?: Tcp, secure?: 0): Esp32TcpSocket;
    createConnection(this: void, type: Udp): UdpSocket;
  }

  /** `net` for code that runs on both chips. Which chip it is: `net.ifinfo` is absent on ESP32. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {
    createServer(this: void): Server<PortableTcpSocket>;
    /** ESP8266 only. @param timeout seconds, default 30 */
    createServer(this: void, timeout: number): Server<PortableTcpSocket>;
    /** ESP32 only. @param timeout seconds, default 30 */
    createServer(this: void, type: Tcp, timeout?: number): Server<PortableTcpSocket>;
    createConnection(this: void): PortableTcpSocket;
  }

  /** A listening TCP socket. @userdata NET_TABLE_TCP_SERVER */
  interface Server<Sock extends TcpSocket = TcpSocket> {
    /**
     * Starts to listen. Errors: "already listening", "invalid IP address", "need callback", "address in use"
     * (ESP32) or "out of memory" (ESP8266) for a port in use.
     * @param port 1 to 65535; left out or 0: any free port (see `getaddr`)
     * @param ip address to listen on, default all
     * @param accept called with every new connection
     */
    listen(port: number, accept: (this: void, sock: Sock) => void): void;
    listen(port: number, ip: string, accept: (this: void, sock: Sock) => void): void;
    listen(ip: string, accept: (this: void, sock: Sock) => void): void;
    listen(accept: (this: void, sock: Sock) => void): void;

    /** Returns port and address, nils if it does not listen. */
    getaddr(): LuaMultiReturn<[port: number, ip: string] | [undefined, undefined]>;

    /** Stops listening; open connections live on. Error: "not connected" if it does not listen. */
    close(): void;
  }

  /**
   * The events of a TCP socket and their handlers. The socket is nil when the event comes after the socket was
   * closed: on ESP8266 only `receive` (Late is the socket there), on ESP32 also those that tell of the end.
   */
  interface TcpSocketEvents<Sock, Late = Sock | undefined> {
    /** The connection is open. On ESP32 it does not fire for accepted connections. */
    connection: (this: void, sock: Sock) => void;
    /** The connection broke with an error; `disconnection` does not fire then. */
    reconnection: (this: void, sock: Late, err: number) => void;
    /** The peer closed (err 0), or the connection broke and there is no `reconnection` handler. Not after `close()`. */
    disconnection: (this: void, sock: Late, err: number) => void;
    /**
     * Data came: at most 1460 bytes (ESP8266) or 1440 (ESP32) a piece. The socket is nil if a handler closed it and
     * pieces that came along are still delivered.
     */
    receive: (this: void, sock: Sock | undefined, data: string) => void;
    /**
     * ESP8266: the peer acknowledged some bytes; neither once per `send` nor "all sent".
     * ESP32: the last `send` was acknowledged; can be lost when sends overlap.
     */
    sent: (this: void, sock: Late) => void;
    /** A name was resolved (`connect`, `dns`); nil if that failed. */
    dns: (this: void, sock: Sock, ip: string | undefined) => void;
  }

  /** A TCP connection, on either side: what both chips have. */
  interface TcpSocket {
    /**
     * Sets the handler of an event, or removes it (undefined, which must be written). One handler per event.
     * A handler that captures its socket is never collected: use the socket it is called with.
     * Errors: "invalid callback name", "invalid callback function".
     */
    on<Event extends keyof TcpSocketEvents<this>>(
      event: Event,
      handler: TcpSocketEvents<this>[Event] | undefined,
    ): void;

    /**
     * Queues data. Keep one send in flight and wait for `sent`.
     * Errors: "no data to send" (empty string), "not connected", "out of memory" (ESP8266: more than 2920 bytes
     * unacknowledged; nothing is queued), "buffer error" (ESP32: about 5760 bytes; the part that fits is queued),
     * "would block" (ESP32).
     * @param sent replaces the handler of `sent`, for good
     */
    send(data: string | number, sent?: TcpSocketEvents<this>["sent"]): void;

    /**
     * Closes; data in flight still goes out. No event fires. Error: "not connected".
     * On ESP8266 a close inside the `receive` handler resets the connection and what was sent is lost.
     */
    close(): void;

    /**
     * Connects as a client. Errors: "already connected", "specify port".
     * @param port 1 to 65535
     * @param host name or address, default "127.0.0.1"
     */
    connect(port: number, host?: string): void;

    /** Resolves a name. @param callback replaces the handler of `dns`; error "no callback specified" if there is none */
    dns(host: string, callback?: TcpSocketEvents<this>["dns"]): void;

    /** Returns the peer's port and address, nils if not connected. */
    getpeer(): LuaMultiReturn<[port: number, ip: string] | [undefined, undefined]>;

    /** Returns our own port and address, nils if not connected. */
    getaddr(): LuaMultiReturn<[port: number, ip: string] | [undefined, undefined]>;
  }

  /** A TCP connection on ESP8266. @userdata NET_TABLE_TCP_CLIENT esp8266 */
  interface Esp8266TcpSocket extends TcpSocket {
    on<Event extends keyof TcpSocketEvents<this, this>>(
      event: Event,
      handler: TcpSocketEvents<this, this>[Event] | undefined,
    ): void;
    send(data: string | number, sent?: TcpSocketEvents<this, this>["sent"]): void;
    /** @param connected replaces the handler of `connection` */
    connect(port: number, host?: string, connected?: TcpSocketEvents<this, this>["connection"]): void;

    /** Stops opening the receive window: at most 5840 bytes more arrive. Closing while held resets the connection. */
    hold(): void;
    /** Opens the receive window again. */
    unhold(): void;
    /**
     * Sets (if given) and returns the time to live of packets. Error: "socket is not open/bound yet".
     * @param ttl 0 to 255
     */
    ttl(ttl?: number): number;
  }

  /** A TCP connection on ESP32. @userdata NET_TABLE_TCP_CLIENT esp32 */
  interface Esp32TcpSocket extends TcpSocket {}

  /** A TCP connection for code that runs on both chips. */
  interface PortableTcpSocket extends TcpSocket {
    /** ESP8266 only: see `Esp8266TcpSocket`. */
    hold?(): void;
    /** ESP8266 only: see `Esp8266TcpSocket`. */
    unhold?(): void;
    /** ESP8266 only: see `Esp8266TcpSocket`. */
    ttl?(ttl?: number): number;
  }

  /** The events of a UDP socket and their handlers. */
  interface UdpSocketEvents<Sock> {
    /** A datagram came. The socket is nil if a handler closed it and more came along. */
    receive: (this: void, sock: Sock | undefined, data: string, port: number, ip: string) => void;
    /** Data was handed to the network; called inside `send`. */
    sent: (this: void, sock: Sock) => void;
    /** A name was resolved; nil if that failed. */
    dns: (this: void, sock: Sock, ip: string | undefined) => void;
  }

  /** A UDP socket. @userdata NET_TABLE_UDP_SOCKET esp32 */
  interface UdpSocket {
    /**
     * Binds to a port. Errors: "already listening", "invalid IP address", "cannot allocate PCB" (ESP32: netconn).
     * @param port 1 to 65535; left out or 0: any free port
     * @param ip address to listen on, default all
     */
    listen(port?: number, ip?: string): void;

    /** Sets the handler of an event, or removes it (undefined, which must be written). */
    on<Event extends keyof UdpSocketEvents<this>>(
      event: Event,
      handler: UdpSocketEvents<this>[Event] | undefined,
    ): void;

    /**
     * Sends a datagram; binds the socket if it is not bound. Errors: "need port", "invalid IP address",
     * "no data to send", "cannot allocate message buffer".
     * @param sent replaces the handler of `sent`
     */
    send(port: number, ip: string, data: string | number, sent?: UdpSocketEvents<this>["sent"]): void;

    /** Closes. Error: "not connected" if it is not open (ESP32: for every UDP socket, after it was closed). */
    close(): void;

    /** Resolves a name. @param callback replaces the handler of `dns`; error "no callback specified" if there is none */
    dns(host: string, callback?: UdpSocketEvents<this>["dns"]): void;

    /** Returns our own port and address, nils if not bound. */
    getaddr(): LuaMultiReturn<[port: number, ip: string] | [undefined, undefined]>;
  }

  /** A UDP socket on ESP8266. @userdata NET_TABLE_UDP_SOCKET esp8266 */
  interface Esp8266UdpSocket extends UdpSocket {
    /**
     * Sets (if given) and returns the time to live of packets. Error: "socket is not open/bound yet".
     * @param ttl 0 to 255
     */
    ttl(ttl?: number): number;
  }

  /** Name resolution: what both chips have. */
  interface Dns {
    /**
     * Resolves a name. The chips differ in the callback: ESP8266 calls it with `(nil, ip)`, ESP32 with `(ip)`;
     * `(a, b) => b ?? a` is right on both. The address is nil if that failed.
     */
    resolve(this: void, host: string, callback: (this: void, a?: string, b?: string) => void): void;
    /** Sets a DNS server. Errors: "invalid dns server ip", "server index out of range [0-1]". @param index default 0 */
    setdnsserver(this: void, ip: string, index?: 0 | 1): void;
    /** Returns a DNS server, nil if not set. Error: "server index out of range [0-1]". @param index default 0 */
    getdnsserver(this: void, index?: 0 | 1): string | undefined;
  }

  interface Esp8266Dns extends Dns {
    /** Resolves a name. The first argument of the callback is always nil, the second the address or nil. */
    resolve(
      this: void,
      host: string,
      callback: (this: void, sock: undefined, ip: string | undefined) => void,
    ): void;
  }

  interface Esp32Dns extends Dns {
    /** Resolves a name. The callback gets the address or nil. */
    resolve(this: void, host: string, callback: (this: void, ip: string | undefined) => void): void;
  }

  interface InterfaceInfo {
    /** The hardware address, 6 bytes. */
    hwaddr: string;
    ip?: string;
    netmask?: string;
    gateway?: string;
    /** Present if the interface uses DHCP. */
    dhcp?: { server_ip?: string; client_ip?: string; ntp_server?: string };
  }

  /**
   * An answer to a ping: bytes (0: no answer, the rest is nil if the name was not resolved), address, sequence number,
   * round trip in ms (-1 on error).
   */
  type PingReceived = (this: void, bytes: number, ip?: string, sequence?: number, time?: number) => void;
  /** The end of a ping: address, packets sent, packets lost, bytes received, total time in ms. */
  type PingSent = (this: void, ip: string, total: number, lost: number, bytes: number, time: number) => void;
}
