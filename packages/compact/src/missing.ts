// What JavaScript has and the firmware's Lua lacks: named where it is used, with what is there in its place.
import * as ts from "typescript";
import { report } from "./diagnostics.ts";

const replacements: Readonly<Record<string, string>> = {
  JSON: "sjson.encode(value) and sjson.decode(text), of the module sjson",
  RegExp: "string.match, string.gsub and string.find with Lua's patterns",
  Date: "rtctime.get() and rtctime.epoch2cal(), or tmr.now() for microseconds since the start (time.get() on ESP32)",
  Intl: "string.format",
  WeakRef: 'setmetatable(table, { __mode: "v" })',
  Proxy: "setmetatable with __index and __newindex",
  ArrayBuffer: "a string: string.byte and string.char, or the module struct",
  Uint8Array: "a string: string.byte and string.char, or the module struct",
  DataView: "the module struct",
  Atomics: "nothing: only one piece of code runs at a time",
  setTimeout: "tmr.create().alarm(ms, tmr.ALARM_SINGLE, callback)",
  setInterval: "tmr.create().alarm(ms, tmr.ALARM_AUTO, callback)",
  setImmediate: "node.task.post(callback)",
  queueMicrotask: "node.task.post(callback)",
  clearTimeout: "timer.stop() and timer.unregister() of the timer that tmr.create() gave",
  clearInterval: "timer.stop() and timer.unregister() of the timer that tmr.create() gave",
  fetch: "http.get(url, headers, callback) of the module http, or net.createConnection()",
  XMLHttpRequest: "http.get(url, headers, callback) of the module http",
  WebSocket: "websocket.createClient() of the module websocket",
  TextEncoder: "nothing: a string is its bytes already",
  TextDecoder: "nothing: a string is its bytes already",
  btoa: "encoder.toBase64(text) of the module encoder",
  atob: "encoder.fromBase64(text) of the module encoder",
  crypto: "the module crypto (crypto.hash, crypto.hmac)",
  localStorage: "file.putcontents(name, text) and file.getcontents(name)",
  process: "node (node.heap(), node.restart())",
  Buffer: "a string: string.byte and string.char",
};

/** Of `Math`, what TypeScriptToLua knows but the firmware's `math` has not. */
const noMath = new Set(
  "acos acosh asin asinh atan atan2 atanh cos cosh exp expm1 log log10 log1p log2 sin sinh tan tanh".split(
    " ",
  ),
);

const hint = (name: string): string | undefined =>
  Object.hasOwn(replacements, name) ? replacements[name] : undefined;
const lack = (what: string, instead: string): string => `Lua has no ${what}; in its place: ${instead}.`;
const CANNOT_FIND_NAME = new Set([2304, 2580, 2584, 2591, 2592]);

/** Adds what to write instead to TypeScript's own message about a name that it does not know. */
export function withEquivalent(d: ts.Diagnostic): ts.Diagnostic {
  if (!CANNOT_FIND_NAME.has(d.code) || !d.file || d.start === undefined || d.length === undefined) return d;
  const name = d.file.text.slice(d.start, d.start + d.length);
  const instead = hint(name);
  if (instead === undefined) return d;
  return { ...d, messageText: lack(name, instead) };
}

/** Errors for what TypeScript knows but the firmware lacks, at the place where a file uses it. */
export function missing(program: ts.Program, file: ts.SourceFile): ts.Diagnostic[] {
  if (file.isDeclarationFile) return [];
  const checker = program.getTypeChecker();
  const result: ts.Diagnostic[] = [];
  const lacks = (node: ts.Node, what: string, instead: string): void => {
    result.push({
      ...report("missing", lack(what, instead)),
      file,
      start: node.getStart(file),
      length: node.getWidth(file),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isRegularExpressionLiteral(node)) lacks(node, "regular expressions", replacements.RegExp!);
    if (ts.isPropertyAccessExpression(node) && noMath.has(node.name.text)) {
      const { expression } = node;
      if (ts.isIdentifier(expression) && expression.text === "Math" && isOfLibrary(expression))
        lacks(
          node,
          `Math.${node.name.text} on this firmware`,
          "a series or a table of values; math has abs, ceil, floor, max, min, pow, random and sqrt",
        );
    }
    if (ts.isPrivateIdentifier(node)) lacks(node, "names that begin with #", `private ${node.text.slice(1)}`);
    const instead = ts.isIdentifier(node) ? hint(node.text) : undefined;
    if (instead !== undefined && isOfLibrary(node)) lacks(node, (node as ts.Identifier).text, instead);
    ts.forEachChild(node, visit);
  };
  const isOfLibrary = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return false;
    const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
    return (
      declarations.length > 0 &&
      declarations.every((d) => program.isSourceFileDefaultLibrary(d.getSourceFile()))
    );
  };
  visit(file);
  return result;
}
