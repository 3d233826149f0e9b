// The way back from code in the Lua flash store: an image that does not last makes way for the one before, and power that is lost
// at any moment leaves a board that boots, has its prompt, and can be flashed again.
import assert from "node:assert/strict";
import { chooseStore, type StorePiece } from "../../packages/deploy/choice.ts";
import type { Deployment } from "../../packages/deploy/files.ts";
import { bytecode } from "../../packages/image/code.ts";
import { bootLua, initLua } from "../../packages/image/init.ts";
import type { LuaVersion } from "../../packages/lua-vm/vm/dialect.ts";
import { cutPowerAfter } from "../../packages/simulator/serial/faults.ts";
import { LASTING_SECONDS, MOST_BOOTS } from "../../src/agent/words.ts";
import { describeLua53, isEveryPlatform } from "../extent.ts";
import { DeployRig, outcome } from "./rig.ts";

const STORE = 64 * 1024;
/** Longer than a board takes to load an image, to restart, and to start its app [ms]. */
const RESTART = 20_000;

const says = (version: string) => `print("${version} version")`;
/** An app that restarts the board in its first minute. */
const RESTLESS = `${says("restless")} tmr.create():alarm(1000, 0, node.restart)`;

/** boot.lua as a board with this Lua gets it. */
function boot(lua: LuaVersion): Buffer {
  const source = Buffer.from(bootLua({ app: { name: "app" }, store: { app: true, lua }, title: "a test" }));
  return lua === "5.1" ? bytecode(source) : source;
}

/** A deployment of an app with its code in the store, and one file beside it. */
function inStore(source: string, now: number): Deployment {
  const piece: StorePiece = { name: "app", lua: Buffer.from(source), check: () => {} };
  return {
    needs: [],
    mayStore: true,
    choose: (can, store) => ({
      files: [
        { name: "page.html", content: Buffer.from(source) },
        { name: "boot.lua", content: boot(can.lua === "Lua 5.3" ? "5.3" : "5.1") },
        { name: "init.lua", content: Buffer.from(initLua()) },
      ],
      removes: ["app.lc", "app.lua"],
      ...chooseStore([piece], { code: "lfs", can, store, has53: true, now }),
    }),
  };
}

const OLD = inStore(says("old"), 1000);
const NEW = inStore(says("new"), 2000);

const first = new Map<LuaVersion, { files: Record<string, string>; store: Buffer }>();

/** A board with the old version on it; deployed once, and copied after that. */
async function installed(lua: LuaVersion = "5.1"): Promise<DeployRig> {
  const rig = new DeployRig({ latency: 1, store: STORE, lua, ...(lua === "5.3" ? { chip: "esp32" } : {}) });
  const known = first.get(lua);
  if (!known) {
    await rig.deployFiles(OLD);
    first.set(lua, { files: rig.contents(), store: Buffer.from(rig.board.lfs!.bytes) });
    return rig;
  }
  for (const [name, content] of Object.entries(known.files)) rig.board.files.write(name, content);
  known.store.copy(rig.board.lfs!.bytes);
  rig.board.files.remove("~b");
  rig.board.restart("power on");
  rig.clock.advance(3000);
  return rig;
}

/** Waits, and gives what the board has printed since. */
function printed(rig: DeployRig, ms: number): string {
  rig.board.takeConsole();
  rig.clock.advance(ms);
  return rig.board.takeConsole();
}

function boots(rig: DeployRig): string {
  rig.board.restart("power on");
  return printed(rig, RESTART);
}

/** Which version a board runs, once it has done what it has to do. */
function version(rig: DeployRig): string {
  return /(\w+) version/.exec(boots(rig))?.[1] ?? "none";
}

describe("an image that does not last", () => {
  it(`makes way for the one before after ${MOST_BOOTS} starts, and the board says so`, async () => {
    const rig = await installed();
    rig.clock.advance(LASTING_SECONDS * 1000);
    await rig.deployFiles(inStore(RESTLESS, 2000));
    const text = printed(rig, 40_000);
    assert.match(text, /the new code did not last 60 s in 3 starts: going back to the code that ran before/);
    assert.match(text, /loading the image of the code[\s\S]*LFS region updated[\s\S]*old version/);
    assert.equal(
      text.match(/restless version/g)?.length,
      MOST_BOOTS - 1,
      "the first start was the deployment's",
    );
    assert.equal(version(rig), "old");
    assert.deepEqual(rig.board.files.names().sort(), ["boot.lua", "init.lua", "page.html", "~b", "~g"]);
    // the same code again is sent again
    const again = await rig.deployFiles(NEW);
    assert.equal(again.plan.send[0]?.name, "~i");
    assert.equal(version(rig), "new");
  });

  it("has nothing to make way for if it is the first: the prompt stays, with the reason", async () => {
    const rig = new DeployRig({ latency: 1, store: STORE });
    await rig.deployFiles(inStore(RESTLESS, 2000));
    const text = printed(rig, 40_000);
    assert.match(text, /the app is not started: its last 3 starts did not last 60 s/);
    await rig.deployFiles(NEW);
    assert.equal(version(rig), "new");
  });

  it("does not, once it has lasted a minute", async () => {
    const rig = await installed();
    rig.clock.advance(LASTING_SECONDS * 1000);
    await rig.deployFiles(NEW);
    rig.clock.advance(LASTING_SECONDS * 1000);
    assert.deepEqual(rig.board.files.names().sort(), ["boot.lua", "init.lua", "page.html", "~g"]);
    for (let start = 0; start < MOST_BOOTS; start++) {
      rig.board.restart("power on");
      rig.clock.advance(3000);
    }
    assert.match(boots(rig), /the app is not started/);
  });
});

