// What a program takes along of JavaScript's library, which Lua lacks.
import type { Report } from "../compact/src/compile.ts";

/** Where TypeScriptToLua has the functions of JavaScript's library, such as StringSplit.lua. */
const LIBRARY = /\/lualib\/.*?(\w+)\.lua$/;

/** The functions of JavaScript's library that a program takes along, the largest first. */
export function libraryOf(report: Report): { name: string; bytes: number }[] {
  return report.files
    .flatMap(({ file, bytes }) => {
      const name = LIBRARY.exec(file)?.[1];
      return name === undefined ? [] : [{ name, bytes }];
    })
    .sort((a, b) => b.bytes - a.bytes);
}
