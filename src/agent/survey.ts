// What a board can do and what is on it, in small chunks, because an app may run beside them.
import type { ConsoleModule, Open } from "./firmware";
import { MANIFEST } from "./marks";
import { forgetSums } from "./sums";

declare const console: ConsoleModule | undefined;
type Tree = Record<string, unknown>;

/** Whether a module has something: 1 or 0. @customName __q */
declare let has: ((this: void, module: unknown, name: string) => 0 | 1) | undefined;
/** @customName __q */
declare let id: string | number | undefined;
/** What a path such as tmr.create leads to. @customName __g */
declare let follow: ((this: void, path: string) => unknown) | undefined;
/** Prints the names of what is missing. @customName __m */
declare let look: ((this: void, names: string) => void) | undefined;
/** Wanted sizes of files, by name; false: a file is to be summed, whatever its size. @customName __w */
declare let wanted: Record<string, number | false | undefined> | undefined;
/** @customName __w */
declare let manifest: file.File | undefined;
/** Prints a name. @customName __n */
declare let tell: ((this: void, name: string) => void) | undefined;
/** @customName __o */
declare const opened: Open;
/** @customName __c */
declare const check: (
  this: void,
  name: string,
  size?: number | false,
) => LuaMultiReturn<[size?: number, sum?: string]>;

/** Prepares `printMissing`. */
export function searchMissing(): void {
  follow = (path) => {
    let found: unknown = _G;
    for (const [key] of string.gmatch(path, "[^.]+")) found = found && (found as Tree)[key];
    return found;
  };
  look = (names) => {
    for (const [name] of string.gmatch(names, "%S+")) {
      let found: unknown;
      for (const [path] of string.gmatch(name, "[^|]+")) found = found || follow!(path);
      if (!found) print("\x01g" + name);
    }
  };
}

/** @param names of modules, and of functions of modules: "tmr tmr.create uart.on|console.on" */
export function printMissing(names: string): void {
  look!(names);
}

/** Frees what `searchMissing` made. */
export function endSearch(): void {
  look = undefined;
  follow = undefined;
}

/** Prints what the firmware has of all that may be missing, and what it is. */
export function printCapabilities(): void {
  has = (module, name) => (module && (module as Tree)[name] ? 1 : 0);
  print(
    "\x01c",
    node && node.heap && node.heap(),
    file && file.fsinfo && file.fsinfo()[0],
    has(file, "open"),
    has(io, "open"),
    has(node, "compile"),
  );
  print(
    "\x01d",
    has(console, "on"),
    has(uart, "on"),
    has(encoder, "fromBase64"),
    has(crypto, "fhash"),
    has(crypto, "new_hash"),
    _VERSION,
    3 / 2 === 1,
    has(tmr, "create"),
  );
  id = node && ((node.chipid && node.chipid()) || (node.chipmodel && node.chipmodel()));
  print("\x01e", id, wifi && wifi.sta && wifi.sta.getmac && wifi.sta.getmac());
  id = undefined;
}

/** Prepares `want` and `printFiles`. */
export function prepareSurvey(): void {
  wanted = {};
  // bytes that a line cannot carry as % and two hexadecimal digits
  tell = (name) => {
    print("\x01n" + string.gsub(name, "[^ -$&-~]", (char) => string.format("%%%02X", string.byte(char)!))[0]);
  };
}

/** @param size a file is summed only if it has this size already; false: always */
export function want(name: string, size: number | false): void {
  wanted![name] = size;
}

/** Prints every file's size and sum, then its name, and the manifest. */
export function printFiles(): void {
  for (const [name] of pairs(file.list())) {
    let size = wanted![name];
    if (size === undefined) size = -1;
    print("\x01f", ...check(name, size));
    tell!(name);
  }
  tell = undefined;
  manifest = opened(MANIFEST, "r");
  if (manifest) {
    let data = manifest.read(256);
    while (data) {
      print("\x01m" + string.gsub(data, "\n", "|")[0]);
      data = manifest.read(256);
    }
    manifest.close();
  }
  manifest = undefined;
  forgetSums();
}
