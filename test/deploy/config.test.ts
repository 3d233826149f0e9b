// The configuration: its messages, and that the editors' schema says what the program does. And the ports' messages.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/compile/build.ts";
import { DEFAULTS, loadConfig, validate } from "../../scripts/deploy/config.ts";
import { diagnose } from "../../scripts/deploy/diagnose.ts";
import { recall, remember } from "../../scripts/deploy/known.ts";
import { choosePort, openProblem } from "../../scripts/deploy/port.ts";

const schema = JSON.parse(readFileSync(join(ROOT, "flash.schema.json"), "utf8"));

describe("flash.config.json", () => {
  it("has the keys, defaults and choices that its schema tells", () => {
    const { $schema: _, ...properties } = schema.properties;
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(DEFAULTS).sort());
    for (const [key, property] of Object.entries<{ default?: unknown; enum?: string[] }>(properties)) {
      if (property.default !== undefined)
        assert.equal(property.default, DEFAULTS[key as keyof typeof DEFAULTS], key);
      for (const choice of property.enum ?? []) validate({ [key]: choice }, "x");
      if (property.enum) assert.throws(() => validate({ [key]: "nonsense" }, "x"));
    }
  });

  it("is valid as it stands in the repository", () => {
    assert.equal(loadConfig(join(ROOT, "flash.config.json"), {}).app, join(ROOT, "examples/dashboard"));
  });

  for (const [values, says] of [
    [{ baud: "fast" }, /x: "baud" is "fast"; it must be a baud rate from 300 to 4000000/],
    [
      { httpserver: "zip" },
      /"httpserver" is "zip"; it must be one of "source", "compiled", "bytecode", "none"/,
    ],
    [{ Port: "COM3" }, /no key "Port"; did you mean "port"/],
    [{ firmware: { here: "a.bin" } }, /"firmware" is .* offsets as keys/],
    [{ files: ["a"] }, /"files" is \["a"\]; it must be an object of paths/],
  ] as const) {
    it(`refuses ${JSON.stringify(values)}`, () => assert.throws(() => validate(values, "x"), says));
  }

  it("lets a flag win", () => {
    assert.equal(loadConfig(join(ROOT, "flash.config.json"), { app: "other" }).app, "other");
  });
});

describe("ports", () => {
  const one = { path: "/dev/ttyUSB0", what: "CH340 bridge (USB 1a86:7523)" };
  const two = { path: "/dev/ttyUSB1", what: "CP210x bridge (USB 10c4:ea60)" };

  it("takes the only board and says why", async () => {
    const choice = await choosePort("auto", { list: async () => [one] });
    assert.deepEqual(choice, { path: one.path, why: "the only board: CH340 bridge (USB 1a86:7523)" });
  });
  it("asks when there are several, and lists them when nobody is there", async () => {
    const asked = await choosePort("auto", { ask: async (ports) => ports[1]!, list: async () => [one, two] });
    assert.equal(asked.path, two.path);
    await assert.rejects(
      choosePort("auto", { list: async () => [one, two] }),
      /--port:\n.*ttyUSB0 .*\n.*ttyUSB1/,
    );
  });
  it("takes the board of last time among several, wherever it is plugged in now", async () => {
    const asked: string[] = [];
    const choose = (boards: Record<string, string>) =>
      choosePort("auto", {
        list: async () => [one, two],
        last: { identity: "5c:cf:7f:00:00:01", port: two.path },
        identify: async (path) => {
          asked.push(path);
          return boards[path];
        },
      });
    const there = await choose({ [two.path]: "5c:cf:7f:00:00:01" });
    assert.equal(there.path, two.path);
    assert.match(there.why, /the board of last time, 5c:cf:7f:00:00:01: CP210x/);
    assert.deepEqual(asked, [two.path], "where it was last time comes first");
    assert.equal((await choose({ [one.path]: "5c:cf:7f:00:00:01" })).path, one.path);
    await assert.rejects(
      choose({ [one.path]: "aa:bb:cc:00:00:02" }),
      /the one of last time .* does not answer/,
    );
  });
  it("remembers a board in a file, and forgives one that is damaged", () => {
    const file = join(mkdtempSync(join(tmpdir(), "known-")), "board.json");
    assert.equal(recall(file), undefined);
    remember({ identity: "5c:cf:7f:00:00:01", port: "/dev/ttyUSB0" }, file);
    assert.deepEqual(recall(file), { identity: "5c:cf:7f:00:00:01", port: "/dev/ttyUSB0" });
    writeFileSync(file, "{");
    assert.equal(recall(file), undefined);
  });
  it("says what to do when there is none", async () => {
    await assert.rejects(choosePort("auto", { list: async () => [] }), /cable that carries data/);
  });

  for (const [text, kind] of [
    ["Error: No such file or directory, cannot open /dev/ttyUSB0", "no-port"],
    ["Error: Permission denied, cannot open /dev/ttyUSB0", "permission"],
    ["Error Resource temporarily unavailable Cannot lock port", "busy"],
  ] as const) {
    it(`tells apart: ${kind}`, () => assert.equal(openProblem("/dev/ttyUSB0", new Error(text)).kind, kind));
  }

  for (const [heard, kind] of [
    ["", "silent"],
    ["waiting for download\r\n", "boot-loader"],
    ["rst:0xc\r\nboot\r\nrst:0xc\r\nboot\r\nrst:0xc\r\n", "crash-loop"],
    ["MicroPython v1.20\r\n>>> ", "no-firmware"],
    [
      "\xe0\x9c\xfe\x8e\xe0\x9c\xfe\x8e\xe0\x9c\xfe\x8e\xe0\x9c\xfe\x8e\xe0\x9c\xfe\x8e\xe0\x9c\xfe\x8e",
      "wrong-baud",
    ],
  ] as const) {
    it(`tells apart what is heard: ${kind}`, () => assert.equal(diagnose(heard).kind, kind));
  }
});
