// Takes the bytes of a file from the line to the board's flash. Globals, because no line at the prompt sees another's locals.
import { BLOCK, DONE, FAILED, FULL, LATE, NEXT, WATCHDOG, WINDOW } from "./block";
import { type ConsoleModule, open } from "./firmware";

declare const console: ConsoleModule;

/** The file. @customName __f */
declare let target: file.File | undefined;
/** Bytes that are still to come. @customName __l */
declare let left: number | undefined;
/** What was still to come when the watchdog looked last. @customName __k */
declare let seen: number | undefined;
/** Blocks that came after one that could not be stored, and that one. @customName __x */
declare let lost: number | undefined;
/** The watchdog. @customName __t */
declare let watchdog: tmr.Timer | undefined;
/** Ends the transfer with a sign. @customName __e */
declare let finish: ((this: void, sign: string) => void) | undefined;
/** Says a sign; in a transfer by lines, stores a line. @customName __w */
declare let say: ((this: void, sign: string) => void) | undefined;
/** @customName __w */
declare let store: ((this: void, data: string, length: number, at: number) => void) | undefined;
/** Takes a block. @customName __d */
declare let take: ((this: void, data: string) => void) | undefined;
/** Tells of a block that was thrown away. @customName __r */
declare let refuse: ((this: void, lost: number) => void) | undefined;

function forget(): void {
  target = undefined;
  left = undefined;
  seen = undefined;
  lost = undefined;
  watchdog = undefined;
  finish = undefined;
  say = undefined;
  take = undefined;
  refuse = undefined;
}

/**
 * Opens the file, and prints whether it did. What an earlier attempt left running would close the new file. Nothing may be under
 * way when the prompt comes back, or the firmware calls a function that is gone: so after a failed write the blocks that follow are
 * thrown away. A block that comes while the watchdog ends the transfer finds nothing to count: an error there would restart the board.
 * @param length of the file [bytes]
 * @param byConsole the console's input comes from the module `console`
 */
export function receive(name: string, length: number, byConsole: boolean): void {
  if (watchdog) watchdog.unregister();
  target = open(name, "w");
  left = length;
  seen = -1;
  lost = 0;
  print("\x01", target && "go");
  say = (sign) => {
    if (byConsole) console.write(sign);
    else uart.write(0, sign);
  };
  finish = (sign) => {
    watchdog!.unregister();
    if (byConsole) {
      console.on("data", 0, undefined);
      console.mode(console.INTERACTIVE);
    } else uart.on("data");
    target!.close();
    say!(sign);
    forget();
  };
  take = (data) => {
    if (!left) return;
    if (left < data.length) data = string.sub(data, 1, left);
    if (lost! > 0 || !target!.write(data)) {
      lost = lost! + 1;
      refuse!(lost);
      return;
    }
    left -= data.length;
    if (left === 0) finish!(DONE);
    else say!(NEXT);
  };
  refuse = (blocks) => {
    if (blocks >= WINDOW) finish!(FULL);
    else say!(FAILED);
  };
  watchdog = tmr.create();
  watchdog.alarm(WATCHDOG, 1, () => {
    if (seen === left! + lost!) finish!(LATE);
    seen = left! + lost!;
  });
  if (!target) {
    watchdog.unregister();
    forget();
  }
}

/** Has every block taken from now on. */
export function listen(byConsole: boolean): void {
  if (byConsole) {
    console.on("data", BLOCK, take);
    console.mode(console.NONINTERACTIVE);
  } else uart.on("data", BLOCK, take, 0);
}

/** Makes an empty file, and prints whether it did. */
export function createEmpty(name: string): void {
  target = open(name, "w");
  if (target) target.close();
  print("\x01", target && 1);
  target = undefined;
}

/** Opens a file for lines, and prints whether it did. @param base64 the firmware's encoder reads them; else they are hexadecimal */
export function receiveLines(name: string, base64: boolean): void {
  if (target) target.close();
  target = open(name, "w");
  print("\x01", target && 1);
  store = (data, length, at) => {
    if (data.length !== length) error("unfinished");
    target!.seek("set", at);
    if (base64) data = encoder!.fromBase64(data);
    else [data] = string.gsub(data, "..", (digits) => string.char(tonumber(digits, 16)!));
    print("\x01", target!.write(data) && 1);
  };
}

/** Stores a line, and prints whether it did. A line may run twice when its answer was lost: it says where it belongs. */
export function line(data: string, length: number, at: number): void {
  store!(data, length, at);
}

/** Closes the file that came in lines, and frees what the transfer took. */
export function endLines(): void {
  if (target) target.close();
  forget();
}
