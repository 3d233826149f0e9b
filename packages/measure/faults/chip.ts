// What a chip's firmware does to a server: callbacks that are lost, late, doubled or without a socket, socket calls that
// throw, tasks that are not taken, a timer that stops or races. A socket's methods are replaced by Lua; a counter makes
// them fail every third time or so, the same way in each run.
import { talk } from "./network.ts";
import type { Fault } from "./run.ts";
import { APP, type Session } from "./sessions.ts";

/** How many sessions meet each fault. The counter is not set back between them, so that it fails another call in each. */
const ROUNDS = 12;

interface ChipFault extends Partial<Fault> {
  lua: string;
}

/** Wraps the callbacks of one event. */
const callback = (event: string, body: string): string =>
  `Socket.on = function(s, event, f) return on(s, event, event == "${event}" and f and ${body} or f) end`;
const failing = (method: string, message: string): string =>
  `Socket.${method} = function(...) if now() then error("${message}") end return ${method}(...) end`;

const CHIPS: Record<string, ChipFault> = {
  "a sent is lost": { lua: callback("sent", "function(...) if not now() then f(...) end end"), patience: 60 },
  "every sent is lost": {
    lua: callback("sent", "function(...) if not faults then f(...) end end"),
    least: 0,
    patience: 60,
  },
  "a sent comes late": {
    lua: callback(
      "sent",
      `function(...)
        if not now() then return f(...) end
        local socket = ...
        tmr.create():alarm(400, tmr.ALARM_SINGLE, function() f(socket) end)
      end`,
    ),
  },
  "a sent comes twice": { lua: callback("sent", "function(...) f(...) if now() then f(...) end end") },
  "sent comes without a socket": {
    lua: callback("sent", "function(socket) if now() then socket = nil end return f(socket) end"),
    patience: 60,
  },
  "disconnection comes without a socket": {
    lua: callback(
      "disconnection",
      "function(socket, ...) if now() then socket = nil end return f(socket, ...) end",
    ),
  },
  "disconnection comes late": {
    lua: callback(
      "disconnection",
      `function(...)
        if not now() then return f(...) end
        local socket = ...
        tmr.create():alarm(400, tmr.ALARM_SINGLE, function() f(socket) end)
      end`,
    ),
  },
  "disconnection comes twice": { lua: callback("disconnection", "function(...) f(...) f(...) end") },
  "after disconnection come sent and receive": {
    lua: `Socket.on = function(s, event, f)
      if f and event == "receive" then received = f elseif f and event == "sent" then sent = f end
      return on(s, event, event == "disconnection" and f and function(socket, ...)
        f(socket, ...) sent(socket) received(socket, "GET / HTTP/1.1\\r\\n") f(nil)
      end or f)
    end`,
  },
  "disconnection never comes": {
    lua: callback("disconnection", "function(...) if not now() then f(...) end end"),
  },
  "send throws": { lua: failing("send", "not connected"), least: 0 },
  "send has no memory": { lua: failing("send", "out of memory"), patience: 60 },
  "send would block": { lua: failing("send", "Operation would block"), patience: 60 },
  "close throws": {
    lua: 'Socket.close = function(...) close(...) if now() then error("not connected") end end',
  },
  "on throws": { lua: failing("on", "out of memory"), least: 0 },
  "the peer cannot be asked": {
    lua: 'Socket.getpeer = function() if now() then error("invalid") end return 1 end',
    least: 0,
    refusals: [500],
  },
  "the task queue is full": {
    lua: `local post = node.task.post
      node.task.post = function(...) if now() then error("Task queue overflow. Task not posted") end return post(...) end`,
  },
  "timers miss a beat": { lua: alarms("if not now() then f(...) end"), patience: 90 },
  "timers race for a moment": {
    lua: alarms("for i = 1, now() and 20 or 1 do f(...) end"),
    least: 0,
    refusals: [408, 503],
  },
};

/** What a repeating timer does at each beat. */
function alarms(beat: string): string {
  return `local Timer = getmetatable(tmr.create()).__index
    local alarm = Timer.alarm
    Timer.alarm = function(t, ms, mode, f)
      return alarm(t, ms, mode, mode == tmr.ALARM_AUTO and function(...) ${beat} end or f)
    end`;
}

/** Every fault of a chip, met by one session. */
export function chipFaults(session: Session): Fault[] {
  return Object.entries(CHIPS).map(([name, { lua, ...more }]) => ({
    name: `${session.name}: ${name}`,
    app: `
      local Socket = debug.getregistry()["net.tcpsocket"]
      local on, send, close = Socket.on, Socket.send, Socket.close
      faults, calls = false, 0
      local function now() calls = calls + 1 return faults and (calls * 7 % 11) < 4 end
      ${lua}
      ${APP}`,
    *runs() {
      for (let i = 1; i <= ROUNDS; i++) {
        yield {
          name: `session ${i}`,
          play: (world) => {
            world.lua("faults = true");
            return [talk(world, session)];
          },
        };
      }
    },
    ...more,
  }));
}
