// The state of one request and its response: one table per exchange, made at the first byte, dropped after the last.
// The app sees it as req and res; fields that begin with `_` are ours and are shortened by the compiler.
// A plain request fills at most 16 fields, the app's included: with a seventeenth Lua doubles the table (640 bytes).
/** What comes next in the input. */
export const enum State {
  RequestLine = 1,
  /** A field of the head or of the trailers. */
  Field,
  /** The rest of a field that nobody reads. */
  Unread,
  /** The body, or a chunk of it. */
  Body,
  ChunkSize,
  /** The rest of a request that nobody wants. */
  Discard,
}

/** Reads from `buffer` at `position`: the position after what it took, the same if it waits for more. */
export type Reader = (this: void, x: Exchange, buffer: string, position: number) => number;

export type Data = string | number | Pull;
export type Pull = (this: void, res: Exchange) => string | number | undefined;
export type Handler = (this: void, req: Exchange, res: Exchange) => void;

/** Bounds that an app may set through `options`, with the units of limits.ts. */
export interface Limits {
  line?: number;
  head?: number;
  fields?: number;
  headtime?: number;
  idle?: number;
  bodytime?: number;
  sendtime?: number;
  answer?: number;
  connections?: number;
  reserve?: number;
  onerror?: (this: void, problem: unknown, req: Exchange) => void;
}

/** A server: its handler, and through its metatable the options of the app. */
export interface Server extends Limits {
  _handler: Handler;
}

export interface Exchange {
  // what the app sees
  conn: net.TcpSocket;
  /** Absent until the request line is there, as is url. */
  method: string;
  url?: string;
  onheader?: (this: Exchange, name: string, value: string) => void;
  onhead?: (this: Exchange) => void;
  ondata?: (this: Exchange, chunk?: string) => void;
  onclose?: ((this: Exchange) => void) | undefined;
  send(data?: Data, code?: number | string): void;
  send_header(name: string, value?: string | number | boolean): void;
  finish(data?: Data, code?: number | string): void;

  _server: Server;
  /** A Hold or a countdown. A number from the start: to set it must need no memory. */
  _hold: number;
  /** Seconds (ticks when the connection ends) for which the client, or the app, has been waited for. */
  _silent: number;
  /** The connection ends with this exchange. */
  _close?: unknown;

  // reading
  /** Absent when the request has been read, or will not be. */
  _state?: State | undefined;
  /** Input that no state has taken. */
  _rest?: string | undefined;
  /** Bytes of an incomplete head so far; then bytes of the body since it last counted as not silent. */
  _size?: number;
  _fields?: number;
  _http10?: boolean;
  _host?: true;
  /** Bytes of the body, or of the chunk that is being read, that are still to come. */
  _length?: number | undefined;
  _chunked?: boolean;
  /** The client waits for 100 Continue. */
  _expect?: boolean | undefined;

  // answering
  _code?: number;
  /** Bytes in the queue until the head is made; false with a function among them. */
  _total: number | false;
  /** Header lines of the app. */
  _header: string;
  /** Content-Length as the app set it. */
  _declared?: number | undefined;
  /** Pieces of the body, and functions that give them; absent once the whole response has been made. */
  _queue?: (string | Pull)[] | undefined;
  /** Where the first piece of the queue goes on, if a part of it has been sent. */
  _at?: number | undefined;
  /** finish was called, or nothing can be sent any more. */
  _finished?: boolean;
  /** Bytes of body that may still be sent, false if the body is chunked; absent until the head has been made. */
  _left?: number | false | undefined;
  /** ESP8266: the receive window is not opened again until the response is complete. */
  _held?: boolean;
  /** Bytes that the network has not taken yet. */
  _raw?: string | undefined;
}

/** Why output waits. */
export const enum Hold {
  None,
  /** The request's head is not complete. */
  Head,
  /** A callback runs: its output goes at its end. */
  Callback,
  /** A send is in flight. */
  Sending,
  /** The connection ends: at the next tick, or in `sent`. A number above this is a countdown to it, see countDown(). */
  Cut,
}

/** Countdown of a connection that the client gets to end first. */
export const LINGERING = Hold.Cut + 3;
/** ... and of one on which the rest of a request comes that nobody wants: closed, it would be reset, and the answer be lost. */
export const DRAINING = Hold.Cut + 50;

/** A tick has passed for a connection that ends. @returns whether it was the last one */
export function countDown(x: Exchange): boolean {
  x._hold -= 1;
  return x._hold < Hold.Cut;
}
