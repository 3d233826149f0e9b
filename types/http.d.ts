/** HTTP client. Off by default on ESP8266, in the default build of ESP32. The chips share only the names `get`, `post`, `put`. */
declare namespace http {
  /** Headers by name in lower case; of several with one name, the last. */
  type Headers = Record<string, string | undefined>;

  /**
   * A response; body and headers are nil if there was an error. The status of an error is negative (ESP8266: -1,
   * `http.ERROR`).
   */
  type Response = (this: void, status: number, body?: string, headers?: Headers) => void;

  /**
   * `http` on ESP8266: one request at a time. `headers` is text, each line with "\r\n" at its end.
   * Error of all: "wrong arg type" (no URL).
   */
  interface Esp8266 {
    readonly OK: 0;
    readonly ERROR: FirmwareConstant<"http.status">;
    /**
     * Sends a GET request.
     * @example
     * http.get("http://example.com/", undefined, (status, body) => print(status, body));
     */
    get(this: void, url: string, headers?: string, done?: Response): void;
    /** Sends a POST request. */
    post(this: void, url: string, headers?: string, body?: string, done?: Response): void;
    /** Sends a PUT request. */
    put(this: void, url: string, headers?: string, body?: string, done?: Response): void;
    /** Sends a DELETE request. */
    delete(this: void, url: string, headers?: string, body?: string, done?: Response): void;
    /** Sends a request with any method. */
    request(this: void, url: string, method: string, headers?: string, body?: string, done?: Response): void;
  }

  type Method = FirmwareConstant<"http.method">;
  type Acknowledge = FirmwareConstant<"http.ack">;

  /** Options of the ESP32's client. */
  interface Options {
    /** Requests return at once. */
    async?: boolean;
    /** Size of the reading buffer in bytes, default 512. */
    bufsz?: number;
    /** Certificates (PEM) that the server's must lead back to; none: it is not checked. */
    cert?: string;
    headers?: Record<string, string | number>;
    /** Default 10; 0: redirects are not followed. */
    max_redirects?: number;
    /** ms, default 10000. */
    timeout?: number;
  }

  /** `http` on ESP32. */
  interface Esp32 {
    readonly GET: Method;
    readonly POST: Method;
    readonly PUT: Method;
    readonly DELETE: Method;
    readonly HEAD: Method;
    /** Returned by a `data` handler: no more until `ack`. */
    readonly DELAYACK: Acknowledge;
    readonly ACKNOW: Acknowledge;
    /**
     * Makes a connection; `request` opens it. Errors: "Bad HTTP method N", "esp_http_client_init failed".
     * @param method default `http.GET`
     */
    createConnection(this: void, url?: string, options?: Options): Connection;
    createConnection(this: void, url: string | undefined, method: Method, options?: Options): Connection;

    /** Sends a GET request and waits for the response. Errors: "options must be nil or a table", "callback must be nil or a function". */
    get(
      this: void,
      url: string,
      options?: Options,
    ): LuaMultiReturn<[status: number, body?: string, headers?: Headers]>;
    /** Sends a GET request; the function gets the response. */
    get(this: void, url: string, done: Response): void;
    get(this: void, url: string, options: Options | undefined, done: Response): void;
    /** Sends a POST request and waits for the response. */
    post(
      this: void,
      url: string,
      options: Options | undefined,
      body: string,
    ): LuaMultiReturn<[status: number, body?: string, headers?: Headers]>;
    /** Sends a POST request; the function gets the response. */
    post(this: void, url: string, options: Options | undefined, body: string, done: Response): void;
    /** Sends a PUT request and waits for the response. */
    put(
      this: void,
      url: string,
      options: Options | undefined,
      body: string,
    ): LuaMultiReturn<[status: number, body?: string, headers?: Headers]>;
    /** Sends a PUT request; the function gets the response. */
    put(this: void, url: string, options: Options | undefined, body: string, done: Response): void;
  }

  /** `http` for code that runs on both chips. */
  interface Portable
    extends Partial<Omit<Esp8266, "get" | "post" | "put">>,
      Partial<Omit<Esp32, "get" | "post" | "put">> {
    /** Sends a GET request without headers of one's own. */
    get(this: void, url: string, options: undefined, done: Response): void;
    /** Sends a POST request without headers of one's own. */
    post(this: void, url: string, options: undefined, body: string, done: Response): void;
    /** Sends a PUT request without headers of one's own. */
    put(this: void, url: string, options: undefined, body: string, done: Response): void;
  }

  /** What happens on a connection of the ESP32. */
  interface ConnectionEvents {
    connect: (this: void) => void;
    headers: (this: void, status: number, headers: Headers) => void;
    /** Pieces of the body. May return `http.DELAYACK` on an asynchronous connection. */
    data: (this: void, status: number, data: string) => Acknowledge | void;
    /** Always comes, and last. A negative status tells of an error. */
    complete: (this: void, status: number, connected: boolean) => void;
  }

  /** A connection. Error while a request runs: "Cannot modify connection while a request is active". @userdata http_context_mt esp32 */
  interface Connection {
    /** Sets the handler of an event; without one removes it. Returns the connection. */
    on<Event extends keyof ConnectionEvents>(event: Event, handler?: ConnectionEvents[Event]): this;
    /** Sends the request; waits and returns status and whether the connection is open, nothing if asynchronous. */
    request(): LuaMultiReturn<[status: number, connected: boolean] | []>;
    /** Sets the method of the next request. Error: "Bad HTTP method N". */
    setmethod(method: Method): void;
    /** Sets the URL of the next request. */
    seturl(url: string): void;
    /** Sets a header, or removes it. */
    setheader(name: string, value?: string): void;
    /** Sets the body, or removes it; the type is that of a form unless a header says otherwise. */
    setbody(data?: string): void;
    /** Goes on after `http.DELAYACK`. Errors: "No asynchronous callback pending", "Cannot call ack() from within the callback itself". */
    ack(): void;
    /** Closes. Error: "Cannot close an ongoing async request outside of a callback or pending ack". */
    close(): void;
  }
}
