// npm run flash to boards with a Lua flash store: what goes there, what is sent the next time, and what a person is told where
// there is none or it has no room.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DEFAULTS, type FlashConfig } from "../../packages/deploy/config.ts";
import { Problem, type ProblemKind } from "../../packages/deploy/diagnose.ts";
import { type Deployment, deployFiles } from "../../packages/deploy/files.ts";
import type { Image } from "../../packages/deploy/store.ts";
import { ROOT } from "../../packages/image/build.ts";
import { bootLua } from "../../packages/image/init.ts";
import { loadingPeak } from "../../packages/simulator/heap-left.ts";
import { LASTING_SECONDS } from "../../src/agent/words.ts";
import { describeLua53 } from "../extent.ts";
import { DeployRig, type DeployRigOptions } from "./rig.ts";

const STORE = 64 * 1024;
const HELLO: FlashConfig = { ...DEFAULTS, app: join(ROOT, "examples/hello") };

const built = new Map<string, Promise<Deployment>>();

/** The deployment of an app; compiled once. */
function deployment(config: Partial<FlashConfig> = {}, init = true): Promise<Deployment> {
  const key = JSON.stringify([config, init]);
  const known = built.get(key) ?? deployFiles({ ...HELLO, ...config }, init);
  built.set(key, known);
  return known;
}

function board(options: DeployRigOptions = {}): DeployRig {
  // the sums of Adler-32, made in Lua, take longer than all else
  return new DeployRig({ latency: 1, store: STORE, crypto: true, ...options });
}

/** What the board serves. */
function page(rig: DeployRig): string {
  const client = rig.network.client(80);
  rig.clock.advance(100);
  client.send("GET / HTTP/1.0\r\n\r\n");
  rig.clock.advance(2000);
  return client.received.toString("latin1");
}

async function fails(work: Promise<unknown>, kind: ProblemKind, says: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, says);
    return true;
  });
}

const sent = ({ plan }: { plan: { send: { name: string }[] } }) => plan.send.map(({ name }) => name);
const lua = (rig: DeployRig, expression: string) => rig.board.firmware.vm.run(`return ${expression}`)[0];

