// What a module of the firmware sees of the boot that it is part of. Firmware (firmware.ts) is one.
import type { LuaError, LuaVm } from "../lua-vm/vm/lua.ts";
import type { Hardware } from "./hardware.ts";

/** Of tasks: low, medium, high. */
export type Priority = 0 | 1 | 2;

/** Where what is typed goes. */
export interface ConsoleInput {
  /** What is typed is shown. */
  echo: boolean;
  /** Input goes through the line editor to the Lua prompt. */
  runsInput: boolean;
  /** Input goes to a Lua function (a registry reference), or to the prompt again without one. @returns the function before */
  receive(
    fn: number | undefined,
    until?: { count?: number; end?: number },
    runsInput?: boolean,
  ): number | undefined;
  /** Takes a line as if it had been typed. */
  run(line: string): void;
}

export interface Host {
  readonly vm: LuaVm;
  readonly board: Hardware;
  readonly console: ConsoleInput;
  /** This boot has not ended. */
  readonly running: boolean;
  /** What node.heap() tells [bytes]. */
  readonly heapFree: number;

  /** node.setonerror's function; undefined for the default. */
  onerror: number | undefined;
  /** No app has chosen a collector mode yet: the firmware collects before every allocation. With Lua 5.3 there are no modes. */
  isBootMode: boolean;
  /** Established TCP connections; set by the net module. */
  connectionCount: () => number;
  /** The station has left its network, which is off the air by then; set by the net module. */
  addressLost: () => void;
  /** A pin has changed its level; set by the gpio module. */
  onPin: (pin: number, level: number) => void;
  /** Sockets that Lua has let go of without closing them: collecting one closes it. Set by the net module. */
  orphanCount: () => number;
  /** The default onerror is about to restart the board; set by the net module. */
  beforeRestart: () => void;

  print(text: string): void;
  /** Takes heap for something outside Lua, collecting first if it does not fit. @returns false if it still does not */
  charge(bytes: number): boolean;
  /** The clock's after(), forgotten when this boot ends. */
  after(delay: number, job: () => void): () => void;
  /** Called when this boot ends. */
  onEnd(job: () => void): void;
  /** Queues a task; HIGH (2) goes before MEDIUM before LOW. @returns false if the queue is full */
  post(priority: Priority, task: () => void): boolean;
  /** Runs as many tasks as wait now. Not while Lua runs. */
  runTasks(): void;
  /** Calls a registry reference with arguments that `push` pushes (and counts). An error goes to onerror. */
  callProtected(reference: number, push?: (L: number) => number): void;
  /** Calls a registry reference as a plain lua_call from C does: an error is a panic. */
  callUnprotected(reference: number, push?: (L: number) => number): void;
  /** Runs a chunk as the Lua prompt does: an error is printed, nothing restarts. @returns whether it ran to its end */
  execute(source: string, name: string): boolean;
  /** Runs Lua under the eyes of the watchdog: if it never comes back, the board restarts. */
  watched(job: () => void): void;
  /** What luaL_pcallx does with an error: a task of high priority hands it to onerror. */
  reportError(error: LuaError): void;
  /** An unprotected error: the message, and a reset. */
  panic(error: LuaError): void;
  /** The firmware gives up in the middle of a call from Lua, which never returns. */
  abort(message: string): never;
}
