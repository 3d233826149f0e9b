// One boot of the firmware: a fresh Lua VM with its modules and task queue, from init.lua until the next restart.
// Board (board.ts) is the hardware around it. Errors leave Lua here: protected callbacks report them through onerror,
// unprotected ones (every net callback of the ESP8266) panic.

import { LuaError, LuaVm, OUT_OF_MEMORY, VmAbandoned } from "../lua-vm/vm/lua.ts";
import { CHIPS, type Chip } from "./chips.ts";
import type { Hardware } from "./hardware.ts";
import type { Host, Priority } from "./host.ts";
import { load53 } from "./lfs/region53.ts";
import { adc, adcEsp32 } from "./modules/adc.ts";
import { consoleModule } from "./modules/console.ts";
import { crypto } from "./modules/crypto.ts";
import { encoder } from "./modules/encoder.ts";
import { file } from "./modules/file.ts";
import { fileEsp32 } from "./modules/file-esp32.ts";
import { gpio } from "./modules/gpio.ts";
import { gpioEsp32 } from "./modules/gpio-esp32.ts";
import { i2c } from "./modules/i2c.ts";
import { i2cEsp32 } from "./modules/i2c-esp32.ts";
import { integers } from "./modules/integers.ts";
import { ioEsp32 } from "./modules/io-esp32.ts";
import { lfs } from "./modules/lfs.ts";
import { loader } from "./modules/loader.ts";
import { net as netEsp32 } from "./modules/net-esp32.ts";
import { net as netEsp8266 } from "./modules/net-esp8266.ts";
import { node } from "./modules/node.ts";
import { ow } from "./modules/ow.ts";
import { pwm } from "./modules/pwm.ts";
import { sjson } from "./modules/sjson.ts";
import { tmr } from "./modules/tmr.ts";
import { uart } from "./modules/uart.ts";
import { wifi } from "./modules/wifi.ts";
import { wifiEsp32 } from "./modules/wifi-esp32.ts";
import { Console } from "./serial/console.ts";

/** Bytes that the chip's malloc keeps for each block. */
const BLOCK_HEADER = 8;
/** With Lua 5.1 the firmware's default collector mode refuses strings of this many bytes. */
export const STRING_LIMIT = 4096;
/** The default onerror restarts this long after an error in a protected callback [ms]. */
const RESTART_AFTER_ERROR = 2000;
/** More instructions than the chip can run before the watchdog bites: Lua that goes on for longer never returns. */
const WATCHDOG_INSTRUCTIONS = 20_000_000;

/** What each chip's firmware is made of. */
const MODULES: Record<Chip, ((host: Host) => void)[]> = {
  esp8266: [loader, node, tmr, file, gpio, uart, wifi, sjson, netEsp8266],
  esp32: [loader, node, tmr, ioEsp32, fileEsp32, gpioEsp32, uart, wifiEsp32, sjson, netEsp32],
};

/** What the option `peripherals` adds. */
const PERIPHERALS: Record<Chip, ((host: Host) => void)[]> = {
  esp8266: [adc, i2c, ow, pwm],
  esp32: [adcEsp32, i2cEsp32, ow],
};

export class Firmware implements Host {
  readonly vm: LuaVm;
  readonly board: Hardware;
  readonly console: Console = new Console(this);
  /** node.setonerror's function; undefined for the default. */
  onerror: number | undefined;
  /** Established TCP connections; set by the net module. */
  connectionCount: () => number = () => 0;
  /** The station has left its network, which is off the air by then; set by the net module. */
  addressLost: () => void = () => {};
  /** A pin has changed its level; set by the gpio module. */
  onPin: (pin: number, level: number) => void = () => {};
  /** No app has chosen a collector mode yet: the firmware collects before every allocation. With Lua 5.3 there are no modes. */
  isBootMode: boolean;
  /** Sockets that Lua has let go of without closing them: collecting one closes it. Set by the net module. */
  orphanCount: () => number = () => 0;
  /** The default onerror is about to restart the board; set by the net module. */
  beforeRestart: () => void = () => {};
  #running = true;
  #baseline = 0;
  /** What the firmware says of its Lua flash store when it starts. */
  readonly #lfsMessage: string;
  readonly #tasks: (() => void)[][] = [[], [], []];
  #draining = false;
  #isWatched = false;
  readonly #ends: (() => void)[] = [];
  /** Call off what after() has waiting. */
  readonly #waiting = new Set<() => void>();