describe("npm run flash to a board with a Lua flash store", () => {
  let hello: Deployment;
  before(async () => {
    hello = await deployment();
  });

  for (const [what, options] of [
    ["ESP8266", {}],
    ["ESP8266 with integers", { numbers: "integer" }],
    ["ESP8266 without crypto", { crypto: false }],
    ["ESP32", { chip: "esp32" }],
  ] as const)
    it(`puts server and app there in one image, and sends nothing the second time: ${what}`, async () => {
      const rig = board(options);
      const done = await rig.deployFiles(hello);
      assert.deepEqual(sent(done), ["~i", "boot.lua", "init.lua"]);
      assert.equal(lua(rig, "table.concat(node.LFS.list(), ' ')"), "app httpserver");
      assert.match(page(rig), /^HTTP\/1\.1 200 /);
      assert.deepEqual(sent(await rig.deployFiles(hello)), []);
      assert.deepEqual(rig.board.panics, []);
    });

  it("keeps the image that ran for a minute, and knows that one too", async () => {
    const rig = board();
    await rig.deployFiles(hello);
    assert.ok(rig.board.files.read("~i"));
    rig.clock.advance(LASTING_SECONDS * 1000);
    assert.equal(rig.board.files.read("~i"), undefined);
    assert.ok(rig.board.files.read("~g"));
    assert.deepEqual(sent(await rig.deployFiles(hello)), []);
  });

  it("removes the files that would go first, in the swap that brings the image; and the image when files come back", async () => {
    const rig = board();
    await rig.deployFiles(await deployment({ code: "bytecode" }));
    assert.ok(rig.board.files.read("app.lc") && rig.board.files.read("httpserver.lc"));
    const done = await rig.deployFiles(hello);
    assert.deepEqual(done.plan.remove.sort(), ["app.lc", "httpserver.lc"]);
    assert.deepEqual(rig.board.files.names().sort(), ["boot.lua", "init.lua", "~b", "~i"]);
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
    const back = await rig.deployFiles(await deployment({ code: "bytecode" }));
    assert.deepEqual(sent(back), ["httpserver.lc", "app.lc", "boot.lua"]);
    assert.equal(rig.board.files.read("~i"), undefined);
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
  });

  it("counts the flash for the new image, the one that runs and the one to go back to; without room it says so and deletes nothing", async () => {
    // room for two images and little else
    const rig = board({ flash: 38_000 });
    await rig.deployFiles(await deployment({ appForm: "source" }));
    rig.clock.advance(LASTING_SECONDS * 1000);
    await rig.deployFiles(hello);
    const before = rig.contents();
    assert.ok("~i" in before && "~g" in before);
    for (const options of [{}, { inPlace: true }]) {
      const work = rig.deployFiles(await deployment({ httpserver: "bytecode" }), options);
      if ("inPlace" in options) await fails(work, "disk-full", /flash is full/);
      else
        await fails(
          work,
          "no-space",
          /take \d+ bytes of flash while the old ones, and the code that ran last \(\d+ bytes\), which the board goes back to if the new code does not last, are kept, and \d+ are free/,
        );
      const after = rig.contents();
      assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
      for (const name of Object.keys(before)) assert.ok(after[name] === before[name], name);
    }
  });

  it("boots from a boot.lua of at most 6 KB that takes at most 10 KB of heap while it is loaded, where its source takes 20 and more", async () => {
    const rig = board();
    await rig.deployFiles(hello);
    const boot = rig.board.files.read("boot.lua")!;
    assert.ok(boot.length <= 6 * 1024, `${boot.length} bytes`);
    const peak = loadingPeak(boot, "double");
    assert.ok(peak <= 10 * 1024, `${peak} bytes`);
    const source = bootLua({
      app: { name: "app" },
      httpserver: { name: "httpserver" },
      store: { app: true, lua: "5.1" },
      title: "a test",
    });
    const parsed = loadingPeak(Buffer.from(source), "double");
    assert.ok(parsed > 20 * 1024, `${parsed} bytes`);
  });

  it("leaves to files what is said to go there", async () => {
    const rig = board();
    assert.deepEqual(sent(await rig.deployFiles(await deployment({ appForm: "source" }))), [
      "~i",
      "app.lua",
      "boot.lua",
      "init.lua",
    ]);
    assert.equal(lua(rig, "table.concat(node.LFS.list(), ' ')"), "httpserver");
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
  });

  it('finds the module with require("httpserver") under an init.lua of somebody else', async () => {
    const rig = board();
    const init = `package.loaders[3] = function(name) return node.LFS.get(name) end
      if node.LFS.get("app") then require("httpserver") require("app") end`;
    rig.board.files.write("init.lua", init);
    await rig.deployFiles(await deployment({}, false));
    assert.equal(rig.board.files.read("init.lua")?.toString(), init);
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
    // without that loader, the functions are still there by name
    rig.board.files.write(
      "init.lua",
      'package.loaded.httpserver = node.LFS.get("httpserver")("httpserver") node.LFS.get("app")("app")',
    );
    rig.boot();
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
  });

  for (const [form, chip] of [
    ["source", "esp32"],
    ["bytecode", "esp8266"],
    ["bytecode", "esp32"],
  ] as const)
    it(`"code": "${form}" uses no store: ${chip}`, async () => {
      const rig = board({ chip });
      const ending = form === "source" ? "lua" : "lc";
      const done = await rig.deployFiles(await deployment({ code: form }));
      assert.deepEqual(sent(done), [`httpserver.${ending}`, `app.${ending}`, "boot.lua", "init.lua"]);
      assert.match(page(rig), /^HTTP\/1\.1 200 /);
    });

  it("source that the heap is too small for: which file, its size, the heap and what it takes, and a way out", async () => {
    await fails(
      board().deployFiles(await deployment({ code: "source" })),
      "app",
      /not enough memory[\s\S]*httpserver \(\d+ bytes\): \d+ bytes of heap were free, and loading it takes about \d+; code in flash \(LFS\) takes least/,
    );
  });
});

