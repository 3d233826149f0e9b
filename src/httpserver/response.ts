// What an app calls on res, and the server's own answers. Queues; outbox.ts sends.
import { closeLater } from "./connections";
import type { Data, Exchange, Pull } from "./exchange";
import { flush } from "./outbox";

const find = string.find;
const lower = string.lower;

function send(this: Exchange, data?: Data, code?: number | string): void {
  if (this._finished) return;
  if (code && !this._code) {
    const number = tonumber(code);
    if (!number || number < 100 || number > 999) error("invalid status");
    this._code = number!;
  }
  if (data && data !== "") {
    this._code = this._code ?? 200;
    setmetatable(this, BODY);
    if (type(data) === "function") this._bytes = undefined;
    else {
      data = data + "";
      if (this._bytes) this._bytes += data.length;
      const { reserve } = this._server;
      if (this._queue[0] && node.heap() < reserve && collectgarbage() && node.heap() < reserve) {
        closeLater(this);
        error("out of memory");
      }
    }
    this._queue[this._queue.length] = data as string | Pull;
  }
  pcall(flush, this);
}

function finish(this: Exchange, data?: Data, code?: number | string): void {
  // both in one: the head can then tell the length
  const hold = this._hold;
  this._hold = true;
  send.call(this, data, code);
  this._hold = hold;
  this._finished = true;
  setmetatable(this, HEAD);
  pcall(flush, this);
}

function sendHeader(this: Exchange, name: string, value: string | number): void {
  if (this._finished) return;
  value = value + "";
  if (!find(name, "^[%w!#$%%&'*+%-.^_`|~]+$")[0] || find(value, "[%z\r\n]")[0]) error("invalid header");
  const key = lower(name);
  if (key === "content-length") this._left = tonumber(value);
  else if (key === "connection" && find(lower(value), "close", 1, true)[0]) this._close = true;
  else if (key !== "transfer-encoding" && key !== "connection") {
    this._header = this._header + (name + (": " + (value + "\r\n")));
  }
}

/** Until the first piece of the body, and when nothing can be sent any more. */
export const HEAD: LuaMetatable<Exchange> = { __index: { send, finish, send_header: sendHeader } };
const BODY: LuaMetatable<Exchange> = { __index: { send, finish } };

/** The request cannot be read on, or its app has failed: says so if the response has not begun, else cuts it. */
export function refuse(x: Exchange, code: number): undefined {
  x._state = undefined;
  if (x._framing) return closeLater(x) as undefined;
  x._queue = [];
  x._header = "";
  x._left = undefined;
  x._bytes = 0;
  x._code = code;
  x._close = true;
  x._open = true;
  x._finished = true;
  setmetatable(x, HEAD);
}