  constructor(board: Hardware) {
    this.board = board;
    this.vm = new LuaVm({
      version: board.options.lua ?? "5.1",
      numbers: board.options.numbers ?? "double",
      blockHeader: BLOCK_HEADER,
    });
    this.isBootMode = this.vm.version === "5.1";
    this.vm.onOverBudget = () => {
      throw new VmAbandoned("the watchdog has bitten");
    };
    this.#trimLibraries();
    if (this.vm.numbers === "integer") integers(this);
    for (const install of MODULES[board.options.chip]) install(this);
    if (board.options.peripherals) for (const install of PERIPHERALS[board.options.chip]) install(this);
    if (board.options.encoder) encoder(this);
    if (board.options.crypto) crypto(this);
    if (board.options.consoleModule) consoleModule(this);
    this.#lfsMessage = lfs(this);
    this.vm.collect();
    this.#baseline = this.vm.used;
    this.vm.limit = this.#baseline + board.options.heap;
    if (this.vm.version === "5.1") this.vm.longestString = STRING_LIMIT;
    this.vm.resetPeak();
  }

  get running(): boolean {
    return this.#running;
  }
  /** Bytes that Lua and the network hold beyond a fresh boot. */
  get heapUsed(): number {
    return this.vm.used - this.#baseline;
  }
  get heapPeak(): number {
    return this.vm.peak - this.#baseline;
  }
  /** What node.heap() tells [bytes]. */
  get heapFree(): number {
    return Math.max(0, this.vm.limit - this.vm.used);
  }

  /** Takes heap for something outside Lua, collecting first if it does not fit. @returns false if it still does not */
  charge(bytes: number): boolean {
    const { vm } = this;
    if (bytes > 0 && vm.used + bytes > vm.limit) {
      vm.collect();
      if (vm.used + bytes > vm.limit) return false;
    }
    vm.charge(bytes);
    return true;
  }

