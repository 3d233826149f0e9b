// The state of one request and its response: one table per exchange, made at the first byte, dropped after the last.
// The app sees it as req and res; fields that begin with `_` are ours and are shortened by the compiler.
import type { Server } from "./limits";

/** Reads from `buffer` at `position`: the position after what it took, the same if it waits for more. */
export type State = (this: void, x: Exchange, buffer: string, position: number) => number;

export type Data = string | number | Pull;
export type Pull = (this: void, res: Exchange) => string | number | undefined;
export type Handler = (this: void, req: Exchange, res: Exchange) => void;

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
  send_header(name: string, value: string | number): void;
  finish(data?: Data, code?: number | string): void;

  _server: Server;

  // reading
  /** What comes next in the input; absent when the request has been read, or will not be. */
  _state?: State | undefined;
  /** Input that no state has taken. */
  _rest?: string | undefined;
  /** Seconds for which it is still waited for the client, or for the app. */
  _patience: number;
  /** Bytes of the head so far; then bytes of the body since they last renewed the patience. */
  _size: number;
  _fields: number;
  _http10?: boolean;
  _host?: string;
  /** Bytes of the body, or of the chunk that is being read, that are still to come. */
  _length?: number;
  _chunked?: boolean;
  /** The client waits for 100 Continue. */
  _expect?: boolean | undefined;
  /** HTTP/1.0 asked to keep the connection. */
  _keep?: boolean;

  // answering
  /** The request's head is complete, or refused: output may go. */
  _open?: boolean;
  /** A callback runs: its output waits for its end. */
  _hold?: boolean | undefined;
  _code?: number;
  /** Header lines of the app. */
  _header: string;
  /** Pieces of the body, and functions that give them. */
  _queue: (string | Pull)[];
  /** Position in the first piece of the queue. */
  _at: number;
  /** Bytes queued; false once there is a function among them. */
  _bytes: number | false;
  /** Bytes of body that may still be sent; absent if any number may. */
  _left?: number | undefined;
  /** finish was called, or nothing can be sent any more. */
  _finished?: boolean;
  /** How the body is framed; there once the head has been made. */
  _framing?: Framing | undefined;
  /** The whole response has been made; what is left of it is in _raw or in flight. */
  _ended?: boolean | undefined;
  /** Bytes that the network has not taken yet. */
  _raw?: string | undefined;
  /** Something of the response is out. */
  _begun?: boolean;
  /** A send is in flight. */
  _sending?: boolean | undefined;
  /** The connection ends with this exchange. */
  _close?: boolean;
  /** The connection ends now. */
  _cut?: boolean;
}

export const enum Framing {
  Plain = 1,
  Chunked,
}
