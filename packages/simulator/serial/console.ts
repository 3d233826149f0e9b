// The firmware's console: what is typed goes through the line editor to the Lua prompt, or, after uart.on, to a Lua
// function. Follows app/driver/input.c and app/lua/lua.c of the firmware, and test/vectors/repl-esp32c3.json.

import { LuaError, OUT_OF_MEMORY } from "../../lua-vm/vm/lua.ts";
import type { ConsoleInput, Host } from "../host.ts";

/** LUA_MAXINPUT: a line that does not fit loses its start. */
const LONGEST_LINE = 256;
const [BS, LF, CR, DEL] = [8, 10, 13, 127];
const INCOMPLETE = "'<eof>'";

/** What the ESP8266's ROM says at 74880 baud, as a port at 115200 reads it. */
const BOOT_NOISE = Buffer.from("7273e0de1ce0fe8ee66c9c8c04ecec0c8c6c8ce2fef2fe9c8ee69e0cecfe", "hex");

const BANNER = {
  esp8266: [
    "",
    "",
    "NodeMCU 3.0.0.0 simulated",
    "\tmodules: file,gpio,net,node,sjson,tmr,uart,wifi",
    " build powered by Lua 5.1.4 on SDK 3.0.1-dev",
    "",
  ],
  esp32: [
    "ESP-ROM:esp32c3-api1-20210207",
    "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)",
    "\x1b[0;32mI (23) boot: ESP-IDF 2nd stage bootloader\x1b[0m",
    "",
    "NodeMCU ESP32 build unspecified powered by Lua 5.1.4 [5.1-doublefp] on IDF v4.4",
    "",
  ],
};

export class Console implements ConsoleInput {
  readonly #firmware: Host;
  #line = Buffer.alloc(LONGEST_LINE);
  #length = 0;
  #last = 0;
  /** Lines of a chunk that is not complete yet. */
  #chunk: string | undefined;
  #scheduled = false;
  readonly #lines: string[] = [];
  echo = true;
  /** uart.on's function and what it waits for: a count of bytes, or a character. */
  #receiver: { fn: number; count: number | undefined; end: number | undefined } | undefined;
  /** Input goes through the line editor to the Lua prompt. */
  runsInput = true;

  constructor(firmware: Host) {
    this.#firmware = firmware;
  }

  /** The banner: the chip has started and Lua is about to. */
  banner(): void {
    const { uart, options } = this.#firmware.board;
    if (options.chip === "esp8266") uart.send(BOOT_NOISE);
    const banner = BANNER[options.chip].join("\n");
    uart.print(options.lua === "5.3" ? banner.replace(/Lua 5\.1\.4( \[.*\])?/, "Lua 5.3.5") : banner);
  }

  /** The first prompt; from now on input is read. */
  start(): void {
    const { uart } = this.#firmware.board;
    uart.reader = () => this.#schedule();
    this.#prompt();
  }