describeLua53("npm run flash to a board with a Lua flash store and Lua 5.3", () => {
  const esp32 = { chip: "esp32", lua: "5.3" } as const;

  it("puts server and app there, sends nothing the second time, and keeps the image that ran for a minute", async () => {
    const rig = board(esp32);
    assert.deepEqual(sent(await rig.deployFiles(await deployment())), ["~i", "boot.lua", "init.lua"]);
    assert.equal(lua(rig, "table.concat(node.LFS.list(), ' ')"), "app httpserver");
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
    assert.deepEqual(sent(await rig.deployFiles(await deployment())), []);
    rig.clock.advance(LASTING_SECONDS * 1000);
    assert.ok(rig.board.files.read("~g"));
    assert.deepEqual(sent(await rig.deployFiles(await deployment())), []);
    // a store that was lost is filled from the file
    rig.board.lfs!.bytes.fill(0xff);
    assert.match(rig.boot(), /loading the image of the code[\s\S]*Erasing LFS/);
    rig.clock.advance(10_000);
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
  });

  it("a bad image is found out after the store was erased, and the board loads the one before again", async () => {
    const rig = board(esp32);
    await rig.deployFiles(await deployment({ appForm: "source" }));
    const good = await deployment();
    const bad: Deployment = {
      ...good,
      choose: (can, store) => {
        const chosen = good.choose(can, store);
        const { fresh } = chosen.image!;
        const file = fresh.file.subarray(0, 500);
        return { ...chosen, image: { ...chosen.image!, fresh: { ...fresh, file } } };
      },
    };
    await fails(rig.deployFiles(bad), "refused", /its store holds nothing instead of one of \d+/);
    rig.clock.advance(20_000);
    assert.equal(lua(rig, "table.concat(node.LFS.list(), ' ')"), "httpserver");
    assert.match(page(rig), /^HTTP\/1\.1 200 /);
  });

  it("without the compiler of Lua 5.3 here the board compiles, and the tool says how to get it", async () => {
    const rig = board(esp32);
    const done = await rig.deployFiles(await deployFiles(HELLO, true, false));
    assert.equal(sent(done)[0], "httpserver.lua");
    assert.match(rig.said.join("\n"), /an image for Lua 5\.3 cannot be made here: npm run lua53 builds/);
  });
});

