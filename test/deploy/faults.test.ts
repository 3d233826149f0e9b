// What goes wrong between computer and board: for each fault what a person is told, and what is on the board afterwards.
// In none is success reported falsely; in each the board boots the version that the table names, and the next
// deployment succeeds. All over a simulated line on the virtual clock; what needs an operating system is in pty.test.ts.
import assert from "node:assert/strict";
import { BoardConsole } from "../../packages/deploy/console.ts";
import type { DeployOptions } from "../../packages/deploy/deploy.ts";
import type { ProblemKind } from "../../packages/deploy/diagnose.ts";
import type { DeployFile } from "../../packages/deploy/plan.ts";
import { bootLua, initLua } from "../../packages/image/init.ts";
import { bootNeeds, type Need } from "../../packages/image/needs.ts";
import { cutPowerAfter, stallWrites } from "../../packages/simulator/serial/faults.ts";
import { isEveryPlatform } from "../extent.ts";
import { DeployRig, type DeployRigOptions, inFiles, outcome } from "./rig.ts";

const OLD = 'print("old version")';
const NEW = 'print("new version")';
/** Every byte value, in no short cycle. */
const BINARY = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));
/** An app that crashes the board when somebody asks it for a page. */
const PANICS = `print("new version")
net.createServer(net.TCP):listen(80, function(s) s:on("receive", function() error("boom") end) end)`;

interface Fault {
  fault: string;
  /** What the person is told; undefined: the deployment succeeds all the same. */
  says?: [ProblemKind, RegExp];
  /** The version that boots afterwards. */
  boots: "old" | "new" | "none";
  board?: DeployRigOptions;
  /** Before the deployment: makes the fault. */
  happens?: (rig: DeployRig) => void;
  /** What is deployed; the new version with a file of 5000 bytes if left out. */
  files?: (DeployFile | [name: string, content: string | Buffer])[];
  /** What that needs of the firmware. */
  needs?: Need[];
  options?: Partial<DeployOptions>;
  /** After the deployment: takes the fault away. */
  ends?: (rig: DeployRig) => void;
  /** What else is to be seen. */
  also?: (rig: DeployRig) => void | Promise<void>;
}

const app = (source: string, extra = {}) => Object.entries(DeployRig.app(source, extra));
const NEW_FILES = [...app(NEW), ["data.bin", BINARY] as [string, Buffer]];
const compiled = (name: string, content: string): DeployFile => ({
  name,
  content: Buffer.from(content),
  compiled: true,
});

function pullCable(rig: DeployRig): void {
  rig.clock.after(700, () => rig.unplug());
}

