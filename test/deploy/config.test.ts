// The configuration: its messages, and that the editors' schema says what the program does. And the ports' messages.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { Mistake } from "../../packages/command/mistake.ts";
import { credentials, DEFAULTS, loadConfig, validate } from "../../packages/deploy/config.ts";
import { diagnose } from "../../packages/deploy/diagnose.ts";
import { deployFiles, firmwareImages } from "../../packages/deploy/files.ts";
import { checkImages } from "../../packages/deploy/firmware.ts";
import { configurationOf, type Flags, withFlashOptions } from "../../packages/deploy/flags.ts";
import { recall, remember } from "../../packages/deploy/known.ts";
import { choosePort, openProblem } from "../../packages/deploy/port.ts";
import { flashSchema } from "../../packages/deploy/schema.ts";
import { ROOT } from "../../packages/image/build.ts";

/** A verb of our command line as a person runs it. */
function command(
  verb: string,
  ...parameters: string[]
): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", "tsx", join(ROOT, "scripts/nodemcu.ts"), verb, ...parameters],
      { cwd: ROOT },
      (error, stdout, stderr) => resolve({ stdout, stderr, code: Number(error?.code ?? 0) }),
    );
  });
}

const schema = JSON.parse(readFileSync(join(ROOT, "flash.schema.json"), "utf8"));

