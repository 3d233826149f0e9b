/** Espressif's web server. ESP32 only, off by default. */
declare namespace httpd {
  type Method = FirmwareConstant<"httpd.method">;
  type IndexMode = FirmwareConstant<"httpd.index">;

  /**
   * `httpd` on ESP32. Error of all but `start` and `stop`: "Server not started".
   * @example
   * httpd.start({ webroot: "web", auto_index: httpd.INDEX_ROOT });
   * httpd.static("html", "text/html");
   * httpd.dynamic(httpd.GET, "/heap", () => ({ type: "text/plain", body: tostring(node.heap()) }));
   */
  interface Esp32 {
    readonly GET: Method;
    readonly HEAD: Method;
    readonly PUT: Method;
    readonly POST: Method;
    readonly DELETE: Method;
    /** No index.html. */
    readonly INDEX_NONE: IndexMode;
    /** "/" is "/index.html". */
    readonly INDEX_ROOT: IndexMode;
    /** Every path that ends with "/" gets "index.html". */
    readonly INDEX_ALL: IndexMode;

    /** Starts. Errors: "Server already started", "Failed to start http server; code N". */
    start(this: void, options: Options): void;
    /** Stops and forgets all routes. */
    stop(this: void): void;
    /** Serves files whose names match, such as "*.html". In this firmware the result tells nothing: it is nil on success. Errors: "Server not started", "Null route not supported". */
    static(this: void, route: string, contentType: string): number | undefined;
    /** Calls a function for a route. In this firmware the result tells nothing: it is nil on success. Errors: "Server not started", "Null route not supported". */
    dynamic(
      this: void,
      method: Method,
      route: string,
      handler: (this: void, request: Request) => Response | void,
    ): number | undefined;
    /** Removes a route. */
    unregister(this: void, method: Method, route: string): number | undefined;
  }

  interface Options {
    /** Prefix of the files served; never empty. */
    webroot: string;
    /** Routes, default 20. */
    max_handlers?: number;
    /** Default `INDEX_ROOT`. */
    auto_index?: IndexMode;
  }

  /** A request; good only while the handler runs. */
  interface Request {
    readonly method: Method;
    /** Path and query. */
    readonly uri: string;
    /** Not decoded. */
    readonly query: string;
    /** Ask by name; cannot be walked. Error outside the handler: "gethdr()/getbody() called outside synchronous flow". */
    readonly headers: Readonly<Record<string, string | undefined>>;
    /** Returns the next piece of the body, nil at its end. */
    readonly getbody: (this: void) => string | undefined;
  }

  interface Response {
    /** Default "200 OK". */
    status?: string;
    /** Content-Type. */
    type?: string;
    headers?: Record<string, string>;
    body?: string;
    /** Called for the next piece until it returns nil. */
    getbody?: (this: void) => string | undefined;
  }
}