describe("npm run flash to a board without room in a Lua flash store", () => {
  /** What the firmware tells of its partitions. */
  const partitions = (rig: DeployRig, lfsAddress: number) =>
    rig.board.files.write(
      "init.lua",
      `node.getpartitiontable = function() return { lfs_addr = ${lfsAddress}, lfs_size = 0, spiffs_addr = 0x100000, spiffs_size = 0x300000 } end`,
    );

  for (const [what, prepare, options, says] of [
    [
      "a firmware that is too old for one",
      (rig: DeployRig) => rig.board.files.write("init.lua", "node.LFS = nil"),
      {},
      /because its firmware has no node\.LFS: .* LFS options, 64 KB; in user_config\.h: LUA_FLASH_STORE 0x10000/,
    ],
    [
      "none, and Lua cannot make one",
      (rig: DeployRig) => rig.board.files.write("init.lua", "node.setpartitiontable = nil"),
      {},
      /no room for a Lua flash store yet: a firmware built with LFS of 64 KB/,
    ],
    [
      "none, and the firmware can make one",
      (rig: DeployRig) => partitions(rig, 0),
      {},
      /type node\.setpartitiontable\{lfs_size=0x10000\} at its prompt .* keeps its files; if it answers "out of range", .* node\.setpartitiontable\{lfs_size=0x10000,spiffs_addr=0x110000,spiffs_size=0x2f0000\} moves them back, and all files on the board are lost then/,
    ],
    [
      "none, with room for one before the files",
      (rig: DeployRig) => partitions(rig, 0xa0000),
      {},
      /type node\.setpartitiontable\{lfs_size=0x10000\} at its prompt \(npm run monitor\), which restarts it and keeps its files\n/,
    ],
    [
      "none, and the files in its place",
      (rig: DeployRig) => partitions(rig, 0xf8000),
      {},
      /type node\.setpartitiontable\{lfs_size=0x10000,spiffs_addr=0x110000,.*\} at its prompt .* all files on the board are lost then/,
    ],
    [
      "one that is too small",
      undefined,
      { store: 16384 },
      /the code takes \d+ bytes of flash and the board's Lua flash store has 16384/,
    ],
  ] as const)
    it(`${what}: says so and what it costs, and sends bytecode`, async () => {
      const rig = new DeployRig({ latency: 1, ...options });
      prepare?.(rig);
      rig.boot();
      const done = await rig.deployFiles(await deployment({}, false));
      assert.deepEqual(sent(done), ["httpserver.lc", "app.lc"]);
      const said = rig.said.join("\n");
      assert.match(said, says);
      assert.match(
        said,
        /on a simulated board with 40960 bytes of heap the app leaves \d+ bytes of heap that way, and \d+ with the code in flash/,
      );
    });

  it("has one after the call that it was told, and the next deployment uses it; files stay, or are gone, as it was told", async () => {
    for (const [flash, kept] of [
      [undefined, true],
      [0x100000, false],
    ] as const) {
      const rig = new DeployRig({ latency: 1, crypto: true, ...(flash ? { flash } : {}) });
      // where the firmware reaches to the files
      if (!kept) rig.board.filesAddress = 0x98000;
      rig.board.files.write("notes.txt", "mine");
      await rig.deployFiles(await deployment());
      const calls = rig.said.join("\n").match(/node\.setpartitiontable\{[^}]*\}/g)!;
      const call = async (text: string | undefined) => {
        rig.board.takeConsole();
        rig.board.firmware.execute(text!, "=stdin");
        rig.clock.advance(8000);
        return rig.board.takeConsole();
      };
      if (!kept) assert.match(await call(calls[0]), /Partition value out of range/);
      await call(calls[kept ? 0 : 1]);
      assert.equal(rig.board.lfs?.size, 0x10000);
      assert.equal(rig.board.files.read("notes.txt") !== undefined, kept);
      const done = await rig.deployFiles(await deployment());
      assert.equal(sent(done)[0], "~i");
      assert.match(page(rig), /^HTTP\/1\.1 200 /);
    }
  });

  it('is a failure with "code": "lfs", before anything is sent', async () => {
    const rig = new DeployRig({ latency: 1 });
    await fails(
      rig.deployFiles(await deployment({ code: "lfs" })),
      "no-store",
      /^"code" is "lfs", but .* LFS/,
    );
    assert.deepEqual(rig.board.files.names(), []);
  });
});

describe("an image that a board does not take", () => {
  /** A deployment with another image than the one that was made. */
  const changed = async (change: (image: Image) => Image): Promise<Deployment> => {
    const good = await deployment();
    return {
      ...good,
      choose: (can, store) => {
        const chosen = good.choose(can, store);
        const image = { ...chosen.image!, fresh: change(chosen.image!.fresh) };
        return { ...chosen, image };
      },
    };
  };
  const flipped = (image: Image) => {
    const file = Buffer.from(image.file);
    file[file.length - 6]! ^= 1;
    return { ...image, file };
  };

  for (const [what, change, init, says] of [
    [
      "damaged before it was sent",
      flipped,
      "",
      /did not take the image of the code: checksum error on LFS image file \(its \d+ bytes are on the board as they were sent/,
    ],
    [
      "of another time than it should be",
      (image: Image) => ({ ...image, time: 5 }),
      "",
      /its store holds one of the time \d+ with app, httpserver instead of one of 5 with httpserver, app/,
    ],
    [
      "with too little heap to load it",
      (image: Image) => image,
      "T = {} for i = 1, 120 do T[i] = { {} } end ",
      /did not take the image of the code: (Memory allocation error|read error on LFS image file) \(\d+ bytes of heap were free, and it takes \d+ to load it/,
    ],
  ] as const)
    it(`${what}: the board goes on with what it had`, async () => {
      const rig = board();
      await rig.deployFiles(await deployment({ appForm: "source" }));
      rig.board.files.write("init.lua", init + rig.board.files.read("init.lua")!.toString());
      const before = rig.contents();
      await fails(rig.deployFiles(await changed(change)), "refused", says);
      rig.clock.advance(20_000);
      const { "~b": _, ...after } = rig.contents();
      const { "~b": __, ...was } = before;
      assert.deepEqual(after, was);
      assert.equal(lua(rig, "table.concat(node.LFS.list(), ' ')"), "httpserver");
      assert.match(page(rig), /^HTTP\/1\.1 200 /);
    });
});
