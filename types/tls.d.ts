/** TLS client. ESP8266 only, off by default. A handshake takes 25 to 30 KB of heap. */
declare namespace tls {
  /**
   * `tls` on ESP8266.
   * @example
   * const socket = tls.createConnection();
   * socket.on("connection", (sock) => sock.send("GET / HTTP/1.0\r\n\r\n"));
   * socket.on("receive", (sock, data) => print(data));
   * socket.connect(443, "example.com");
   */
  interface Esp8266 {
    readonly cert: Cert;
    /** Makes a client socket, not yet connected. */
    createConnection(this: void): Socket;
    /** Sets how much the TLS library prints. Only in builds with its debug support. */
    setDebug(this: void, level: number): void;
  }

  /** Certificates. Errors: "no certificates found", "bad offset", and those of the data. Texts (PEM) are kept in flash. */
  interface Cert {
    /** Sets whether our own certificate is shown. */
    auth(this: void, enable: boolean): boolean;
    /** Stores our own certificate and shows it. */
    auth(this: void, certificate: string, key?: string): boolean;
    /** Asks a function for the key (0) and the certificates (from 1). */
    auth(this: void, provide: (this: void, index: number) => string | undefined): true;
    /** Sets whether the server's certificate is checked; at start it is not. */
    verify(this: void, enable: boolean): boolean;
    /** Stores certificates and checks the server's by them. */
    verify(this: void, certificate: string, ...more: string[]): boolean;
    /** Asks a function for the certificates to check by, from 1. */
    verify(this: void, provide: (this: void, index: number) => string | undefined): true;
  }

  interface SocketEvents {
    connection: (this: void, sock: Socket) => void;
    /** The connection broke or could not be made; the reason is nil if it has no name. */
    reconnection: (this: void, sock: Socket, reason: string | undefined) => void;
    disconnection: (this: void, sock: Socket) => void;
    receive: (this: void, sock: Socket, data: string) => void;
    sent: (this: void, sock: Socket) => void;
    dns: (this: void, sock: Socket, ip: string | undefined) => void;
  }

  /** A client socket. An error in a callback reboots the board. @userdata tls.socket esp8266 */
  interface Socket {
    /** Connects. Errors: "already connected", "invalid port", "invalid domain", "not enough memory". @param host name or address */
    connect(port: number, host: string): void;
    /** Closes. */
    close(): void;
    /** Sets the handler of an event, or removes it (undefined, which must be written). Errors: "invalid method", "invalid callback function". */
    on<Event extends keyof SocketEvents>(event: Event, handler: SocketEvents[Event] | undefined): void;
    /** Sends; nothing happens if not connected. Wait for "sent" before the next. */
    send(data: string | number): void;
    /** Stops receiving. */
    hold(): void;
    /** Receives again. */
    unhold(): void;
    /** Returns the peer's address and port, in this order; nils if not connected. */
    getpeer(): LuaMultiReturn<[ip: string, port: number] | [undefined, undefined]>;
  }
}
