/** WebSocket client. ESP8266 only, off by default. */
declare namespace websocket {
  /**
   * `websocket` on ESP8266.
   * @example
   * const client = websocket.createClient();
   * client.on("connection", (ws) => ws.send("hello"));
   * client.on("receive", (ws, data, opcode) => print(data, opcode));
   * client.connect("ws://192.168.1.2/");
   */
  interface Esp8266 {
    /** Makes a client. Call its `close` before you let go of it. */
    createClient(this: void): Client;
  }

  interface ClientEvents {
    connection: (this: void, client: Client) => void;
    /** A message came. @param opcode 1 text, 2 binary */
    receive: (this: void, client: Client, data: string, opcode: number) => void;
    /** The connection ended; 0 is no error. */
    close: (this: void, client: Client, status: number) => void;
  }

  /** A client. @userdata METATABLE_WSCLIENT esp8266 */
  interface Client {
    /** Sets the headers of the requests. */
    config(options: { headers?: Record<string, string> }): void;
    /** Connects. Error: "Websocket already connecting or connected." @param url "ws://…" or "wss://…" */
    connect(url: string): void;
    /** Sets the handler of an event, or removes it (undefined, which must be written). Error: "function or nil". */
    on<Event extends keyof ClientEvents>(event: Event, handler: ClientEvents[Event] | undefined): void;
    /** Sends a message. Error: "Websocket isn't connected." @param opcode default 1, text */
    send(data: string, opcode?: number): void;
    /** Closes; may be called at any time. */
    close(): void;
  }
}
