// Whatever program: the compact form and the readable form do what the plain one does.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { layoutCompact } from "../../packages/compact/src/layout.ts";
import { mangle } from "../../packages/compact/src/mangle.ts";
import { parse } from "../../packages/compact/src/parse.ts";
import { layoutReadable } from "../../packages/compact/src/pretty.ts";
import { mangleFields } from "../../packages/compact/src/private.ts";
import { nameReadably } from "../../packages/compact/src/readable.ts";
import { simplify, tidy } from "../../packages/compact/src/simplify/index.ts";
import { tokens } from "../../packages/compact/src/tokens.ts";
import { isEveryPlatform, TESTED_LUA } from "../extent.ts";
import { LuaProgram, Modules, sharing } from "./generate.ts";
import { everyChunk, everyForm, run } from "./program.ts";

function compact(text: string): string {
  const body = simplify(parse(text, 0).body);
  mangleFields([body], new Set());
  mangle(body);
  return layoutCompact(tokens(body, true)).code;
}

function readable(text: string): string {
  const body = tidy(parse(text, 0).body);
  nameReadably(body);
  return layoutReadable(tokens(body, false)).code;
}

// the same programs on every run; another SEED draws others
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20261123) });

const RUNS = Number(process.env.RUNS ?? (isEveryPlatform ? 400 : 64));

describe("any program", function () {
  this.timeout(600_000);

  it("does the same in every form (Lua)", () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const text = LuaProgram.text(draw);
        const plain = run(text);
        if (plain.error.includes("instruction budget")) return;
        for (const [form, make] of Object.entries({ compact, readable })) {
          let code = "";
          try {
            code = make(text);
            const other = run(code);
            if (!plain.error) assert.equal(other.error, "");
            assert.deepEqual(other.lines, plain.lines);
            assert.equal(other.error === "", plain.error === "", other.error);
          } catch (error) {
            throw new Error(
              `${form}: ${(error as Error).message}\n--- text\n${text}\n--- ${form}\n${code}\n${plain.error}`,
              { cause: error },
            );
          }
        }
      }),
      // Looking for a smaller program takes minutes: SHRINK=1 does it.
      {
        numRuns: RUNS,
        endOnFailure: !process.env.SHRINK,
        ...(process.env.SEED && { seed: Number(process.env.SEED) }),
      },
    );
  });

  it("does the same in every form (TypeScript modules)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const version = draw(fc.constantFrom, ...TESTED_LUA);
        const program = Modules.program(draw, version === "5.3");
        try {
          await everyForm(program, { version, tstl: { luaTarget: version } });
        } catch (error) {
          const files = Object.entries(program).map(([name, text]) => `// ${name}\n${text}`);
          throw new Error(`${(error as Error).message}\n${files.join("\n")}`, { cause: error });
        }
      }),
      {
        numRuns: Math.ceil(RUNS / 16),
        endOnFailure: !process.env.SHRINK,
        ...(process.env.SEED && { seed: Number(process.env.SEED) }),
      },
    );
  });

  it("does the same in several chunks", () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { program, entries } = sharing(draw);
        try {
          everyChunk(program, entries);
        } catch (error) {
          const files = Object.entries(program).map(([name, text]) => `// ${name}\n${text}`);
          throw new Error(`${(error as Error).message}\n${files.join("\n")}`, { cause: error });
        }
      }),
      {
        numRuns: Math.ceil(RUNS / 20),
        endOnFailure: !process.env.SHRINK,
        ...(process.env.SEED && { seed: Number(process.env.SEED) }),
      },
    );
  });
});
