// What an app calls on res, and what the server answers itself. Queues; outbox.ts sends.
import { closeLater } from "./connections";
import type { Data, Exchange, Pull } from "./exchange";
import { flush } from "./outbox";

const find = string.find;
const lower = string.lower;

function put(x: Exchange, data?: Data, code?: number | string): void {
  if (x._finished) return;
  if (code && !x._code) {
    const number = tonumber(code);
    if (!number || number < 100 || number > 999) error("invalid status");
    x._code = number!;
  }
  if (data && data !== "") {
    x._code = x._code ?? 200;
    setmetatable(x, BODY);
    if (type(data) === "function") x._bytes = false;
    else {
      // a number becomes a string here; anything else raises
      data = (data as string) + "";
      if (x._bytes) x._bytes += data.length;
      const least = x._server.reserve;
      if (x._queue[0] && node.heap() < least && collectgarbage() && node.heap() < least) {
        closeLater(x);
        error("out of memory");
      }
    }
    x._queue[x._queue.length] = data as string | Pull;
  }
}

function wake(x: Exchange): void {
  const [ok, problem] = pcall(flush, x);
  if (!ok) fail(x, problem);
}

function send(this: Exchange, data?: Data, code?: number | string): void {
  put(this, data, code);
  wake(this);
}

function finish(this: Exchange, data?: Data, code?: number | string): void {
  put(this, data, code);
  this._finished = true;
  setmetatable(this, HEAD);
  wake(this);
}

function sendHeader(this: Exchange, name: string, value: string | number): void {
  if (this._finished) return;
  value = (value as string) + "";
  if (!find(name, "^[%w!#$%%&'*+%-.^_`|~]+$")[0] || find(value, "[%z\r\n]")[0]) error("invalid header");
  const key = lower(name);
  if (key === "content-length") this._left = tonumber(value);
  else if (key === "connection") this._close = this._close || !!find(lower(value), "close")[0];
  else if (key !== "transfer-encoding") this._header = this._header + (name + (": " + (value + "\r\n")));
}

/** Until the first piece of the body, and when nothing can be sent any more. */
export const HEAD: LuaMetatable<Exchange> = { __index: { send, finish, send_header: sendHeader } };
const BODY: LuaMetatable<Exchange> = { __index: { send, finish } };

/** A refusal (a status code), an error in the app, or no memory: answered if the response has not begun, else cut. */
export function fail(x: Exchange | undefined, problem: unknown): void {
  if (!pcall(answer, x, problem)[0] && x) closeLater(x);
}

function answer(x: Exchange | undefined, problem: unknown): void {
  let code = problem as number;
  if (type(problem) !== "number") {
    code = find(tostring(problem), "not enough memory", 1, true)[0] ? 503 : 500;
    if (x && x._server.onerror) pcall(x._server.onerror, problem, x);
    else print(problem);
  }
  if (!x) return;
  x._state = undefined;
  x._hold = undefined;
  x._close = true;
  if (x._begun) {
    closeLater(x);
    return;
  }
  x._open = true;
  x._finished = true;
  x._ended = undefined;
  x._framing = undefined;
  x._raw = undefined;
  x._queue = [];
  x._header = "";
  x._left = 0;
  x._code = code;
  setmetatable(x, HEAD);
  flush(x);
  const { onclose } = x;
  x.onclose = undefined;
  if (onclose) onclose.call(x);
}
