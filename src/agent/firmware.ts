// What differs between firmwares and is called in several places, under one name.

/** The module `console` of newer firmware for ESP32, which has the console's input in place of `uart`. */
export interface ConsoleModule {
  readonly INTERACTIVE: number;
  readonly NONINTERACTIVE: number;
  /** Calls a function with every `length` bytes that come in; 0: with whatever came. Without a function nothing is called. */
  on(
    this: void,
    event: "data",
    length: number,
    handler: ((this: void, data: string) => void) | undefined,
  ): void;
  /** Says whether input goes to the Lua prompt. */
  mode(this: void, mode: number): void;
  write(this: void, data: string): void;
}

export type Open = (this: void, name: string, mode: file.OpenMode) => file.File | undefined;

/** Opens a file: `file.open` on ESP8266, `io.open` on ESP32. */
export const open = (file.open || io!.open) as Open;