  /** Runs init.lua, as the firmware does at its start, then gives the prompt; an error in init.lua is printed. */
  start(): void {
    this.board.network.online?.(true);
    if (this.#lfsMessage !== "") this.print(this.#lfsMessage);
    this.console.banner();
    if (this.#loadImage()) return;
    if (this.board.files.read("init.lua")) this.execute('dofile("init.lua")', "=stdin");
    else if (this.board.options.chip === "esp8266") this.board.uart.print("cannot open init.lua: \n");
    else this.board.uart.print("cannot open init.lua: No such file or directory\n");
    this.console.start();
  }

  /** With Lua 5.3: loads the image that the board was restarted for, instead of running init.lua. @returns whether there is one */
  #loadImage(): boolean {
    const { board } = this;
    const { imageToLoad: name, lfs } = board;
    if (name === undefined || !lfs) return false;
    board.imageToLoad = undefined;
    const file = board.files.read(name);
    const problem = file ? load53(lfs, file, (text) => this.print(text)) : `cannot open ${name}`;
    if (problem === undefined) this.after(0, () => board.restart("node.restart"));
    else {
      this.print(`${problem}\n`);
      this.console.start();
    }
    return true;
  }

  /** Runs a chunk as the Lua prompt does: an error is printed, nothing restarts. @returns whether it ran to its end */
  execute(source: string, name: string): boolean {
    const { vm } = this;
    const message = vm.load(vm.L, source, name);
    if (message !== undefined) {
      this.print(`${message}\n`);
      return false;
    }
    let isDone = false;
    this.watched(() => {
      try {
        vm.call(vm.L, 0, 0);
        isDone = true;
      } catch (error) {
        if (!(error instanceof LuaError)) throw error;
        this.print(`${error.traceback}\n`);
      }
      vm.api.lua_settop!(vm.L, 0);
    });
    return isDone;
  }

  /** Runs Lua under the eyes of the watchdog: if it never comes back, the board restarts. */
  watched(job: () => void): void {
    if (this.#isWatched) {
      job();
      return;
    }
    this.#isWatched = true;
    this.vm.instructionBudget = WATCHDOG_INSTRUCTIONS;
    try {
      job();
    } catch (error) {
      if (!(error instanceof VmAbandoned)) throw error;
      this.#hang();
    } finally {
      this.vm.instructionBudget = 0;
      this.#isWatched = false;
    }
  }

  print(text: string): void {
    this.board.write(text);
  }

  /** Queues a task; HIGH (2) goes before MEDIUM before LOW. @returns false if the queue is full */
  post(priority: Priority, task: () => void): boolean {
    const queue = this.#tasks[priority]!;
    if (queue.length >= CHIPS[this.board.options.chip].taskQueues[priority]) return false;
    queue.push(task);
    this.#drainLater();
    return true;
  }

  /** Runs as many tasks as wait now. Not while Lua runs. */
  runTasks(): void {
    const count = this.#tasks.reduce((sum, { length }) => sum + length, 0);
    for (let i = 0; i < count && this.#running; i++) this.#nextTask()?.();
  }

  /** Calls a registry reference with arguments that `push` pushes (and counts). An error goes to onerror. */
  callProtected(reference: number, push: (L: number) => number = () => 0): void {
    this.#call(reference, push, (error) => this.reportError(error));
  }

  /** Calls a registry reference as a plain lua_call from C does: an error is a panic. */
  callUnprotected(reference: number, push: (L: number) => number = () => 0): void {
    this.#call(reference, push, (error) => this.panic(error));
  }

  /** What luaL_pcallx does with an error: a task of high priority hands it to onerror. */
  reportError(error: LuaError): void {
    const text = error.status === OUT_OF_MEMORY ? "out of memory" : error.traceback;
    const report = () => {
      const { onerror, vm } = this;
      if (onerror === undefined) {
        this.print(`${text}\n`);
        this.after(RESTART_AFTER_ERROR, () => {
          this.beforeRestart();
          this.board.restart("onerror", this);
        });
      } else {
        this.callProtected(onerror, (L) => {
          vm.push(L, text);
          return 1;
        });
      }
    };
    const overflow = "Task queue overflow. Task not posted";
    if (!this.post(2, report)) this.panic(new LuaError(overflow, error.status, overflow));
  }

  /** An unprotected error: the message, and a reset. */
  panic(error: LuaError): void {
    if (!this.#running) return;
    this.print(`PANIC: unprotected error in call to Lua API (${error.isText ? error.message : "(null)"})\n`);
    this.board.panicked(error);
    this.#hang();
  }

  /** The firmware gives up in the middle of a call from Lua, which never returns. */
  abort(message: string): never {
    this.print(`${message}\n`);
    this.board.panicked(new LuaError(message, 0, message));
    throw new VmAbandoned(message);
  }

  /** Silence until the reset. */
  #hang(): void {
    this.stop();
    this.board.clock.after(CHIPS[this.board.options.chip].watchdog, () =>
      this.board.restart("watchdog", this),
    );
  }

  /** The clock's after(), forgotten when this boot ends. */
  after(delay: number, job: () => void): () => void {
    const cancel = this.board.clock.after(delay, () => {
      this.#waiting.delete(cancel);
      if (this.#running) job();
    });
    this.#waiting.add(cancel);
    return () => {
      this.#waiting.delete(cancel);
      cancel();
    };
  }

  /** Called when this boot ends. */
  onEnd(job: () => void): void {
    this.#ends.push(job);
  }

  /** Ends this boot: nothing of it runs any more. */
  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.board.network.online?.(false);
    for (const end of this.#ends) end();
    // on the real clock they would keep the program from ending
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  #call(reference: number, push: (L: number) => number, failed: (error: LuaError) => void): void {
    if (!this.#running) return;
    const { vm } = this;
    this.watched(() => {
      let isCalling = false;
      try {
        const pushed = vm.protect(vm.L, (L) => {
          vm.pushRef(L, reference);
          // collecting before every allocation shows in nothing but its finalizers
          if (this.isBootMode && this.orphanCount() > 0) vm.collect();
          return 1 + push(L);
        });
        isCalling = true;
        vm.call(vm.L, pushed - 1, 0);
      } catch (error) {
        if (!(error instanceof LuaError)) throw error;
        // what C code pushes for a callback, it pushes unprotected
        if (isCalling) failed(error);
        else this.panic(error);
      }
    });
  }

  #drainLater(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.after(0, () => {
      this.#draining = false;
      const task = this.#nextTask();
      if (this.#tasks.some((queue) => queue.length > 0)) this.#drainLater();
      task?.();
    });
  }

  #nextTask(): (() => void) | undefined {
    return [2, 1, 0]
      .map((priority) => this.#tasks[priority]!)
      .find((queue) => queue.length > 0)
      ?.shift();
  }

  /** Takes out what the firmware's own build of Lua leaves out. */
  #trimLibraries(): void {
    const { vm } = this;
    const keep: Record<string, string[]> = { debug: ["getregistry", "traceback"] };
    if (vm.version === "5.1")
      keep.math = ["abs", "ceil", "floor", "max", "min", "pow", "random", "randomseed", "sqrt", "pi", "huge"];
    for (const [library, names] of Object.entries(keep)) {
      vm.run(`local keep = {${names.map((name) => `${name}=true`).join()}}
        for name in pairs(${library}) do if not keep[name] then ${library}[name] = nil end end`);
    }
    vm.run("debug.getstrings = function() return {} end");
    if (vm.version === "5.1")
      vm.run(
        'getmetatable("").__mod = function(s, v) return type(v) == "table" and s:format(unpack(v)) or s:format(v) end',
      );
    vm.pushFunction(vm.L, (L) => {
      const count = vm.api.lua_gettop!(L);
      const words = [];
      for (let i = 1; i <= count; i++) {
        vm.getGlobal("tostring", L);
        vm.api.lua_pushvalue!(L, i);
        vm.callUnprotected(L, 1, 1);
        words.push(vm.string(L, -1) ?? "");
        vm.pop(L);
      }
      this.print(`${words.join("\t")}\n`);
      return 0;
    });
    vm.setGlobal("print");
  }
}
