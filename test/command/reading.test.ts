// Files that a person names: what is wrong with one is told with its path and the place in it.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mistake } from "../../packages/command/mistake.ts";
import { readJson } from "../../packages/command/reading.ts";
import { readBudgets } from "../../packages/measure/budgets.ts";
import { readScenarios } from "../../packages/measure/vectors/format.ts";

const folder = mkdtempSync(join(tmpdir(), "reading-"));
function file(content: unknown): string {
  const path = join(folder, "x.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function assertMistake(work: () => unknown, says: RegExp): void {
  assert.throws(work, (error: Error) => {
    assert.ok(error instanceof Mistake, String(error));
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

describe("a file of JSON that a person names", () => {
  it("that is not there, is a folder or is no JSON is a mistake", () => {
    assertMistake(() => readJson("no.json", "--file"), /^--file: there is no file no\.json$/);
    assertMistake(() => readJson(folder, "--file"), /^--file: .* is a folder; a file is wanted$/);
    assertMistake(() => readJson(file("{"), "--file"), /x\.json is no JSON: /);
  });
  it("that can hold a secret is not quoted", () => {
    assertMistake(() => readJson(file("hunter22"), "--file", '{"a": …}'), /no JSON; it must be \{"a": …\}$/);
  });
});

const scenario = {
  id: "a",
  title: "a",
  lua: "",
  client: [
    ["connect", "c", { port: 80 }],
    ["send", "c", { repeat: "x", n: 3 }],
    ["wait", 5],
    ["reset", "c"],
  ],
  log: [],
  clientResult: { c: { bytes: 0, end: "open" } },
  outcome: "running",
};

describe("a file of network scenarios", () => {
  it("has steps, a log and results", () => {
    assert.deepEqual(readScenarios(file([scenario])), [scenario]);
  });
  for (const [what, wrong, says] of [
    ["no list", {}, /x\.json: this is no list of network scenarios$/],
    [
      "a step of no kind",
      [{ ...scenario, client: [["jump", "c"]] }],
      /0\.client\.0: \["jump","c"\] is not a step$/,
    ],
    ["a step without its argument", [{ ...scenario, client: [["wait"]] }], /\["wait"\] is not a step$/],
    ["a step with a wrong argument", [{ ...scenario, client: [["send", "c", { n: 3 }]] }], /is not a step$/],
    [
      "a log of numbers",
      [scenario, { ...scenario, log: [5] }],
      /1\.log\.0: .*Expected string but received 5$/,
    ],
    ["no outcome", [{ ...scenario, outcome: undefined }], /outcome/],
  ] as const)
    it(`with ${what} is refused`, () => assertMistake(() => readScenarios(file(wrong)), says));
});

describe("a file of budgets", () => {
  it("is the repository's own, or another of the same shape", () => {
    assert.ok(readBudgets().budgets.source! > 0);
    const budgets = { budgets: { source: 1 }, sizes: { "a.ts": { f: [1, 2, 3] } } };
    assert.deepEqual(readBudgets(file(budgets)), budgets);
    assertMistake(
      () => readBudgets(file({ budgets: { source: "much" }, sizes: {} })),
      /budgets\.source: .*Expected number but received "much"$/,
    );
  });
});
