// What an app for the chip gets of JavaScript: small errors, and words for what Lua lacks.
import { strict as assert } from "node:assert";
import * as ts from "typescript";
import { everyForm, Project, run } from "./program.ts";

/** `debug` as ESP8266 has it. */
const firmware = "debug={traceback=function(m) return m end} ";

const errors = `
  class Own extends Error { constructor(message: string, public code: number) { super(message); this.name = "Own"; } }
  const show = (f: () => void) => { try { f(); } catch (e) { const x = e as Own; emit(x.message, x.name, x.code, tostring(x), x instanceof Error, x instanceof RangeError, x instanceof Own); } };
  show(() => { throw new Error("plain"); });
  show(() => { throw new RangeError("range"); });
  show(() => { throw new Own("own", 4); });
  show(() => { throw new Error(); });
  show(() => { throw TypeError("called"); });
  const fixed = (1.5).toFixed(2); emit(fixed);
  export {};`;

describe("for the firmware", function () {
  this.timeout(60_000);

  it("makes errors that call nothing of debug", async () => {
    const project = new Project({ "index.ts": errors });
    try {
      for (const form of ["compact", "readable"] as const) {
        const { code, diagnostics } = await project.compile(form);
        assert.deepEqual(diagnostics, []);
        assert.doesNotMatch(code, /getinfo/);
        assert.deepEqual(run(firmware + code), {
          lines: [
            '"plain" "Error" nil "Error: plain" true false false',
            '"range" "RangeError" nil "RangeError: range" true true false',
            '"own" "Own" 4 "Own: own" true false true',
            '"" "Error" nil "Error" true false false',
            '"called" "TypeError" nil "TypeError: called" true false false',
            '"1.50"',
          ],
          result: "{}",
          error: "",
        });
      }
    } finally {
      project.remove();
    }
  });

  it("has only the errors that the program uses", async () => {
    const { compact } = await everyForm({
      "index.ts": `const e = new Error("x"); emit(e.message, e.name); export {};`,
    });
    assert.doesNotMatch(compact.code, /RangeError|SyntaxError|TypeError|URIError/);
    assert.ok(compact.code.length < 520, `${compact.code.length} bytes`);
  });

  it("says what there is in the place of what Lua lacks", async () => {
    const cases: [source: string, says: RegExp][] = [
      [`emit(/a+/.test("a"));`, /Lua has no regular expressions; in its place: string\.match/],
      [`emit(new RegExp("a"));`, /Lua has no RegExp; in its place: string\.match/],
      [`emit(JSON.parse("{}"));`, /Lua has no JSON; in its place: sjson\.encode/],
      [`emit(Date.now());`, /Lua has no Date; in its place: rtctime/],
      [`setTimeout(() => emit(1), 100);`, /Lua has no setTimeout; in its place: tmr\.create\(\)\.alarm/],
      [`fetch("http://x");`, /Lua has no fetch; in its place: http\.get/],
      [
        `class C { #n = 1; get() { return this.#n; } } emit(new C().get());`,
        /Lua has no names that begin with #; in its place: private n/,
      ],
      [`emit(Math.sin(1));`, /Lua has no Math\.sin on this firmware; in its place: a series/],
      [`emit(new Uint8Array(4));`, /Lua has no Uint8Array; in its place: a string/],
    ];
    for (const [source, says] of cases) {
      const project = new Project({ "index.ts": `${source} export {};` });
      const { code, diagnostics } = await project.compile("compact");
      assert.equal(code, "");
      const texts = diagnostics.map(
        (d) => `${d.start}: ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`,
      );
      assert.ok(
        texts.some((t) => says.test(t) && !t.startsWith("undefined")),
        `${source}\n${texts.join("\n")}`,
      );
      project.remove();
    }
  });

  it("lets a program have a JSON and a Date of its own", async () => {
    await everyForm({
      "index.ts": `const JSON = { stringify: (n: number) => "json" + n }; class Date { now() { return 1; } } interface RegExp { x: number } const r: RegExp = { x: 2 }; emit(JSON.stringify(1), new Date().now(), r.x); export {};`,
    });
  });
});
