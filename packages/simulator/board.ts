// A NodeMCU board: what survives a restart (flash files, pins, console, time) and the firmware that runs on it now.
import type { LuaError } from "../lua-vm/vm/lua.ts";
import { CHIPS } from "./chips.ts";
import type { Clock } from "./clock.ts";
import { Wiring } from "./devices/wiring.ts";
import { FileSystem } from "./files.ts";
import { Firmware } from "./firmware.ts";
import type { BoardOptions, Hardware, RestartReason } from "./hardware.ts";
import type { LfsRegion } from "./lfs/region.ts";
import { FILES_ADDRESS } from "./modules/partitions.ts";
import type { Network } from "./network/network.ts";
import { Uart } from "./serial/uart.ts";

const BOOT_TIME = 300;

export class Board implements Hardware {
  readonly options: BoardOptions;
  readonly clock: Clock;
  readonly network: Network;
  readonly files: FileSystem;
  /** Level of each pin; outputs are set by gpio.write, inputs by setPin. */
  readonly pins: number[];
  /** Pins that the world has put on a level. */
  readonly #driven = new Set<number>();
  /** What else the world has wired to it. */
  readonly wiring: Wiring;
  readonly uart: Uart;
  /** The Lua flash store, if the firmware has one; Lua can change the partitions. */
  lfs: LfsRegion | undefined;
  /** With Lua 5.3: the image that the next start is to load. */
  imageToLoad: string | undefined;
  /** Where the files begin in flash. */
  filesAddress = FILES_ADDRESS;
  firmware: Firmware;
  /** Restarts since power on, and the panics that led to some of them. */
  restarts = 0;
  readonly panics: LuaError[] = [];
  /** Calls of lwIP for a socket that Lua had collected: all, and those that met another socket in its memory. */
  readonly staleCalls = { all: 0, onOther: 0 };
  lastReason: RestartReason = "power on";
  bootedAt = 0;
  /** ESP8266: what the converter has measured since the board started: its supply instead of pin A0. */
  measuresSupply = false;
  /** The same from the next start on, as it is in flash. */
  #willMeasureSupply = false;
  #console: string[] = [];
  #isOff = false;

  /** Powers the board up; init.lua runs a moment later, when the clock goes on. */
  constructor(options: BoardOptions) {
    this.options = options;
    this.pins = new Array(CHIPS[options.chip].pins).fill(0);
    this.clock = options.clock;
    this.network = options.network;
    this.files = options.files ?? new FileSystem();
    this.wiring = new Wiring(() => options.clock.now());
    this.uart = new Uart(options.clock);
    this.lfs = options.lfs;
    if (options.consoleModule) this.uart.lineEnd = "\n";
    this.firmware = this.#boot();
  }

  /** The world puts a pin on a level. */
  setPin(pin: number, level: 0 | 1): void {
    this.#driven.add(pin);
    if (this.pins[pin] === level) return;
    this.pins[pin] = level;
    if (this.firmware.running) this.firmware.onPin(pin, level);
  }

  /** The board's own resistor pulls a pin to a level, which it takes unless the world has put it on another. */
  pull(pin: number, level: 0 | 1): void {
    if (!this.#driven.has(pin)) this.pins[pin] = level;
  }

  /** From the next start on the converter measures the supply, or pin A0. @returns whether that is a change */
  setMeasuresSupply(does: boolean): boolean {
    const isChange = this.#willMeasureSupply !== does;
    this.#willMeasureSupply = does;
    return isChange;
  }

  /** Everything printed since the last call. */
  takeConsole(): string {
    const text = this.#console.join("");
    this.#console = [];
    return text;
  }

  /** The firmware's console prints. */
  write(text: string): void {
    this.uart.print(text);
    this.#show(text);
  }

  /** As write(), with no CR put before an LF. */
  writeRaw(text: string): void {
    this.uart.send(text);
    this.#show(text);
  }

  #show(text: string): void {
    if (this.options.console) this.options.console(text);
    else this.#console.push(text);
  }

  /**
   * Restarts, unless `only` is given and is not the boot that runs now.
   * Connections are forgotten without a word, as when the chip resets.
   */
  restart(reason: RestartReason, only: Firmware = this.firmware): void {
    if (only !== this.firmware || this.#isOff) return;
    this.firmware.stop();
    this.network.boardGone();
    this.restarts++;
    this.lastReason = reason;
    this.firmware = this.#boot();
  }

  panicked(error: LuaError): void {
    this.panics.push(error);
  }

  /** Switches off, for good. */
  stop(): void {
    this.#isOff = true;
    this.firmware.stop();
    this.network.boardGone();
  }

  #boot(): Firmware {
    this.bootedAt = this.clock.now();
    this.uart.reset();
    this.measuresSupply = this.#willMeasureSupply;
    // every pin is an input again
    for (const pin of this.pins.keys()) if (!this.#driven.has(pin)) this.pins[pin] = 0;
    const firmware = new Firmware(this);
    firmware.after(BOOT_TIME, () => firmware.start());
    return firmware;
  }
}
