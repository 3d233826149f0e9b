// Deploying over a simulated line on the virtual clock: what is sent, and what is left on the board when things go wrong.
// In no case does the tool report success falsely, and the previous version still boots.
import assert from "node:assert/strict";
import { BoardConsole } from "../../scripts/deploy/console.ts";
import { Problem, type ProblemKind } from "../../scripts/deploy/diagnose.ts";
import { cutPowerAfter, stallWrites } from "../../simulator/serial/faults.ts";
import { DeployRig } from "./rig.ts";

const OLD = 'print("old version")';
const NEW = 'print("new version")';
/** Every byte value, in no short cycle. */
const BINARY = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

async function failure(work: Promise<unknown>, kind: ProblemKind, says: RegExp): Promise<void> {
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

describe("deploy", () => {
  for (const chip of ["esp8266", "esp32"] as const) {
    describe(chip, () => {
      it("brings every byte to the board and starts the app", async () => {
        const rig = new DeployRig({ chip, latency: 1 });
        const done = await rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY, "empty.txt": "" });
        assert.equal(done.path, "raw");
        assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
        assert.equal(rig.board.files.read("empty.txt")?.length, 0);
        assert.match(rig.boot(), /new version/);
        assert.deepEqual(
          rig.board.files.names().filter((name) => name.startsWith("~") && name !== "~b"),
          [],
        );
      });

      it("sends nothing the second time, and after a change only what has changed", async () => {
        const rig = await installed({ chip });
        const before = rig.line.sent.toBoard;
        assert.deepEqual((await rig.deploy(DeployRig.app(OLD))).plan.send, []);
        assert.ok(rig.line.sent.toBoard - before < 1500, "one round of questions");
        const { plan } = await rig.deploy(DeployRig.app(NEW));
        assert.deepEqual(
          plan.send.map(({ name }) => name),
          ["app.lua"],
        );
        assert.match(rig.boot(), /new version/);
      });
    });
  }

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
  });

  it("compiles on the board what is to be compiled, and knows it the next time", async () => {
    const rig = await installed();
    const files = [{ name: "module.lua", content: Buffer.from("return 42"), compiled: true }];
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
    const chatty = 'tmr.create():alarm(50, 1, function() print("tick") end)';
    await rig.deploy(DeployRig.app(chatty));
    await rig.deploy({ ...DeployRig.app(chatty), "data.bin": BINARY });
    assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
  });

  describe("faults", () => {
    for (const [how, cable] of [
      ["a reset after any single change of a file", false],
      ["a power cut after any single change of a file, the computer's end included", true],
    ] as const) {
      it(`${how} leaves the old or the new version, whole`, async () => {
        const outcomes = new Set<string>();
        for (let count = 1; ; count++) {
          const rig = await installed();
          const changes = cutPowerAfter(rig.board, count, () => {
            if (!cable) return;
            rig.line.unplug();
            rig.link.lost(new Error("disconnected"));
          });
          const result = await rig.deploy(DeployRig.app(NEW, { "page.html": "<p>new" })).then(
            () => "done",
            (error) => {
              if (!(error instanceof Problem)) throw error;
              return "failed";
            },
          );
          if (changes() < count) {
            assert.equal(result, "done");
            break;
          }
          rig.clock.advance(61_000);
          const printed = rig.boot();
          rig.clock.advance(61_000);
          const version = /new version/.test(printed) ? "new" : /old version/.test(printed) ? "old" : "none";
          outcomes.add(version);
          assert.notEqual(version, "none", `after change ${count}: ${printed}`);
          const page = rig.board.files.read("page.html")?.toString();
          assert.equal(page, version === "new" ? "<p>new" : undefined, `after change ${count}`);
          if (result === "done") assert.equal(version, "new", `falsely done after change ${count}`);
          // and the next attempt succeeds
          if (cable) rig.replug();
          await rig.deploy(DeployRig.app(NEW, { "page.html": "<p>new" }));
          rig.clock.advance(61_000);
          assert.match(rig.boot(), /new version/);
        }
        // a deployment whose port stays goes on after a reset
        assert.deepEqual([...outcomes].sort(), cable ? ["new", "old"] : ["new"]);
      }).timeout(60000);
    }

    it("refuses with the sizes when both versions do not fit; inPlace overrides", async () => {
      const rig = await installed({ flash: 12000 });
      await rig.deploy({ ...DeployRig.app(OLD), "data.bin": BINARY });
      const changed = Buffer.from(BINARY).reverse();
      await failure(
        rig.deploy({ ...DeployRig.app(OLD), "data.bin": changed }),
        "no-space",
        /take \d+ bytes of flash .* \d+ are free; --in-place/,
      );
      assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
      await rig.deploy({ ...DeployRig.app(OLD), "data.bin": changed }, { inPlace: true });
      assert.deepEqual(rig.board.files.read("data.bin"), changed);
    });

    it("a disk that is full although it said otherwise", async () => {
      const rig = await installed();
      let writes = 0;
      rig.board.files.onChange = (operation) => operation !== "write" || ++writes < 10;
      await failure(
        rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY }),
        "disk-full",
        /flash is full: data\.bin .* previous version/,
      );
      rig.board.files.onChange = undefined;
      assert.match(rig.boot(), /old version/);
      assert.deepEqual(
        rig.board.files.names().filter((name) => /^~\d/.test(name)),
        [],
      );
    });

    it("a name with a quote, and one that is too long", async () => {
      const rig = await installed();
      await failure(rig.deploy({ 'a"b.lua': "x" }), "name", /cannot contain/);
      await failure(rig.deploy({ ["x".repeat(32)]: "x" }), "name", /32 characters; flash allows 1 to 31/);
    });

    it("Lua that does not compile on the board", async () => {
      const rig = await installed();
      await failure(
        rig.deployFiles([{ name: "app.lua", content: Buffer.from("local x = = 3"), compiled: true }]),
        "lua",
        /cannot compile app\.lua: .*unexpected symbol near '='.*previous version/,
      );
      assert.match(rig.boot(), /old version/);
    });

    it("a module that the board's heap cannot parse", async () => {
      const rig = await installed({ heap: 20000 });
      const content = Buffer.from(
        `local t = {}\n${"t[#t + 1] = function(a) return a .. 1 end\n".repeat(400)}`,
      );
      await failure(
        rig.deployFiles([{ name: "big.lua", content, compiled: true }]),
        "heap",
        /cannot compile big\.lua \(\d+ bytes\): \d+ bytes of heap are not enough memory/,
      );
      assert.match(rig.boot(), /old version/);
    });

    it("an app that crashes at once is not started after three times; the prompt stays", async () => {
      const rig = new DeployRig();
      const crash = 'tmr.create():alarm(500, 0, function() error("crash") end)';
      await rig.deploy(DeployRig.app(crash)).catch(() => {});
      rig.clock.advance(60_000);
      const printed = rig.board.takeConsole();
      assert.match(printed, /the app is not started: its last 3 starts did not last 60 s; reason/);
      const { restarts } = rig.board;
      rig.clock.advance(60_000);
      assert.equal(rig.board.restarts, restarts, "no more restarts");
      await rig.deploy(DeployRig.app(NEW));
      assert.match(rig.boot(), /new version/);
    });

    it("an app with an error in it is told, with its line", async () => {
      const rig = new DeployRig();
      await failure(
        rig.deploy(DeployRig.app("local x\nx.y = 1")),
        "app",
        /new files are in place, but the app does not start:[\s\S]*app\.lua:2: attempt to index/,
      );
    });

    it("the cable is pulled in the middle and plugged in again", async () => {
      const rig = await installed();
      rig.clock.after(600, () => {
        rig.line.unplug();
        rig.link.lost(new Error("disconnected"));
      });
      await failure(
        rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY }),
        "link-lost",
        /is gone: disconnected.*previous version/,
      );
      assert.match(rig.boot(), /old version/);
      rig.replug();
      await rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY });
      assert.match(rig.boot(), /new version/);
    });

    it("the cable is pulled, and the board has its prompt back without a reset", async () => {
      const rig = await installed();
      rig.clock.after(600, () => {
        rig.line.unplug();
        rig.link.lost(new Error("disconnected"));
      });
      await rig.deploy({ "data.bin": BINARY }).catch(() => {});
      rig.clock.advance(6000);
      rig.replug();
      rig.board.restarts = 0;
      await rig.finish(new BoardConsole(rig.link, rig.clock).prompt(1000));
      assert.equal(rig.board.restarts, 0);
    });

    it("one byte in a hundred is lost", async () => {
      const rig = await installed();
      rig.line.dropRate = 0.01;
      await assert.rejects(rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY }), Problem);
      rig.line.dropRate = 0;
      rig.clock.advance(6000);
      assert.match(rig.boot(), /old version/);
    });

    it("one byte in twenty thousand is lost: sent again", async () => {
      const rig = await installed();
      rig.line.dropRate = 1 / 20000;
      await rig.deploy({ ...DeployRig.app(NEW), "data.bin": Buffer.concat([BINARY, BINARY, BINARY]) });
      assert.match(rig.boot(), /new version/);
    });

    it("every write takes 300 ms", async () => {
      const rig = await installed();
      stallWrites(rig.board, 300);
      await rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY });
      assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
      assert.equal(rig.board.uart.overruns, 0);
    });

    it("the console is set to another rate: found", async () => {
      const rig = await installed();
      rig.board.uart.baud = 9600;
      await rig.deploy(DeployRig.app(OLD));
    });

    it("the board has a rate that nobody uses", async () => {
      const rig = await installed();
      rig.board.uart.baud = 31250;
      await failure(rig.deploy(DeployRig.app(NEW)), "wrong-baud", /--baud/);
    });

    it("Ctrl-C in the middle", async () => {
      const rig = await installed();
      rig.clock.after(600, () => rig.console.interrupt());
      await failure(
        rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY }),
        "interrupted",
        /^interrupted; the board keeps its previous version$/,
      );
      assert.deepEqual(
        rig.board.files.names().filter((name) => name.startsWith("~") && name !== "~b"),
        [],
      );
      await rig.finish(rig.console.prompt(1000));
      assert.match(rig.boot(), /old version/);
    });

    it("nothing answers", async () => {
      const rig = new DeployRig();
      rig.board.uart.off = true;
      rig.clock.advance(1000);
      rig.board.uart.off = true;
      await failure(rig.deploy(DeployRig.app(NEW)), "silent", /reset button/);
    });

    it("somebody left a chunk incomplete", async () => {
      const rig = await installed();
      for (const text of ['print("x" ..\r\n', "--[[ what\r\n", "undefined\r\n"]) {
        rig.line.toBoard(Buffer.from(text));
        rig.clock.advance(100);
        await rig.deploy(DeployRig.app(OLD));
      }
    });
  });
});
