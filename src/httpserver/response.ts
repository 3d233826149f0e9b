// What an app calls on res, and what the server answers itself when a callback fails. Queues; outbox.ts sends.
import { close, connections } from "./connections";
import { type Data, type Exchange, Hold, type Pull } from "./exchange";
import { go } from "./outbox";

type Socket = net.TcpSocket;

const find = string.find;
const lower = string.lower;

/** Whether a list (RFC 9110 5.6.1) has a member: a pattern for it, in lower case. */
export function lists(value: string, member: string): unknown {
  return find("," + (lower(value) + ","), ",[ \t]*" + (member + "[ \t]*,"))[0];
}

/** Queues data and sends what can go. @param last the response is complete */
function send(this: Exchange, data?: Data, code?: number | string, last?: boolean): void {
  if (this._finished) return;
  if (code && !this._code) {
    const number = tonumber(code);
    if (!number || number < 100 || number > 999) error("invalid status");
    this._code = number!;
  }
  if (data && data !== "") {
    this._code = this._code ?? 200;
    setmetatable(this, BODY);
    const queue = this._queue!;
    if (type(data) !== "function") {
      // a number becomes a string here; anything else raises
      data = (data as string) + "";
      this._total = this._total && this._total + data.length;
      const least = this._server.reserve;
      if (queue[0] && node.heap() < least && collectgarbage() && node.heap() < least) {
        this._hold = Hold.Cut;
        error("out of memory");
      }
    } else this._total = false;
    queue[queue.length] = data as string | Pull;
  }
  if (last) {
    this._finished = true;
    setmetatable(this, HEAD);
  }
  wake(this.conn, this);
}

function finish(this: Exchange, data?: Data, code?: number | string): void {
  (send as (this: Exchange, data?: Data, code?: number | string, last?: boolean) => void).call(
    this,
    data,
    code,
    true,
  );
}

function sendHeader(this: Exchange, name: string, value: string | number): void {
  if (this._finished) return;
  value = (value as string) + "";
  if (!find(name, "^[%w!#$%%&'*+%-.^_`|~]+$")[0] || find(value, "[%z\r\n]")[0]) error("invalid header");
  const key = lower(name);
  if (key === "content-length") this._declared = tonumber(value);
  else if (key === "connection") this._close = this._close || lists(value, "close");
  else if (key !== "transfer-encoding") this._header = this._header + (name + (": " + (value + "\r\n")));
}

/** Until the first piece of the body, and when nothing can be sent any more. */
export const HEAD: LuaMetatable<Exchange> = { __index: { send, finish, send_header: sendHeader } };
const BODY: LuaMetatable<Exchange> = { __index: { send, finish } };

/** Answers a refusal (a status code), an error in the app, or no memory, if the response has not begun; else cuts it. */
function answer(socket: Socket, problem: unknown): void {
  const x = connections.get(socket) as Exchange;
  let code = problem as number;
  if (type(problem) !== "number") {
    code = find(tostring(problem), "[hf] memory")[0] ? 503 : 500;
    if (typeof x === "object" && x._server.onerror) pcall(x._server.onerror, problem, x);
    else print(problem);
  }
  // raises if there is no exchange
  x._state = undefined;
  x._hold = Hold.None;
  x._close = true;
  if (x._left !== undefined) x._hold = Hold.Cut;
  else {
    x._finished = true;
    x._declared = undefined;
    x._raw = undefined;
    x._queue = [];
    x._total = 0;
    x._header = "";
    x._code = code;
    setmetatable(x, HEAD);
    go(socket, x);
    const { onclose } = x;
    x.onclose = undefined;
    if (onclose) onclose.call(x);
  }
}

/** Makes a callback of what does its work: nothing that is raised gets out. On ESP8266 it would reboot the board. */
export function guard<Data, More = undefined>(
  work: (this: void, socket: Socket, data: Data, more: More) => void,
  more?: More,
): (this: void, socket: Socket | undefined, data?: Data) => void {
  return (socket, data) => {
    if (!socket) return;
    const [ok, problem] = pcall(work, socket, data!, more!);
    // what cannot be answered ends: what has come cannot be kept, and what follows must not be taken for a request
    if (!ok && !pcall(answer, socket, problem)[0]) pcall(close, socket);
  };
}

const wake = guard(go);
