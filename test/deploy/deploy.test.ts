// Deploying over a simulated line on the virtual clock: what is sent, and what is left on the board when things go wrong.
// In no case does the tool report success falsely, and the previous version still boots.
import assert from "node:assert/strict";
import { Problem, type ProblemKind } from "../../packages/deploy/diagnose.ts";
import { DeployRig, inFiles } from "./rig.ts";

const OLD = 'print("old version")';
const NEW = 'print("new version")';
/** Every byte value, in no short cycle. */
const BINARY = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

async function _failure(work: Promise<unknown>, kind: ProblemKind, says: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, says);
    return true;
  });
}

/** A board with the old version on it. */
async function installed(options: ConstructorParameters<typeof DeployRig>[0] = {}): Promise<DeployRig> {
  const rig = new DeployRig({ latency: 1, ...options });
  await rig.deploy(DeployRig.app(OLD));
  return rig;
}

/** The names of Lua's globals, which a deployment leaves as they were. */
function globals(rig: DeployRig): unknown {
  return rig.board.firmware.vm.run(
    'local k = {} for n in pairs(_G) do k[#k + 1] = tostring(n) end table.sort(k) return table.concat(k, " ")',
  )[0];
}

describe("deploy", () => {
  for (const [firmware, options, path] of [
    ["ESP8266", { chip: "esp8266" }, "raw"],
    ["ESP8266 with crypto: SHA-1", { chip: "esp8266", crypto: true }, "raw"],
    ["ESP32", { chip: "esp32" }, "raw"],
    ["ESP32 with crypto: SHA-1", { chip: "esp32", crypto: true }, "raw"],
    [
      "ESP32 of 2024 with the module console, where lines end with LF",
      { chip: "esp32", consoleModule: true },
      "raw",
    ],
    ["ESP8266 without raw input, with encoder: base64", { chip: "esp8266", encoder: true }, "base64"],
    ["ESP8266 without raw input and encoder: hex", { chip: "esp8266" }, "hex"],
    ["ESP32 without raw input, with encoder: base64", { chip: "esp32", encoder: true }, "base64"],
    ["ESP32 without raw input and encoder: hex", { chip: "esp32" }, "hex"],
  ] as const) {
    describe(firmware, () => {
      function start(): DeployRig {
        const rig = new DeployRig({ latency: 1, ...options });
        if (path !== "raw") {
          // boot.lua needs uart.on; the tool must not find it
          rig.board.files.write("init.lua", "uart.on = nil");
          rig.board.restart("power on");
          rig.clock.advance(500);
        }
        return rig;
      }

      it("brings every byte to the board", async () => {
        const rig = start();
        const done = await rig.deploy({ "data.bin": BINARY, "empty.txt": "" });
        assert.equal(done.path, path);
        assert.equal(
          done.capabilities.summing,
          "crypto" in options ? (options.chip === "esp32" ? "new_hash" : "fhash") : "adler32",
        );
        assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
        assert.equal(rig.board.files.read("empty.txt")?.length, 0);
        assert.deepEqual(
          rig.board.files.names().filter((name) => name.startsWith("~")),
          [],
        );
        assert.deepEqual(globals(rig), globals(start()), "nothing of the tool is left in Lua");
      });

      it("sends nothing the second time, and after a change only what has changed", async () => {
        const rig = start();
        const files = { "data.bin": BINARY, "a.lua": OLD };
        await rig.deploy(files);
        const before = rig.line.sent.toBoard;
        assert.deepEqual((await rig.deploy(files)).plan.send, []);
        assert.ok(
          rig.line.sent.toBoard - before < 1800,
          `one round of questions: ${rig.line.sent.toBoard - before}`,
        );
        const { plan } = await rig.deploy({ ...files, "a.lua": NEW });
        assert.deepEqual(
          plan.send.map(({ name }) => name),
          ["a.lua"],
        );
        assert.equal(rig.board.files.read("a.lua")?.toString(), NEW);
      });

      if (path === "raw")
        it("starts the app, and a key stops it", async () => {
          const rig = new DeployRig({ latency: 1, ...options });
          await rig.deploy(DeployRig.app(NEW));
          assert.match(rig.boot(), /new version/);
          rig.board.restart("power on");
          rig.clock.advance(1000);
          rig.line.toBoard(Buffer.from("x"));
          rig.clock.advance(5000);
          const printed = rig.board.takeConsole();
          assert.match(printed, /stopped by a key/);
          assert.doesNotMatch(printed, /new version/);
        });
    });
  }

  for (const chip of ["esp8266", "esp32"] as const)
    it(`sends names of every byte but NUL, and knows them the next time (${chip})`, async () => {
      const bytes = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1)).join("");
      // a name cannot begin with "/", and those that begin with "~" are taken
      const names = (bytes.match(/.{1,29}/gs) ?? []).map((piece) => `_${piece}_`);
      const files = Object.fromEntries(
        [...names, 'a"b.lua', "a\\b", "%41", "deep/er/file.txt", "größer.html"].map((name) => [
          name,
          `content of ${name}`,
        ]),
      );
      const rig = await installed({ chip });
      await rig.deploy(files);
      for (const [name, content] of Object.entries(files))
        assert.equal(rig.board.files.read(name)?.toString("latin1"), content, JSON.stringify(name));
      const { plan } = await rig.deploy(files);
      assert.deepEqual(plan.send, []);
      assert.deepEqual(plan.same.sort(), Object.keys(files).sort());
      // and what is not part of the app goes, whatever it is called
      await rig.deploy(DeployRig.app(OLD), { clean: true });
      assert.deepEqual(
        rig.board.files.names().filter((name) => name in files),
        [],
      );
    });

  it("removes a .lc that would hide the new .lua, and the reverse", async () => {
    const rig = await installed();
    rig.board.files.write("app.lc", "stale");
    assert.deepEqual((await rig.deploy(DeployRig.app(OLD))).plan.remove, ["app.lc"]);
    assert.equal(rig.board.files.read("app.lc"), undefined);
  });

  it("removes files that are not ours only when told", async () => {
    const rig = await installed();
    rig.board.files.write("notes.txt", "mine");
    assert.deepEqual((await rig.deploy(DeployRig.app(OLD))).plan.stale, ["notes.txt"]);
    assert.ok(rig.board.files.read("notes.txt"));
    await rig.deploy(DeployRig.app(OLD), { clean: true });
    assert.equal(rig.board.files.read("notes.txt"), undefined);
  });

  it("says what it would do with dryRun, and does nothing", async () => {
    const rig = await installed();
    const before = rig.contents();
    const { plan } = await rig.deploy(DeployRig.app(NEW), { dryRun: true });
    assert.equal(plan.send.length, 1);
    assert.deepEqual(rig.contents(), before);
    const fresh = new DeployRig();
    fresh.clock.advance(500);
    assert.deepEqual(globals(rig), globals(fresh), "nothing of the tool is left in Lua");
  });

  it("compiles on the board what is to be compiled, and knows it the next time", async () => {
    const rig = await installed();
    const files = inFiles([{ name: "module.lua", content: Buffer.from("return 42"), compiled: true }]);
    await rig.deployFiles(files);
    assert.equal(rig.board.files.read("module.lua"), undefined);
    assert.equal(rig.board.firmware.vm.run('return require("module")')[0], 42);
    assert.deepEqual((await rig.deployFiles(files)).plan.send, []);
  });

  it("writes over an init.lua that is not ours in one go", async () => {
    const rig = new DeployRig();
    rig.board.files.write("init.lua", `print("somebody else's")${" ".repeat(300)}`);
    rig.board.restart("power on");
    await rig.deploy(DeployRig.app(NEW));
    assert.match(rig.boot(), /new version/);
    assert.deepEqual((await rig.deploy(DeployRig.app(NEW))).plan.send, []);
  });

  it("raises the baud rate for the transfer and goes back", async () => {
    const rig = await installed();
    const { bytes, milliseconds } = await rig.deploy(
      { ...DeployRig.app(NEW), "data.bin": BINARY },
      { transferBaud: 460800 },
    );
    assert.ok((bytes / milliseconds) * 1000 > 11520, `${bytes} bytes in ${milliseconds} ms`);
    assert.equal(rig.board.uart.baud, 115200);
    assert.match(rig.boot(), /new version/);
  });

  it("works while the app prints all the time", async () => {
    const rig = new DeployRig({ latency: 1 });
    const chatty = 'tmr.create():alarm(50, 1, function() print("tick. OK! T=20.5 X > >> K") end)';
    await rig.deploy(DeployRig.app(chatty));
    await rig.deploy({ ...DeployRig.app(chatty), "data.bin": BINARY });
    assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
  });
});
