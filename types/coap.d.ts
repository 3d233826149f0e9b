/** CoAP server and client. ESP8266 only, off by default. */
declare namespace coap {
  /** Confirmable or not. */
  type MessageType = FirmwareConstant<"coap.type">;
  type ContentType = FirmwareConstant<"coap.content">;

  /**
   * `coap` on ESP8266.
   * @example
   * const server = coap.Server();
   * server.listen(5683);
   * server.var("uptime", coap.TEXT_PLAIN);
   * const client = coap.Client();
   * client.get(coap.CON, "coap://192.168.1.2:5683/v1/v/uptime");
   */
  interface Esp8266 {
    /** Asks for an acknowledgement and repeats up to four times without one. */
    readonly CON: MessageType;
    readonly NON: MessageType;
    readonly TEXT_PLAIN: ContentType;
    readonly LINKFORMAT: ContentType;
    readonly XML: ContentType;
    readonly OCTET_STREAM: ContentType;
    readonly EXI: ContentType;
    readonly JSON: ContentType;
    /** Makes a server. Error: "not enough memory". */
    Server(this: void): Server;
    /** Makes a client. Error: "not enough memory". */
    Client(this: void): Client;
  }

  /** A server. @userdata coap_server esp8266 */
  interface Server {
    /** Starts to listen. @param ip default all */
    listen(port: number, ip?: string): void;
    /** Stops. */
    close(): void;
    /** Offers a global variable under `/v1/v/name`. Error: "name must be set." @param type default `TEXT_PLAIN` */
    var(name: string, type?: ContentType): void;
    /**
     * Offers a global function under `/v1/f/name`; it gets the payload and returns the answer.
     * Error: "name must be set."
     * @param type default `TEXT_PLAIN`
     */
    func(name: string, type?: ContentType): void;
  }

  /**
   * A client. Answers are not handed to Lua. Errors: "wrong arg type", "uri wrong format.", "host too long", "alloc fail".
   * @userdata coap_client esp8266
   */
  interface Client {
    /** Sends a GET request. @param url "coap://address:port/path", no host name */
    get(url: string, payload?: string): void;
    get(type: MessageType, url: string, payload?: string): void;
    /** Sends a PUT request; arguments as `get`. */
    put(url: string, payload?: string): void;
    put(type: MessageType, url: string, payload?: string): void;
    /** Sends a POST request; arguments as `get`. */
    post(url: string, payload?: string): void;
    post(type: MessageType, url: string, payload?: string): void;
    /** Sends a DELETE request; arguments as `get`. */
    delete(url: string, payload?: string): void;
    delete(type: MessageType, url: string, payload?: string): void;
  }
}
