/**
 * The module `httpserver` as an app sees it. `import { createServer } from "httpserver"` compiles to `require("httpserver")`.
 * One table stands for one exchange: it is both request and response, until the response has ended.
 * @noResolution
 */
declare module "httpserver" {
  /** Starts an HTTP/1.1 server. A port that this module serves already is taken over from the old server. */
  export function createServer(this: void, port: number, handler: Handler, options?: Options): net.Server;

  /** Called at the request line, before the header fields are there. An error in it answers 500. */
  export type Handler = (this: void, req: Request, res: Response) => void;

  /** A piece of a body: a string, a number, or a function that gives the next piece each time it is called. */
  export type Data = string | number | Pull;

  /**
   * Gives the next piece of a body: `""` for nothing yet (asked again soon, or at `res.send()`), nothing for the end.
   * Called only when everything before has been handed to the network; never for HEAD or after the client left.
   */
  export type Pull = (this: void, res: Response) => string | number | undefined;

  export interface Request {
    /** The connection. Closing it fires no event. */
    readonly conn: net.TcpSocket;
    /** As it was sent: methods are case-sensitive. */
    readonly method: string;
    /** The request target as it was sent, mostly path and query; nothing is decoded. */
    readonly url: string;

    /** Assign it in the handler: called for each header field in order, the name in lower case. */
    onheader?: (this: Request, name: string, value: string) => void;
    /** Assign it in the handler: called once when the head is complete and valid, before any body is asked for. */
    onhead?: (this: Request) => void;
    /** Assign it: called with each piece of the body, then once without one when the body is complete (also if there is none). */
    ondata?: (this: Request, chunk?: string) => void;
    /** Assign it: called if the client goes away, or is cut off, before the response has ended. */
    onclose?: (this: Request) => void;
  }

  /**
   * No method raises an error: in a timer or task of the app it would restart the board. What cannot be used (an invalid code, name
   * or value, a table as data, a piece for which there is no memory) ends the response instead: 500, or 503 for memory, if nothing
   * has been sent, else it is cut so that it cannot look whole. `onerror` is told, or the reason printed. After the end, or when the
   * client is gone, every method does nothing.
   */
  export interface Response {
    /**
     * Sends a piece of the body; the first one ends the head. A piece that would leave less heap than `reserve` counts as one for
     * which there is no memory.
     * @param data nothing or `""` sends nothing (and wakes a waiting `Pull`)
     * @param code status, 100 to 999, 200 if never given; the first one counts
     */
    send(data?: Data, code?: number | string): void;
    /**
     * Adds a header field; absent (nil) once a piece of the body was sent. Connection, Content-Length and
     * Transfer-Encoding are understood and sent only as they are true.
     * @param value nothing sends an empty value; CR, LF and NUL are refused
     */
    send_header(name: string, value?: string | number | boolean): void;
    /** Ends the response; a body that is whole by now goes with Content-Length. Arguments as `send`. */
    finish(data?: Data, code?: number | string): void;
  }

  /** Bounds; each has a default. */
  export interface Options {
    /**
     * Longest request line, chunk line, and header line that the app or the server reads [bytes], 2048; at most 2600. Beyond it: 414
     * or 431. Other header lines may be as long as the head.
     */
    line?: number;
    /** Largest head, and largest trailer section [bytes], 4096. Beyond it: 431. */
    head?: number;
    /** Most header fields, 64. Beyond it: 431. */
    fields?: number;
    /** Time for a head to be complete [s], 10. After it: 408. */
    headtime?: number;
    /** Time that a connection may be silent between requests [s], 15. */
    idle?: number;
    /** Time in which at least 256 bytes of a body must come [s], 15. After it: 408. */
    bodytime?: number;
    /** Time for the client to take what was sent [s], 20. */
    sendtime?: number;
    /** Time for the app to answer a complete request [s]; the default is any. After it: 503. */
    answer?: number;
    /** Connections that the board can have, 5. With the last one taken, an idle one is closed for the next client. */
    connections?: number;
    /** Heap that queued output leaves free, and requests that can wait for others [bytes], 4096. */
    reserve?: number;
    /** Told of every error in a handler or callback; the default prints it. */
    onerror?: (this: void, err: unknown, req: Request) => void;
  }
}