describe("flash.config.json", () => {
  it("has the keys, defaults and choices that its schema tells", () => {
    const { $schema: _, ...properties } = schema.properties;
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(DEFAULTS).sort());
    for (const [key, property] of Object.entries<{ default?: unknown; enum?: string[] }>(properties)) {
      if (property.default !== undefined)
        assert.deepEqual(property.default, DEFAULTS[key as keyof typeof DEFAULTS], key);
      for (const choice of property.enum ?? []) validate({ [key]: choice }, "x");
      if (property.enum) assert.throws(() => validate({ [key]: "nonsense" }, "x"));
    }
  });

  it("has a schema file that is not out of date", () =>
    assert.equal(
      readFileSync(join(ROOT, "flash.schema.json"), "utf8"),
      flashSchema(),
      "flash.schema.json is not what packages/deploy/config.ts declares: npm run measure -- schema writes it anew",
    ));

  it("is valid as it stands in the repository", () => {
    assert.equal(loadConfig(join(ROOT, "flash.config.json"), {}).app, join(ROOT, "examples/dashboard"));
  });

  for (const [values, says] of [
    [{ baud: "fast" }, /x: "baud" is "fast"; it must be a baud rate from 300 to 4000000/],
    [
      { httpserver: "zip" },
      /"httpserver" is "zip"; it must be one of "auto", "source", "compiled", "bytecode", "none"/,
    ],
    [{ Port: "COM3" }, /no key "Port"; did you mean "port"/],
    [{ firmware: { here: "a.bin" } }, /"firmware" is .* offsets as keys/],
    [{ files: ["a"] }, /"files" is \["a"\]; it must be an object of paths/],
    [{ files: { "a.html": 5 } }, /"files" is \{"a.html":5\}; it must be an object of paths/],
    [{ baud: 1.5, chip: "z80" }, /"baud" is 1\.5; it must be a baud rate from 300 to 4000000$/],
    [{ wifi: null }, /"wifi" is null; it must be a text that is not empty/],
  ] as const) {
    it(`refuses ${JSON.stringify(values)}`, () => assert.throws(() => validate(values, "x"), says));
  }

  for (const [flags, says] of [
    [["--baud", "x"], /^--baud is "x"; it must be a baud rate from 300 to 4000000$/],
    [["--baud", ""], /--baud is ""/],
    [["--baud", "1e5"], /--baud is "1e5"/],
    [["--baud", "12"], /--baud is 12; it must be a baud rate/],
    [["--transfer-baud", "fast"], /--transfer-baud is "fast"; it must be .* or 0 to stay/],
    [["--port", ""], /--port is ""; it must be a text that is not empty/],
    [["--files", "x"], /--files takes <name on the board>=<path here>.* not "x"/],
    [["--files", "=x"], /--files takes/],
    [["--files", "a=x", "--files", "a=y"], /--files names a twice: x and y/],
    [["--firmware", "zero=x.bin"], /--firmware takes <image> or <offset>=<image>.* not "zero=x.bin"/],
    [["--firmware", "a.bin", "b.bin"], /two images for offset 0x0, a\.bin and b\.bin/],
    [["--firmware", "no.bin"], /--firmware: there is no file no\.bin/],
    [["--firmware", "package.json"], /package\.json is no firmware image/],
    [["--firmware", "x.bin", "--dry-run"], /--dry-run has no meaning with it/],
    [["--firmware", "x.bin", "--no-init"], /--no-init has no meaning with it/],
    [["--watch", "--monitor"], /--watch and --monitor both need the port/],
    [["--compile", "--app-form", "source"], /--compile compiles the app .* --app-form says "source"/],
    [["--compile", "--code", "lfs"], /--compile compiles app and module .* --code says "lfs"/],
    [
      ["--code", "lfs", "--httpserver", "none", "--app-form", "source"],
      /"code" is "lfs", but "appForm" and "httpserver" say that everything goes as files/,
    ],
    [["--no-init", "--wifi", "a.json"], /--wifi goes into boot\.lua/],
    [["--wifi", "no.json"], /"wifi": there is no file no\.json/],
    [["--config", "src"], /the configuration: src is a folder/],
    [["--app", "nowhere"], /there is no app folder nowhere/],
  ] as const)
    it(`npm run flash -- ${flags.map((flag) => flag || '""').join(" ")}: a mistake, in one line`, async () => {
      const work = async () => {
        const read = withFlashOptions(new Command()).parse(flags, { from: "user" }).opts<Flags>();
        const config = configurationOf(read);
        if (read.firmware) firmwareImages(config);
        else await deployFiles(config, read.init);
      };
      await assert.rejects(work, (error: Error) => {
        assert.ok(error instanceof Mistake, String(error));
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    });

  for (const [script, flags, says] of [
    ["flash", ["--baud", "x"], /^error: --baud is "x"; it must be a baud rate from 300 to 4000000\n$/],
    ["monitor", ["--baud", "x"], /^error: --baud is "x"/],
    ["monitor", ["--log", "/no/log"], /^error: --log \/no\/log: cannot be written/],
  ] as const)
    it(`npm run ${script} -- ${flags.join(" ")} ends with code 1`, async () => {
      const { stderr, code } = await command(script, "--port", "/no/port", ...flags);
      assert.match(stderr, says);
      assert.equal(code, 1);
    });

  it("tells a mistake as an object with --json", async () => {
    const { stdout, code } = await command("flash", "--json", "--baud", "x");
    const text = '--baud is "x"; it must be a baud rate from 300 to 4000000';
    assert.deepEqual(JSON.parse(stdout), { event: "error", kind: "mistake", text });
    assert.equal(code, 1);
  });

  for (const [says, values] of [
    [/"ssid" has 33 bytes; the name of a network has 1 to 32/, { ssid: "x".repeat(33) }],
    [/"ssid" has 0 bytes/, { ssid: "" }],
    [
      /"password" has 7 bytes; the password of a network has 8 to 64, or none/,
      { ssid: "a", password: "short!!" },
    ],
    [/must be \{"ssid"/, { ssid: 5 }],
    [/must be \{"ssid"/, { ssid: "a", password: 12345678 }],
    [/must be \{"ssid"/, null],
  ] as const)
    it(`refuses a network that no chip takes: ${JSON.stringify(values)}`, () => {
      const wifi = join(mkdtempSync(join(tmpdir(), "wifi-")), "wifi.json");
      writeFileSync(wifi, JSON.stringify(values));
      assert.throws(() => credentials({ ...DEFAULTS, wifi }), says);
    });

  it("refuses images that cannot be written", () => {
    const image = (address: number, size: number, first = 0xe9) => {
      const data = Buffer.alloc(size);
      data[0] = first;
      return { address, data, path: `at-${address}.bin` };
    };
    checkImages([image(0, 4096), image(4096, 10, 1)]);
    for (const [images, says] of [
      [[image(0, 0)], /at-0\.bin is empty/],
      [[image(100, 10)], /its offset 0x64 is no multiple of 0x1000/],
      [[image(0, 4097), image(4096, 10)], /at-0\.bin \(4097 bytes at 0x0\) and at-4096\.bin .* overlap/],
      [[image(0xfff000, 5000)], /go beyond 0x1000000/],
      [[image(0, 100, 0x7f)], /is no firmware image/],
    ] as const)
      assert.throws(() => checkImages(images), says);
  });

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
