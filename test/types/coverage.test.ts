// Every name of the firmware is declared, and the program that counts them notices when one is not.
import { strict as assert } from "node:assert";
import { coverage, readSurface } from "../../packages/measure/types-coverage.ts";
import { entryFile } from "./project.ts";

describe("coverage of the firmware's names", function () {
  this.timeout(60000);

  for (const [chip, modules] of [
    ["esp8266", 71],
    ["esp32", 44],
  ] as const) {
    it(`${chip}: all names of ${modules} modules, none too many`, () => {
      const found = coverage(chip, entryFile(chip), readSurface(chip));
      assert.equal(found.length, modules);
      for (const module of found) {
        assert.deepEqual(
          { missing: module.missing, excess: module.excess, wrongKind: module.wrongKind },
          { missing: [], excess: [], wrongKind: [] },
          module.module,
        );
        assert.equal(module.declared, module.total, module.module);
      }
    });
  }

  it("notices a name that is missing, one too many, one of the wrong kind, and a module", () => {
    const surface = readSurface("esp32");
    const { can, net } = surface.modules;
    assert.ok(can?.functions && can.constants && net?.objects);
    can.functions = ["send", "setup", "start", "sleep", "EXTENDED_FRAME"];
    can.constants = ["STANDARD_FRAME"];
    net.objects.NET_TABLE_TCP_CLIENT?.push("flush");
    surface.modules.radio = { functions: ["on"] };
    delete surface.modules.ledc;
    const found = coverage("esp32", entryFile("esp32"), surface);
    const of = (name: string) => found.find(({ module }) => module === name);
    assert.deepEqual(of("can")?.missing, ["can.sleep"]);
    assert.deepEqual(of("can")?.excess, ["can.stop"]);
    assert.match(of("can")?.wrongKind.join() ?? "", /can\.EXTENDED_FRAME/);
    assert.deepEqual(of("net")?.missing, ["net NET_TABLE_TCP_CLIENT:flush"]);
    assert.deepEqual(of("radio")?.missing, ["radio", "radio.on"].slice(-(of("radio")?.missing.length ?? 0)));
    assert.ok(found.some(({ module, excess }) => module === "ledc" && excess.length > 0));
  });
});