  /** Input goes to a Lua function (a registry reference), or to the prompt again without one. */
  receive(
    fn: number | undefined,
    until: { count?: number; end?: number } = {},
    runsInput = true,
  ): number | undefined {
    const old = this.#receiver?.fn;
    this.#receiver = fn === undefined ? undefined : { fn, count: until.count, end: until.end };
    this.runsInput = runsInput;
    return old;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { uart } = this.#firmware.board;
    this.#firmware.after(uart.busyFor, () => {
      this.#scheduled = false;
      if (uart.busyFor > 0) this.#schedule();
      else this.#read();
    });
  }

  #read(): void {
    const { uart } = this.#firmware.board;
    const bytes = uart.take();
    for (let at = 0; at < bytes.length; at++) {
      // a callback that writes to flash keeps the processor: the rest waits in the ring
      if (uart.busyFor > 0) {
        uart.putBack(bytes.subarray(at));
        this.#schedule();
        return;
      }
      if (!this.#firmware.running) return;
      if (this.runsInput) this.#edit(bytes[at]!);
      else this.#collect(bytes[at]!);
    }
  }

  #collect(byte: number): void {
    const receiver = this.#receiver;
    if (!receiver) return;
    this.#line[this.#length++] = byte;
    const { count, end } = receiver;
    const complete = count !== undefined ? this.#length >= count : byte === end;
    if (!complete && this.#length < LONGEST_LINE) return;
    const data = Buffer.from(this.#line.subarray(0, this.#length));
    this.#length = 0;
    this.#call(receiver.fn, data);
  }

  #edit(byte: number): void {
    const { uart, options } = this.#firmware.board;
    if ((byte === CR && this.#last === LF) || (byte === LF && this.#last === CR)) {
      this.#last = 0;
      return;
    }
    if (byte === BS || byte === DEL) {
      if (this.#length > 0) {
        if (this.echo) uart.send("\b \b");
        this.#length--;
      }
      this.#last = 0;
      return;
    }
    this.#last = byte;
    if (byte === CR || byte === LF) {
      if (this.echo) uart.print("\n");
      const line = this.#line.toString("latin1", 0, this.#length);
      this.#length = 0;
      if (this.#receiver && options.chip === "esp8266")
        this.#call(this.#receiver.fn, Buffer.from(line, "latin1"));
      if (line === "") this.#prompt();
      else this.#enter(line);
      return;
    }
    if (this.echo) uart.send(Buffer.of(byte));
    if (this.#length + 1 >= LONGEST_LINE) this.#length = 0;
    this.#line[this.#length++] = byte;
  }

  #call(fn: number, data: Buffer): void {
    this.#firmware.callProtected(fn, (L) => {
      this.#firmware.vm.push(L, data);
      return 1;
    });
  }

  /** A task runs the line: what follows it in one burst is echoed first. */
  #enter(line: string): void {
    this.#lines.push(line);
    this.#firmware.after(0, () => {
      const next = this.#lines.shift();
      if (next !== undefined) this.run(next);
    });
  }

  /** Runs a line as if it had been typed. */
  run(line: string): void {
    const { vm } = this.#firmware;
    const chunk = this.#chunk === undefined ? line.replace(/^=/, "return ") : `${this.#chunk}\n${line}`;
    const message = vm.load(vm.L, chunk, "=stdin");
    if (message?.endsWith(INCOMPLETE)) {
      this.#chunk = chunk;
    } else {
      this.#chunk = undefined;
      if (message !== undefined) this.#complain(message);
      else this.#firmware.watched(() => this.#execute());
    }
    this.#prompt();
  }

  /** Runs the function on top of the stack and prints what it returns. */
  #execute(): void {
    const { vm } = this.#firmware;
    const { L } = vm;
    // two C functions stand below the chunk on the chip, and its tracebacks show them
    const body = vm.ref(L, -1);
    vm.pop(L);
    let failure: LuaError | undefined;
    const inner = (thread: number) => {
      const base = vm.api.lua_gettop!(thread);
      try {
        vm.pushRef(thread, body);
        vm.call(thread, 0);
      } catch (error) {
        if (!(error instanceof LuaError)) throw error;
        failure = error;
        return 0;
      }
      return vm.api.lua_gettop!(thread) - base;
    };
    const outer = (thread: number) => {
      vm.pushFunction(thread, inner);
      vm.callUnprotected(thread, 0, -1);
      return vm.api.lua_gettop!(thread);
    };
    try {
      vm.pushFunction(L, outer);
      vm.call(L, 0);
      const results = vm.api.lua_gettop!(L);
      if (results > 0) {
        vm.getGlobal("print");
        vm.api.lua_insert!(L, 1);
        vm.call(L, results, 0);
      }
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      failure = error;
    } finally {
      vm.api.lua_settop!(L, 0);
      vm.unref(body);
    }
    if (failure?.isText === false && failure.message === "nil") this.#firmware.print("nil\n");
    else if (failure) this.#complain(failure.status === OUT_OF_MEMORY ? failure.message : failure.traceback);
  }

  #complain(text: string): void {
    this.#firmware.print(`Lua error: \t${text}\n`);
  }

  #prompt(): void {
    if (this.#firmware.running) this.#firmware.board.uart.send(this.#chunk === undefined ? "> " : ">> ");
  }
}
