// Where a board has its code, and what that leaves of its heap: the default ESP8266 board, with an image in its Lua flash store
// or with bytecode in RAM.
import assert from "node:assert/strict";
import { appSource } from "../../packages/image/app.ts";
import { compile } from "../../packages/image/build.ts";
import { type BuiltApp, buildApp } from "../../packages/image/code.ts";
import { boardContents } from "../../packages/image/contents.ts";
import { libraryOf } from "../../packages/image/library.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import { regionWith } from "../../packages/simulator/contents.ts";
import { heapLeft } from "../../packages/simulator/heap-left.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { chosenCode } from "../../packages/simulator/simulate.ts";
import { describeLua53 } from "../extent.ts";

const BOARD = { chip: "esp8266", lua: "5.1", numbers: "double", heap: CHIPS.esp8266.heap } as const;

/** An app that runs with its code in flash, and what it answers. */
class Running {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;

  constructor(app: BuiltApp) {
    const { files, image } = boardContents(app, "lfs", "5.1", "double");
    const lfs = regionWith(image!, "double");
    this.board = new Board({ ...BOARD, clock: this.clock, network: this.network, lfs });
    for (const [name, content] of Object.entries(files)) this.board.files.write(name, content);
    this.clock.advance(500);
  }

  /** The status and body of the answer. */
  ask(method: string, path: string, body = ""): [number, string] {
    const client = this.network.client(80);
    this.clock.advance(5);
    client.send(
      `${method} ${path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    this.clock.advance(2000);
    const [head = "", content = ""] = client.text.split("\r\n\r\n");
    return [Number(head.split(" ")[1]), content];
  }
}

describe("code in the Lua flash store", () => {
  let dashboard: BuiltApp;
  let api: BuiltApp;
  before(async () => {
    dashboard = await buildApp(appSource("examples/dashboard"), "compact");
    api = await buildApp(appSource("test/fixtures/jsonapi"), "compact");
  });
  const left = (app: BuiltApp, code: "lfs" | "bytecode" | "source") =>
    heapLeft(boardContents(app, code, "5.1", "double"), BOARD);

  it("leaves the dashboard at least 30 KB of heap", () => {
    const { free, failed } = left(dashboard, "lfs");
    assert.equal(failed, undefined);
    assert.ok(free >= 30 * 1024, `${free} bytes`);
    assert.ok(left(dashboard, "bytecode").free < 20 * 1024, "which it would not have in RAM");
  });

  it("leaves an ordinary JSON API at least 20 KB of heap", () => {
    assert.ok(api.modules[1]!.lua.length > 4200, "it is as large as people's");
    const { free, failed } = left(api, "lfs");
    assert.equal(failed, undefined);
    assert.ok(free >= 20 * 1024, `${free} bytes`);
  });

  it("says what does not start for lack of memory: the file, its size, what loading it takes, and what was free", () => {
    const words = (failed: string | undefined) =>
      /^not enough memory to load (\S+): its (\d+) bytes take about (\d+) bytes of heap .*, and (\d+) were free$/.exec(
        failed ?? "",
      ) ?? [];
    const [, module, size, peak, free] = words(left(api, "source").failed);
    assert.equal(module, "httpserver.lua");
    assert.equal(Number(size), api.modules[0]!.lua.length);
    assert.equal(Number(free), BOARD.heap);
    assert.ok(Number(peak) > BOARD.heap);
    // what npm start did before there was a store
    const { files } = boardContents(api, "bytecode", "5.1", "double");
    const mixed = {
      "init.lua": Buffer.from('require("httpserver") dofile("app.lua")'),
      "httpserver.lc": files["httpserver.lc"]!,
      "app.lua": api.modules[1]!.lua,
    };
    const [, app, , needed, had] = words(heapLeft({ files: mixed }, BOARD).failed);
    assert.equal(app, "app.lua");
    assert.ok(Number(needed) > Number(had), `${needed} of ${had}`);
  });

  it("says why an app does not start, and takes what it prints for no error", () => {
    const app = (source: string) =>
      heapLeft(
        { files: { "init.lua": Buffer.from('dofile("app.lua")'), "app.lua": Buffer.from(source) } },
        BOARD,
      );
    assert.match(app("local t\nt.x = 1").failed ?? "", /^app\.lua:2: attempt to index a nil value$/);
    assert.equal(app("node.restart()").failed, "the board restarts");
    assert.equal(app('print("10:30: good morning")').failed, undefined);
  });

  it("runs that API: its routes, its errors, bodies through sjson", () => {
    const running = new Running(api);
    const [status, empty] = running.ask("GET", "/notes");
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(empty), { latest: 0, count: 0, notes: [] });
    const [code, note] = running.ask("POST", "/notes", '{"text": " buy milk ", "tags": "home, shop,"}');
    assert.equal(code, 201);
    assert.deepEqual(JSON.parse(note), { id: 1, text: "buy milk", tags: ["home", "shop"] });
    running.ask("POST", "/notes", '{"text": "read", "tags": "home"}');
    assert.equal(JSON.parse(running.ask("GET", "/notes?tag=shop")[1]).count, 1);
    assert.equal(JSON.parse(running.ask("GET", "/notes/2")[1]).text, "read");
    assert.deepEqual(running.ask("GET", "/notes/x"), [400, '{"error":"\\"x\\" is no id"}']);
    assert.equal(running.ask("POST", "/notes", "{")[0], 400);
    assert.equal(running.ask("DELETE", "/notes/1")[0], 200);
    assert.deepEqual(running.ask("GET", "/notes/1"), [404, '{"error":"there is no note 1"}']);
    assert.equal(running.ask("PUT", "/notes")[0], 405);
    assert.deepEqual(running.board.panics, []);
  });

  it("is for apps that take along JavaScript's library, of which npm run build tells the functions and their bytes", async () => {
    const { report } = await compile(appSource("test/fixtures/jsonapi"), "compact");
    const library = libraryOf(report);
    for (const name of ["StringSplit", "ArraySplice", "ParseInt"])
      assert.ok(library.find((part) => part.name === name)!.bytes > 100, name);
    const sum = library.reduce((total, { bytes }) => total + bytes, 0);
    assert.ok(sum > 1000 && sum < report.bytes, `${sum}`);
  });

  it("is the default", () => {
    assert.equal(chosenCode("auto"), "lfs");
    assert.equal(chosenCode("ram"), "bytecode");
  });

  describeLua53("with Lua 5.3, too", () =>
    it("leaves an ESP32 with that API more heap than bytecode in RAM", () => {
      const esp32 = { chip: "esp32", lua: "5.3", numbers: "double", heap: CHIPS.esp32.heap } as const;
      const [flash, ram] = (["lfs", "bytecode"] as const).map((code) =>
        heapLeft(boardContents(api, code, "5.3", "double"), esp32),
      );
      assert.equal(flash!.failed, undefined);
      assert.ok(flash!.free > ram!.free + 15_000, `${flash!.free} and ${ram!.free}`);
    }),
  );
});
