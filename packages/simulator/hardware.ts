// The board around the firmware: what it is built with, and what of it the firmware reaches. Board (board.ts) is one.
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaError, LuaVersion } from "../lua-vm/vm/lua.ts";
import type { Chip } from "./chips.ts";
import type { Clock } from "./clock.ts";
import type { Wiring } from "./devices/wiring.ts";
import type { FileSystem } from "./files.ts";
import type { LfsRegion } from "./lfs/region.ts";
import type { Network } from "./network/network.ts";
import type { Uart } from "./serial/uart.ts";

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
  /**
   * The firmware was built with adc, i2c, ow and, on ESP8266, pwm. Their names take room in Lua's table of strings, which may double then; the
   * chip has them in flash. So boards on which heap is measured do without.
   */
  peripherals?: boolean;
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

/** What survives a restart, as the firmware that runs sees it. */
export interface Hardware {
  readonly options: BoardOptions;
  readonly clock: Clock;
  readonly network: Network;
  readonly files: FileSystem;
  /** Level of each pin. */
  readonly pins: number[];
  /** What else the world has wired to it. */
  readonly wiring: Wiring;
  readonly uart: Uart;
  /** The Lua flash store, if the firmware has one; Lua can change the partitions. */
  lfs: LfsRegion | undefined;
  /** With Lua 5.3: the image that the next start is to load. */
  imageToLoad: string | undefined;
  /** Where the files begin in flash. */
  filesAddress: number;
  readonly bootedAt: number;
  readonly lastReason: RestartReason;
  /** Calls of lwIP for a socket that Lua had collected: all, and those that met another socket in its memory. */
  readonly staleCalls: { all: number; onOther: number };
  /** ESP8266: the converter has measured the supply instead of pin A0 since the board started. */
  readonly measuresSupply: boolean;
  /** From the next start on the converter measures the supply, or pin A0. @returns whether that is a change */
  setMeasuresSupply(does: boolean): boolean;
  /** The board's own resistor pulls a pin to a level, which it takes unless the world has put it on another. */
  pull(pin: number, level: 0 | 1): void;
  /** The firmware's console prints. */
  write(text: string): void;
  /** As write(), with no CR put before an LF. */
  writeRaw(text: string): void;
  /** Restarts, unless `only` is given and is not the boot that runs now. */
  restart(reason: RestartReason, only?: object): void;
  /** Keeps the error that led to a panic. */
  panicked(error: LuaError): void;
}
