// What the declarations accept, and what they refuse.
import { strict as assert } from "node:assert";
import { accepted } from "./accepts.ts";
import { type Checked, check, type Entry, syntaxError } from "./project.ts";
import { lacking, refused } from "./refuses.ts";

const entries: Entry[] = ["esp8266", "esp32", "portable"];
const slug = (name: string) => name.replace(/[^A-Za-z0-9]+/g, "-");
const of = (checked: Checked, name: string) => checked.messages.filter((m) => m.text === slug(name));

describe("declarations", function () {
  this.timeout(120000);

  for (const entry of entries) {
    for (const noImplicitSelf of [true, false]) {
      it(`of ${entry} are free of errors with noImplicitSelf ${noImplicitSelf}`, () => {
        const { messages } = check(entry, { empty: "" }, { declarations: true, noImplicitSelf });
        assert.deepEqual(messages, []);
      });
    }
  }

  it(`of esp8266 have none of ${lacking.length} functions of standard Lua that its firmware lacks`, () => {
    // an error that is expected and does not come is an error
    const program = lacking.map((call) => `// @ts-expect-error\n${call};`).join("\n");
    assert.deepEqual(check("esp8266", { lacking: program }).messages, []);
    const control = check("esp8266", { control: "// @ts-expect-error\nmath.floor(1);" }).messages;
    assert.match(control[0]?.message ?? "", /Unused '@ts-expect-error'/);
  });

  for (const entry of entries) {
    describe(`of ${entry} accept`, () => {
      const programs = Object.entries(accepted).filter(([, program]) => program.for.includes(entry));
      const texts = Object.fromEntries(programs.map(([name, { program }]) => [slug(name), program]));
      let strict: Checked;
      let loose: Checked;
      before(() => {
        strict = check(entry, texts, { emit: true, noImplicitSelf: true });
        loose = check(entry, texts, { emit: true, noImplicitSelf: false });
      });
      for (const [name] of programs) {
        it(name, () => {
          assert.deepEqual(of(strict, name), []);
          assert.deepEqual(of(loose, name), []);
          const lua = strict.lua[slug(name)] ?? "";
          assert.notEqual(lua, "");
          assert.equal(loose.lua[slug(name)], lua, "noImplicitSelf changes the Lua");
          assert.equal(syntaxError(lua), undefined);
        });
      }
    });

    describe(`of ${entry} refuse`, () => {
      const programs = Object.entries(refused).filter(([, program]) => program.for === entry);
      let checked: Checked;
      before(() => {
        checked = check(
          entry,
          Object.fromEntries(programs.map(([name, { program }]) => [slug(name), program])),
        );
      });
      for (const [name, { message }] of programs) {
        it(name, () => {
          const messages = of(checked, name).map((m) => m.message);
          assert.ok(
            messages.some((text) => message.test(text)),
            `expected ${message}, got ${JSON.stringify(messages, undefined, 1)}`,
          );
        });
      }
    });
  }
});
