// Errors in every callback of an app, before, in and after an answer, and of every kind.
import { talk } from "./network.ts";
import type { Fault } from "./run.ts";
import type { Session } from "./sessions.ts";

interface AppFault {
  lua: string;
  /** The error is in a callback that only our module has. */
  extended?: true;
}

const ERRORS: Record<string, AppFault> = {
  "in the handler": { lua: "error('mine')" },
  "in the handler, after a send": { lua: "res:send('part') error('mine')" },
  "in the handler, after finish": { lua: "res:finish('whole') error('mine')" },
  "in onheader": { lua: "req.onheader = function() error('mine') end" },
  "in onhead": { lua: "req.onhead = function() error('mine') end", extended: true },
  "in ondata": { lua: "req.ondata = function() error('mine') end" },
  "in ondata, at the end": { lua: "req.ondata = function(self, c) if not c then error('mine') end end" },
  "in ondata, after a send": {
    lua: "res:send('part') req.ondata = function(self, c) if not c then error('mine') end end",
  },
  "in a pull function": { lua: "res:finish(function() error('mine') end)", extended: true },
  "in a pull function, later": {
    lua: "local n = 0 res:finish(function() n = n + 1 if n > 5 then error('mine') end return ('x'):rep(900) end)",
    extended: true,
  },
  "a pull function that gives a table": { lua: "res:finish(function() return {} end)", extended: true },
  "in onclose": { lua: "req.onclose = function() error('mine') end req.conn:close()", extended: true },
  "in onclose, after an error": {
    lua: `res:send('part') req.onclose = function() error('again') end
      req.ondata = function(self, c) if not c then error('mine') end end`,
    extended: true,
  },
  "in onclose, after an error before the answer": {
    lua: "req.onclose = function() error('again') end error('mine')",
    extended: true,
  },
  "in onerror": { lua: "fails = true error('mine')", extended: true },
  "an error that is a table": { lua: "error({})" },
  "an error that is nil": { lua: "error()" },
  "an error that cannot be shown": {
    lua: "error(setmetatable({}, {__tostring = function() error('again') end}))",
  },
  "a deep recursion": { lua: "local function f() return 1 + f() end f()" },
  "a string that is too long": { lua: "res:finish(('x'):rep(1000000))" },
  "a send of a table": { lua: "res:send({})" },
  "a send after finish": { lua: "res:finish('whole') res:send('more') res:finish('more')" },
};

const REQUESTS = ["\r\n", "Content-Length: 3\r\n\r\nabc", "Content-Length: 300\r\n\r\nabc"].map(
  (rest): Session => ({
    name: "a POST",
    pieces: [`POST /x HTTP/1.1\r\nHost: b\r\n${rest}`],
    answers: [{ method: "POST", body: "whole" }],
  }),
);

export const APP_FAULTS: readonly Fault[] = Object.entries(ERRORS).map(([name, { lua, extended }]) => ({
  name: `an error of the app: ${name}`,
  ...(extended ? { extended } : {}),
  app: `
    local function handler(req, res)
      if req.url == "/" then return res:finish("hello") end
      ${lua}
    end
    http.createServer(80, handler, {answer = 4, onerror = function() if fails then error("onerror") end end})`,
  *runs() {
    for (const session of REQUESTS)
      yield { name: JSON.stringify(session.pieces[0]!.slice(27)), play: (world) => [talk(world, session)] };
  },
  refusals: [408, 500, 503],
  least: 0,
  anyPart: true,
}));
