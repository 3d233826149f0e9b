// A NodeMCU board: what survives a restart (flash files, pins, console, time) and the firmware that runs on it now.
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaError, LuaVersion } from "../lua-vm/vm/lua.ts";
import type { Clock } from "./clock.ts";
import { FileSystem } from "./files.ts";
import { Firmware } from "./firmware.ts";
import type { LfsRegion } from "./lfs/region.ts";
import { FILES_ADDRESS } from "./modules/partitions.ts";
import type { Network } from "./network/network.ts";
import { Uart } from "./serial/uart.ts";

export type Chip = "esp8266" | "esp32";

/** Why a board restarted: as asked by Lua, by the default onerror, or after a panic. */
export type RestartReason = "power on" | "node.restart" | "onerror" | "watchdog";

export interface BoardOptions {
  chip: Chip;
  /** What the firmware was built with: 5.1 if left out. 5.3 must have been built for the simulator (npm run lua53). */
  lua?: LuaVersion;
  /** What Lua 5.1 was built to count in: doubles if left out, or 32-bit integers. */
  numbers?: NumberKind;
  /** The Lua flash store; the firmware has none if left out. */
  lfs?: LfsRegion;
  /** Heap that a fresh boot has free [bytes]. */
  heap: number;
  /** Connections at which another one must wait; as on the chip if left out: 5 on ESP8266, as many as the heap has room for on ESP32. */
  connections?: number;
  clock: Clock;
  network: Network;
  /**
   * ESP32: the firmware is the build of March 2022 that the recordings in test/vectors are of, which cannot close a listening
   * server. Builds of 2024 can.
   */
  recordedBuild?: boolean;
  files?: FileSystem;
  /** The firmware was built with the encoder module (base64, hex). */
  encoder?: boolean;
  /** The firmware was built with the module crypto. */
  crypto?: boolean;
  /** ESP32: the firmware is of October 2024 or newer, which has the module console and ends lines with LF alone. */
  consoleModule?: boolean;
  /**
   * ESP8266: the firmware's fault that lwIP calls a socket which Lua has collected, whose memory may be another connection's by
   * then. There unless switched off.
   */
  staleCalls?: boolean;
  /** Gets everything that the console prints. */
  console?: (text: string) => void;
}

export const CHIPS: readonly Chip[] = ["esp8266", "esp32"];
/** What people call them. */
export const CHIP_NAMES: Record<Chip, string> = { esp8266: "ESP8266", esp32: "ESP32" };
/** Free heap with Wi-Fi up, the lower end of what boards have (ESP8266: 40 to 45 KB, ESP32: 150 to 250 KB) [bytes]. */
export const DEFAULT_HEAP: Record<Chip, number> = { esp8266: 40 * 1024, esp32: 150 * 1024 };
/** Pins that gpio addresses: D0 to D12 of an ESP8266 board, GPIO 0 to 21 of an ESP32-C3. */
export const PINS: Record<Chip, number> = { esp8266: 13, esp32: 22 };
const BOOT_TIME = 300;

export class Board {
  readonly options: BoardOptions;
  readonly clock: Clock;
  readonly network: Network;
  readonly files: FileSystem;
  /** Level of each pin; outputs are set by gpio.write, inputs by setPin. */
  readonly pins: number[];
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
  #console: string[] = [];
  #isOff = false;

  /** Powers the board up; init.lua runs a moment later, when the clock goes on. */
  constructor(options: BoardOptions) {
    this.options = options;
    this.pins = new Array(PINS[options.chip]).fill(0);
    this.clock = options.clock;
    this.network = options.network;
    this.files = options.files ?? new FileSystem();
    this.uart = new Uart(options.clock);
    this.lfs = options.lfs;
    if (options.consoleModule) this.uart.lineEnd = "\n";
    this.firmware = this.#boot();
  }

  /** The world puts a pin on a level. */
  setPin(pin: number, level: 0 | 1): void {
    if (this.pins[pin] === level) return;
    this.pins[pin] = level;
    if (this.firmware.running) this.firmware.onPin(pin, level);
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
    const firmware = new Firmware(this);
    firmware.after(BOOT_TIME, () => firmware.start());
    return firmware;
  }
}
