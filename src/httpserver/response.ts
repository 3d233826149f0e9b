// What an app calls on res, and what the server answers itself when a callback fails. Queues; outbox.ts sends.
import { close, connections, use, used } from "./connections";
import type { Server } from "./exchange";
import { type Data, type Exchange, Hold, type Pull, State } from "./exchange";
import { hasRoom } from "./heap";
import { RESERVE } from "./limits";
import { go } from "./outbox";

type Socket = net.PortableTcpSocket;

const find = string.find;
const lower = string.lower;

/** Pieces that are no more together become one: a page that is sent line by line would take several times its bytes [bytes] ... */
const SMALL = 256;
/** ... after so many, for which it is not worth an allocation each. */
const FEW = 4;

/** Queues data and sends what can go. @param isLast the response is complete */
function queueData(x: Exchange, data?: Data, code?: number | string, isLast?: boolean): void {
  if (code && !x._code) {
    const number = tonumber(code);
    if (!number || number < 100 || number > 999 || number % 1 > 0) error("invalid status");
    x._code = number!;
  }
  if (data && data !== "") {
    x._code = x._code ?? 200;
    setmetatable(x, BODY);
    const queue = x._queue!;
    let size = queue.length;
    const before = queue[size - 1];
    if (type(data) !== "function") {
      // a number becomes a string here; anything else raises
      data = (data as string) + "";
      x._total = x._total && x._total + data.length;
      if (before && !hasRoom(x._server.reserve ?? RESERVE)) error("out of memory");
      if (size >= FEW && type(before) === "string" && (before as string).length + data.length <= SMALL) {
        data = (before as string) + data;
        size -= 1;
      }
    } else x._total = false;
    queue[size] = data as string | Pull;
  }
  if (isLast) {
    x._finished = true;
    setmetatable(x, HEAD);
  }
  if (x._hold === Hold.None) go(x.conn, x);
}

function addHeader(x: Exchange, name: string, value?: string | number | boolean): void {
  const text = value === undefined ? "" : tostring(value);
  if (!find(name, "^[%w!#$%%&'*+%-.^_`|~]+$")[0] || find(text, "[%z\r\n]")[0] || type(value) === "table")
    error("invalid header");
  const key = lower(name);
  if (key === "content-length") x._declared = tonumber(text);
  else if (key === "connection")
    x._close = x._close || find("," + (lower(text) + ","), ",[ \t]*close[ \t]*,")[0];
  else if (key !== "transfer-encoding") x._header = x._header + (name + (": " + (text + "\r\n")));
}

/**
 * Makes a method of what does its work. In a timer of the app an error would restart the board, so none is raised: the response
 * ends instead. Called with a dot it means the response that was used last.
 */
function method<A, B>(
  work: (this: void, x: Exchange, a: A, b: B, isLast?: boolean) => void,
  isLast?: boolean,
) {
  return function (this: Exchange, a: A, b: B): void {
    const x = type(this) === "table" ? this : used;
    if (!x || x._finished) return;
    use(x);
    const hold = x._hold;
    const [ok, problem] = pcall(work, x, a, b, isLast);
    if (!ok && !pcall(answer, x.conn, problem, hold)[0]) pcall(close, x.conn);
  };
}

type Methods = LuaMetatable<Exchange> & { __index?: unknown };
const BODY = {
  send: method(queueData),
  finish: method(queueData, true),
} as Methods;
BODY.__index = BODY;
/** Until the first piece of the body, and when nothing can be sent any more. */
export const HEAD = setmetatable({ send_header: method(addHeader) } as Methods, BODY as object);
HEAD.__index = HEAD;

/**
 * Answers a refusal (a status code), an error in the app, or no memory, if the response has not begun; else cuts it. Raises an error
 * if the socket has no exchange, or memory for the answer is missing.
 * @param hold what the connection waited for when the app called a method; Hold.Callback: a callback goes on afterwards
 */
export function answer(socket: Socket, problem: unknown, hold?: Hold): void {
  const x = connections.get(socket) as Exchange;
  let code = problem as number;
  if (type(problem) !== "number") {
    // the app's garbage may have filled the heap
    collectgarbage();
    code = find(tostring(problem), "[hf] memory")[0] ? 503 : 500;
    const onerror = x && ((x._server ?? x) as Server).onerror;
    if (onerror) pcall(onerror, problem, x);
    else print(problem);
  }
  // raises if there is no exchange
  if (x._hold === undefined) error(problem);
  if (x._state === State.Discard) {
    // refused already: what had to wait for the callback goes, and what found no memory is made again
    if (hold !== Hold.Callback && x._hold === Hold.Callback) {
      x._hold = Hold.None;
      go(socket, x);
    }
    return;
  }
  x._close = true;
  x._finished = true;
  if (x._state) {
    x._state = State.Discard;
    x._length = undefined;
    x._size = 0;
  }
  setmetatable(x, HEAD);
  if (x._left !== undefined) {
    x._hold = Hold.Cut;
    // in `receive` of ESP8266: see read() in connection.ts
    if (socket.hold) socket.hold();
  } else {
    x._declared = undefined;
    x._raw = undefined;
    // what has filled the heap goes before anything new is made
    x._queue = undefined;
    if (code === 503) collectgarbage();
    x._queue = [];
    x._total = 0;
    x._header = "";
    x._code = code;
    x._hold = hold === Hold.Callback ? hold : Hold.None;
    go(socket, x);
    const { onclose } = x;
    x.onclose = undefined;
    if (onclose) onclose.call(x);
  }
}