const FAULTS: Fault[] = [
  {
    fault: "the disk is full although the board said otherwise",
    says: [
      "disk-full",
      /flash is full: data\.bin could not be written; --clean removes .*\. The board keeps its previous version/,
    ],
    boots: "old",
    happens: (rig) => {
      let writes = 0;
      rig.board.files.onChange = (operation) => operation !== "write" || ++writes < 30;
    },
    ends: (rig) => {
      rig.board.files.onChange = undefined;
    },
  },
  {
    fault: "the running app holds as many files open as the firmware allows",
    boots: "new",
    happens: (rig) =>
      void rig.board.firmware.vm.run('t = {} for i = 1, 4 do t[i] = file.open("open" .. i, "w") end'),
    also: (rig) =>
      assert.match(
        rig.said.join("\n"),
        /the running app holds too many files open: restarting the board without it/,
      ),
  },
  {
    fault: "the disk has no room for a new file although the board said otherwise",
    says: ["disk-full", /flash is full: app\.lua could not be created; --clean removes/],
    boots: "old",
    board: { flash: 14_000 },
    happens: (rig) => {
      // as much as there is, in pages of 256 with one for the header
      const pages = Math.floor((rig.board.files.size - rig.board.files.used) / 256) - 1;
      assert.ok(rig.board.files.write("filler", Buffer.alloc(pages * 256)));
      rig.board.firmware.vm.run(
        "local real = file.fsinfo file.fsinfo = function() file.fsinfo = real return 99999 end",
      );
    },
    ends: (rig) => rig.board.files.remove("filler"),
  },
  {
    fault: "both versions do not fit",
    says: ["no-space", /take \d+ bytes of flash .* \d+ are free; --in-place removes the old ones first/],
    boots: "old",
    board: { flash: 14000 },
    happens: (rig) => void rig.board.files.write("data.bin", Buffer.from(BINARY).reverse()),
    ends: (rig) => rig.board.files.remove("data.bin"),
  },
  {
    fault: "both versions do not fit, and --in-place is given",
    boots: "new",
    board: { flash: 14000 },
    happens: (rig) => void rig.board.files.write("data.bin", Buffer.from(BINARY).reverse()),
    options: { inPlace: true },
  },
  {
    fault: "ESP32: file has no open, and io does its work",
    boots: "new",
    board: { chip: "esp32" },
  },
  {
    fault: "a firmware with neither file.open nor io.open",
    says: ["no-files", /neither file\.open nor io\.open.*build one with the file module/],
    boots: "old",
    happens: (rig) => void rig.board.firmware.vm.run("file.open = nil"),
    ends: (rig) => rig.board.restart("power on"),
  },
  {
    fault: "a firmware without the module tmr",
    says: [
      "no-module",
      /has no module tmr \(for boot\.lua and httpserver\)\. Build a firmware that has the module tmr .*--firmware <image>$/,
    ],
    boots: "old",
    needs: [...bootNeeds(false), { what: "tmr", by: "httpserver", must: true }],
    happens: (rig) => void rig.board.firmware.vm.run("tmr = nil"),
    ends: (rig) => rig.board.restart("power on"),
  },
  {
    fault: "a firmware without the module tmr, of which nothing that is sent has need",
    boots: "new",
    happens: (rig) => void rig.board.firmware.vm.run("tmr = nil"),
  },
  {
    fault: "a firmware without the module file",
    says: [
      "no-module",
      /has no module file \(for npm run flash\)\. Build a firmware that has the module file/,
    ],
    boots: "old",
    happens: (rig) => void rig.board.firmware.vm.run("file = nil"),
    ends: (rig) => rig.board.restart("power on"),
  },
  {
    fault: "a firmware whose module node has no heap",
    says: ["no-module", /has no node\.heap \(for npm run flash\)\. The firmware is too old: get a newer one/],
    boots: "old",
    happens: (rig) => void rig.board.firmware.vm.run("node.heap = nil"),
    ends: (rig) => rig.board.restart("power on"),
  },
  {
    fault: "a firmware without modules that the app names",
    boots: "new",
    needs: ["gpio", "mdns", "sntp"].map((what) => ({ what, by: "the app", must: false })),
    also: (rig) =>
      assert.match(
        rig.said.join("\n"),
        /has no module mdns \(for the app\) and no module sntp \(for the app\); if the app does not ask .* has the modules mdns and sntp/,
      ),
  },
  {
    fault: "a firmware without a module that the app falls over",
    says: [
      "app",
      /does not start\. The board said:[\s\S]*app\.lua:2: attempt to index global 'mdns'[\s\S]*\nThe firmware has no module mdns/,
    ],
    boots: "new",
    files: app(`${NEW}\nmdns.register("board")`),
    needs: [{ what: "mdns", by: "the app", must: false }],
  },
  {
    fault: "a firmware that is otherwise than ours",
    says: [
      "lua",
      /^the board answers, whenever it is asked: stdin:1: bad argument #1 to 'pairs' .* not as npm run flash expects it/,
    ],
    boots: "old",
    happens: (rig) => void rig.board.firmware.vm.run("file.list = function() return 5 end"),
    ends: (rig) => rig.board.restart("power on"),
  },
  ...(
    [
      [
        "an error in a timer",
        'tmr.create():alarm(300, 0, function() error("boom") end)',
        /The board said:\n {2}init\.lua:1: boom\n/,
      ],
      ["a restart by its own Lua", "tmr.create():alarm(900, 0, node.restart)", /its next start$/],
    ] as const
  ).map(
    ([how, init, quoted]): Fault => ({
      fault: `a board whose init.lua ends with ${how} after every start`,
      says: [
        "crash-loop",
        new RegExp(
          `^the board restarts again and again \\(3 times within \\d+ s\\): .*cable is not to blame.*init\\.old.*The board keeps its previous version.*${quoted.source}`,
        ),
      ],
      boots: "old",
      // more than can be sent between two restarts
      files: [...NEW_FILES, ["more.bin", Buffer.alloc(60_000, BINARY)]],
      happens: (rig) => {
        rig.board.files.write("init.lua", init);
        rig.board.restart("power on");
      },
      ends: (rig) => void rig.board.files.write("init.lua", initLua()),
    }),
  ),
  {
    fault: "a board whose init.lua restarts it before it has a prompt",
    says: ["crash-loop", /^the board restarts again and again \(\d+ times within \d s\)/],
    boots: "old",
    happens: (rig) => {
      rig.board.files.write("init.lua", 'print("going down") node.restart()');
      rig.board.restart("power on");
    },
    ends: (rig) => {
      rig.board.files.write("init.lua", initLua());
      rig.board.restart("power on");
    },
  },
  {
    fault: "--compile of Lua that is none",
    says: ["lua", /cannot compile app\.lua: .*unexpected symbol near '='.*previous version/],
    boots: "old",
    files: [compiled("app.lua", "local x = = 3")],
  },
  {
    fault: "--compile of a file for which the heap is too small",
    says: ["heap", /cannot compile big\.lua \(\d+ bytes\): \d+ bytes of heap are not enough memory/],
    boots: "old",
    board: { heap: 20000 },
    files: [
      compiled("big.lua", `local t = {}\n${"t[#t + 1] = function(a) return a .. 1 end\n".repeat(400)}`),
    ],
  },
  {
    fault: "a stale .lc that would hide the new .lua",
    boots: "new",
    happens: (rig) => void rig.board.files.write("app.lc", "stale"),
    also: (rig) => assert.equal(rig.board.files.read("app.lc"), undefined),
  },
  {
    fault: "the cable is pulled in the middle, and plugged in again",
    says: [
      "link-lost",
      /the port .* is gone: disconnected\. The board keeps its previous version; plug it in/,
    ],
    boots: "old",
    happens: pullCable,
    ends: (rig) => rig.replug(),
  },
  {
    fault: "the board is reset in the middle",
    boots: "new",
    happens: (rig) => void rig.clock.after(700, () => rig.board.restart("power on")),
    also: (rig) => assert.match(rig.said.join("\n"), /the board has restarted; going on/),
  },
  {
    fault: "the board is reset in the middle of a transfer at a raised rate",
    boots: "new",
    options: { transferBaud: 460800 },
    files: [...NEW_FILES, ["more.bin", Buffer.concat([BINARY, BINARY, BINARY])]],
    happens: (rig) => void rig.clock.after(1200, () => rig.board.restart("power on")),
  },
  {
    fault: "one byte in a hundred is lost",
    says: ["bytes-lost", /shorter cable/],
    boots: "old",
    happens: (rig) => {
      rig.line.dropRate = 0.01;
    },
    ends: (rig) => {
      rig.line.dropRate = 0;
    },
  },
  {
    fault: "one byte in five thousand is lost",
    boots: "new",
    happens: (rig) => {
      rig.line.dropRate = 1 / 5000;
    },
    also: (rig) => assert.match(rig.said.join("\n"), /trying again/),
    ends: (rig) => {
      rig.line.dropRate = 0;
    },
  },
  {
    fault: "the line turns CR into LF on its way",
    boots: "new",
    happens: (rig) => {
      const { board } = rig.line;
      rig.line.board = (bytes) => board(bytes.map((byte) => (byte === 13 ? 10 : byte)) as Buffer);
    },
    also: (rig) => assert.match(rig.said.join("\n"), /other contents; trying again in lines of hex/),
  },
  {
    fault: "every write takes 300 ms",
    boots: "new",
    happens: (rig) => stallWrites(rig.board, 300),
    also: (rig) => assert.equal(rig.board.uart.overruns, 0),
  },
  {
    fault: "the console runs at another usual rate",
    boots: "new",
    happens: (rig) => {
      rig.board.uart.baud = 9600;
    },
  },
  {
    fault: "the console runs at a rate that nobody uses",
    says: ["wrong-baud", /not readable at any usual baud rate; give its rate with --baud/],
    boots: "old",
    happens: (rig) => {
      rig.board.uart.baud = 31250;
    },
  },
  {
    fault: "the line does not work at the faster rate",
    boots: "new",
    options: { transferBaud: 460800 },
    happens: (rig) => {
      rig.link.setBaud = async (rate) => {
        rig.line.computerBaud = rate === 460800 ? 400000 : rate;
      };
    },
    also: (rig) => assert.match(rig.said.join("\n"), /does not work at 460800 baud; staying at 115200/),
  },
  {
    fault: "Ctrl-C in the middle",
    says: ["interrupted", /^interrupted; the board keeps its previous version$/],
    boots: "old",
    happens: (rig) => void rig.clock.after(700, () => rig.console.interrupt()),
    also: (rig) => rig.finish(rig.console.prompt(1000)),
  },
  // the change of the rate, the transfer and the way back
  ...[300, 400, 500, 600, 700, 800, 900, 1000, 1100].map(
    (ms): Fault => ({
      fault: `Ctrl-C ${ms} ms into a deployment at a raised rate`,
      says: ["interrupted", /^interrupted; the board keeps its previous version$/],
      boots: "old",
      options: { transferBaud: 460800 },
      files: [...NEW_FILES, ["more.bin", Buffer.concat([BINARY, BINARY, BINARY])]],
      happens: (rig) => void rig.clock.after(ms, () => rig.console.interrupt()),
      also: async (rig) => {
        assert.equal(rig.board.uart.baud, 115200);
        await rig.finish(rig.console.prompt(1000));
      },
    }),
  ),
  {
    fault: "nothing answers",
    says: ["silent", /nothing answers: .*press its reset button/],
    boots: "old",
    happens: (rig) => {
      rig.board.uart.off = true;
    },
  },
  {
    fault: "somebody left a chunk incomplete: an operator",
    boots: "new",
    happens: (rig) => rig.line.toBoard(Buffer.from('print("x" ..\r\n')),
  },
  {
    fault: "somebody left a chunk incomplete: a comment",
    boots: "new",
    happens: (rig) => rig.line.toBoard(Buffer.from("--[[ what\r\n")),
  },
  {
    fault: "an app with an error in it",
    says: [
      "app",
      /in place, but the app does not start\. The board said:[\s\S]*app\.lua:3: attempt to index/,
    ],
    boots: "new",
    files: app(`${NEW}\nlocal x\nx.y = 1`),
  },
  {
    fault: "a module with an error in it",
    says: ["app", /in place, but the app does not start\. The board said:[\s\S]*httpserver\.lua:1: broken/],
    boots: "none",
    files: app(NEW, {
      "boot.lua": bootLua({ app: { name: "app.lua" }, httpserver: { name: "httpserver" }, title: "a test" }),
      "httpserver.lua": 'error("broken")',
    }),
  },
  {
    fault: "an app that panics whenever it is asked: three times, then the prompt stays",
    boots: "new",
    files: app(PANICS),
    also: (rig) => {
      for (let time = 1; time <= 3; time++) {
        const client = rig.network.client(80);
        rig.clock.advance(100);
        client.send("GET / HTTP/1.1\r\n\r\n");
        rig.clock.advance(10_000);
      }
      const printed = rig.board.takeConsole();
      assert.match(printed, /PANIC: .*boom/);
      assert.match(
        printed,
        /the app is not started: its last 3 starts did not last 60 s; reason of this restart:\s+\d/,
      );
      assert.match(printed, /to try again: file\.remove\("~b"\) node\.restart\(\)/);
      const { restarts } = rig.board;
      rig.clock.advance(120_000);
      assert.equal(rig.board.restarts, restarts, "no more restarts");
      rig.board.files.remove("~b");
    },
  },
  {
    fault: "an app that crashes half a second after its start",
    boots: "new",
    // it prints no address, so its death is awaited no longer than its first words
    files: app(`${NEW} tmr.create():alarm(500, 0, function() error("crash") end)`),
    says: ["app", /in place, but the app does not start\. The board said:[\s\S]*crash/],
    also: (rig) => {
      rig.clock.advance(60_000);
      assert.match(rig.board.takeConsole(), /the app is not started/);
      rig.board.files.remove("~b");
    },
  },
];

