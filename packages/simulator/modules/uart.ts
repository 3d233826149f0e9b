// Module uart: the console (UART 0): writing, settings, and input for a Lua function instead of the prompt.

import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { type Constants, defineModule, type Functions, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const LONGEST_COUNT = 255;
const CONSTANTS: Constants = {
  PARITY_NONE: 0,
  PARITY_EVEN: 1,
  PARITY_ODD: 2,
  STOPBITS_1: 1,
  STOPBITS_1_5: 3,
  STOPBITS_2: 2,
  DIR_RX: 0,
  DIR_TX: 1,
};

class UartModule extends FirmwareModule {
  readonly #isEsp32 = this.board.options.chip === "esp32";
  /** As setup was called: rate [baud], data bits, parity, stop bits. */
  #settings = [this.board.uart.baud, 8, 0, 1];

  readonly #functions: Functions = {
    setup: (L) => {
      const { vm } = this;
      this.#checkId(L);
      this.#settings = [2, 3, 4, 5].map((index) => vm.checkInteger(L, index));
      if (vm.type(L, 6) === LuaType.number) this.host.console.echo = vm.checkInteger(L, 6) !== 0;
      this.board.uart.baud = this.#settings[0]!;
      return this.results(L, this.#settings[0]);
    },
    getconfig: (L) => {
      this.#checkId(L);
      return this.results(L, ...this.#settings);
    },
    on: (L) => this.#on(L),
    write: (L) => {
      const isConsole = this.#checkId(L) === 0;
      writeArguments(this.vm, L, 2, (text) => {
        // what goes to UART 1, a pin of its own, nobody reads
        if (isConsole) this.#write(text);
      });
      return 0;
    },
    alt: (L) => {
      this.vm.checkInteger(L, 1);
      return 0;
    },
    fifodepth: (L) => {
      const { vm } = this;
      const [id, direction] = [vm.optionalInteger(L, 1, 0), vm.optionalInteger(L, 2, 0)];
      if (id !== 0 && id !== 1) vm.argumentError(L, 1, "Bad UART id; must be 0 or 1");
      if (direction !== 0 && direction !== 1)
        vm.argumentError(L, 2, "Bad direction; must be DIR_RX or DIR_TX");
      return this.results(L, 0);
    },
  };

  override install(): void {
    defineModule(this.vm, "uart", this.#functions, CONSTANTS);
    if (this.#isEsp32) this.vm.run("uart.alt, uart.fifodepth, uart.DIR_RX, uart.DIR_TX = nil");
  }

  #checkId(L: number): number {
    const id = this.vm.checkInteger(L, 1);
    if (id !== 0 && id !== 1) raise(`uart ${id} does not exist`);
    return id;
  }

  /** Text through the console, which turns LF into CR LF on ESP32; the ESP8266 sends bytes as they are. */
  #write(text: string): void {
    if (this.#isEsp32) this.host.print(text);
    else this.board.writeRaw(text);
  }

  /** Input goes to a function, whole pieces of it, or to the prompt again. */
  #on(L: number): number {
    const { vm } = this;
    const { console } = this.host;
    let at = this.#isEsp32 && vm.type(L, 1) === LuaType.number ? 2 : 1;
    const method = vm.checkString(L, at);
    if (this.#isEsp32 && method === "error") return 0;
    if (method !== "data") vm.argumentError(L, at, "method not supported");
    at++;
    const until: { count?: number; end?: number } = {};
    if (vm.type(L, at) === LuaType.number) {
      until.count = vm.checkInteger(L, at);
      if (until.count < 0 || until.count > LONGEST_COUNT) vm.argumentError(L, at, "wrong arg range");
      at++;
    } else if (vm.type(L, at) === LuaType.string) {
      const end = vm.checkBytes(L, at++);
      if (end.length !== 1) raise("wrong arg range");
      until.end = end[0]!;
    }
    let old: number | undefined;
    if (vm.type(L, at) === LuaType.function) {
      const runsInput = !(vm.type(L, at + 1) === LuaType.number && vm.checkInteger(L, at + 1) === 0);
      old = console.receive(vm.ref(L, at), until, runsInput);
    } else {
      old = console.receive(undefined);
    }
    if (old !== undefined) vm.unref(old);
    return 0;
  }
}

/** Writes the arguments from `first` on: strings, and numbers that are bytes. Raises for anything else. */
export function writeArguments(vm: LuaVm, L: number, first: number, write: (text: string) => void): void {
  for (let i = first; i <= vm.api.lua_gettop!(L); i++) {
    if (vm.type(L, i) === LuaType.number) {
      const byte = vm.checkInteger(L, i);
      if (byte < 0 || byte > 255) raise("invalid number");
      write(String.fromCharCode(byte));
    } else {
      vm.api.luaL_checktype!(L, i, LuaType.string);
      write(vm.checkString(L, i));
    }
  }
}

/** Gives Lua the module uart. */
export function uart(host: Host): void {
  new UartModule(host).install();
}