describe("what boot.lua finds in the store", () => {
  for (const [what, damage] of [
    ["nothing: it was erased", (bytes: Buffer) => bytes.fill(0xff)],
    ["half of an image", (bytes: Buffer) => bytes.fill(0xff, bytes.length >> 1).writeUInt32LE(0xfafaa15c, 0)],
    ["an image that was begun", (bytes: Buffer) => bytes.fill(0xff, 4096).writeUInt32LE(0xfafaa15c, 0)],
    ["zeros", (bytes: Buffer) => bytes.fill(0)],
  ] as const)
    it(`${what}: it loads the image from its file`, async () => {
      const rig = await installed();
      damage(rig.board.lfs!.bytes);
      assert.match(boots(rig), /loading the image of the code[\s\S]*old version/);
    });

  it("no store at all, because the firmware was changed: it says so, and the prompt is there", async () => {
    const rig = await installed();
    rig.board.files.write("init.lua", `node.LFS = nil ${initLua()}`);
    const text = boots(rig);
    assert.match(text, /the image of the code is not loaded: the firmware has no LFS/);
    assert.match(text, /there is no app in the Lua flash store/);
    await assert.rejects(rig.deployFiles(NEW), /"code" is "lfs", but its firmware has no node\.LFS/);
  });

  it("an image that does not come to be there: it stops trying after three attempts", async () => {
    const rig = await installed();
    // its file tells another time than the image in it
    const file = Buffer.from(rig.board.files.read("~i")!);
    file.writeUInt32LE(77, 4);
    rig.board.files.write("~i", file);
    const text = printed(rig, 1) + boots(rig) + printed(rig, 40_000);
    assert.equal(text.match(/loading the image of the code/g)?.length, 3);
    assert.match(text, /is not loaded: it was tried 3 times[\s\S]*old version/);
  });

  it("a new image that is damaged in flash: it goes back to the one before", async () => {
    const rig = await installed();
    rig.clock.advance(LASTING_SECONDS * 1000);
    rig.board.files.write("~i", Buffer.alloc(500, 7));
    assert.match(
      boots(rig),
      /not loaded: read error on LFS image file\ngoing back to the code that ran before[\s\S]*old version/,
    );
    assert.equal(rig.board.files.read("~i"), undefined);
  });
});

function powerCuts(lua: LuaVersion): void {
  /** Every moment in CI; otherwise one of three. */
  const STEP = isEveryPlatform ? 1 : 3;

  it("after any single change of a file or of the store: the old or the new version boots, whole, and the next try succeeds", async () => {
    const outcomes = new Set<string>();
    for (let count = 1; ; count += STEP) {
      const rig = await installed(lua);
      rig.clock.advance(LASTING_SECONDS * 1000);
      const changes = cutPowerAfter(rig.board, count, () => rig.unplug());
      const problem = await outcome(rig.deployFiles(NEW));
      if (changes() < count) {
        assert.equal(problem, undefined);
        break;
      }
      rig.clock.advance(RESTART);
      const booted = version(rig);
      outcomes.add(booted);
      const page = rig.board.files.read("page.html")?.toString();
      assert.equal(page, says(booted), `after change ${count}: code and files are of one version`);
      if (problem === undefined) assert.equal(booted, "new", `falsely done after change ${count}`);
      // or starts of this test would count as starts that did not last
      rig.clock.advance(LASTING_SECONDS * 1000);
      rig.replug();
      await rig.deployFiles(NEW);
      assert.equal(version(rig), "new", `the next try after change ${count}`);
    }
    assert.deepEqual([...outcomes].sort(), ["new", "old"]);
  }).timeout(60000);

  it("after any single change while boot.lua goes back: the version before boots in the end", async () => {
    let cuts = 0;
    for (let count = 1; ; count += STEP) {
      const rig = await installed(lua);
      rig.clock.advance(LASTING_SECONDS * 1000);
      await rig.deployFiles(inStore(RESTLESS, 2000));
      let isCut = false;
      let changes = () => 0;
      // from the last start that does not last on
      for (let wait = 0; wait < 60 && !rig.board.takeConsole().includes("going back"); wait++) {
        if (rig.board.files.read("~b")?.toString() === "3" && !isCut) {
          changes = cutPowerAfter(rig.board, count);
          isCut = true;
        }
        rig.clock.advance(500);
      }
      assert.ok(isCut);
      rig.clock.advance(60_000);
      assert.equal(version(rig), "old", `after change ${count}`);
      if (changes() < count) break;
      cuts++;
    }
    // two files are removed, the attempt is counted, pages are erased and written, and the mark is taken away
    assert.ok(cuts >= 7 / STEP, `${cuts}`);
  }).timeout(60000);
}

describe("power that is lost while code goes into the store", () => powerCuts("5.1"));
describeLua53("power that is lost while code goes into the store of Lua 5.3", () => powerCuts("5.3"));