function list(files: Fault["files"]): DeployFile[] {
  return (files ?? NEW_FILES).map((file) =>
    Array.isArray(file)
      ? { name: file[0], content: typeof file[1] === "string" ? Buffer.from(file[1], "latin1") : file[1] }
      : file,
  );
}

/** A board with the old version on it. */
async function installed(options: DeployRigOptions = {}): Promise<DeployRig> {
  const rig = new DeployRig({ latency: 1, ...options });
  await rig.deploy(DeployRig.app(OLD));
  rig.clock.advance(61_000);
  return rig;
}

function version(printed: string): "old" | "new" | "none" {
  return /new version/.test(printed) ? "new" : /old version/.test(printed) ? "old" : "none";
}

describe("a deployment when", () => {
  for (const row of FAULTS) {
    it(`${row.fault}: ${row.says ? row.says[0] : "succeeds"}; the ${row.boots} version boots`, async () => {
      const rig = await installed(row.board);
      row.happens?.(rig);
      const problem = await outcome(rig.deployFiles(inFiles(list(row.files), row.needs), row.options));
      if (row.says) {
        assert.ok(problem, "falsely reported as done");
        assert.equal(problem.kind, row.says[0], problem.message);
        assert.match(problem.message, row.says[1]);
      } else assert.equal(problem, undefined);
      await row.also?.(rig);
      row.ends?.(rig);
      rig.clock.advance(6000);
      const printed = rig.boot();
      assert.equal(version(printed), row.boots, printed);
      assert.deepEqual(
        rig.board.files.names().filter((name) => /^~[^bm]/.test(name)),
        row.says?.[0] === "link-lost" ? ["~0.lua", "~1"] : [],
        "what is left of the transfer",
      );
      rig.replug();
      await rig.deploy({ ...DeployRig.app(NEW), "data.bin": BINARY }, { inPlace: true });
      assert.equal(version(rig.boot()), "new");
    });
  }

  for (const [how, cable] of [
    ["a reset after any single change of a file", false],
    ["a power cut after any single change of a file, the computer's end included", true],
  ] as const) {
    it(`${how} leaves the old or the new version, whole`, async () => {
      const outcomes = new Set<string>();
      for (let count = 1; ; count += isEveryPlatform ? 1 : 3) {
        const rig = await installed();
        const changes = cutPowerAfter(rig.board, count, () => {
          if (cable) rig.unplug();
        });
        const problem = await outcome(rig.deploy(DeployRig.app(NEW, { "page.html": "<p>new" })));
        if (changes() < count) {
          assert.equal(problem, undefined);
          break;
        }
        rig.clock.advance(61_000);
        const printed = rig.boot();
        rig.clock.advance(61_000);
        const booted = version(printed);
        outcomes.add(booted);
        assert.notEqual(booted, "none", `after change ${count}: ${printed}`);
        const page = rig.board.files.read("page.html")?.toString();
        assert.equal(page, booted === "new" ? "<p>new" : undefined, `after change ${count}`);
        if (problem === undefined) assert.equal(booted, "new", `falsely done after change ${count}`);
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

  it("a block that comes when the board has ended the transfer already raises no error, which would restart the board", async () => {
    const rig = await installed();
    // the firmware calls the function that it was given, although its globals are gone
    rig.board.firmware.vm.run(
      `local on = uart.on
      uart.on = function(event, size, f, ...) if f then LATE = f end return on(event, size, f, ...) end`,
    );
    await rig.deploy({ "data.bin": BINARY }, { noRestart: true });
    assert.equal(rig.board.firmware.vm.run("return type(LATE), __l")[0], "function");
    assert.deepEqual(rig.board.firmware.vm.run('return pcall(LATE, ("x"):rep(120))'), [true]);
    assert.deepEqual(rig.board.files.read("data.bin"), BINARY);
  });

  it("the cable is pulled, and the board has its prompt back without a reset", async () => {
    const rig = await installed();
    rig.clock.after(600, () => rig.unplug());
    await rig.deploy({ "data.bin": BINARY }).catch(() => {});
    rig.clock.advance(6000);
    rig.replug();
    rig.board.restarts = 0;
    await rig.finish(new BoardConsole(rig.link, rig.clock).prompt(1000));
    assert.equal(rig.board.restarts, 0);
  });
});
