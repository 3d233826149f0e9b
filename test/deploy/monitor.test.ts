// What the monitor makes of the board's words.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Tracer } from "../../packages/compact/src/trace.ts";
import { attach } from "../../packages/deploy/attach.ts";
import type { SerialLink } from "../../packages/deploy/link.ts";
import { Monitor } from "../../packages/deploy/monitor.ts";
import { appSource } from "../../packages/image/app.ts";
import { compile, HTTPSERVER } from "../../packages/image/build.ts";
import { bytecode } from "../../packages/image/code.ts";
import { DeployRig } from "./rig.ts";

function screen(tracer?: Tracer, timestamp?: () => string) {
  let shown = "";
  const logged: string[] = [];
  const monitor = new Monitor({
    tracer,
    timestamp,
    write: (text) => (shown += text),
    log: (line) => logged.push(line),
  });
  return { monitor, shown: () => shown, logged };
}

describe("monitor", () => {
  it("shows lines with their time, prompts at once, and nothing twice", () => {
    const { monitor, shown, logged } = screen(undefined, () => "12:00:00");
    monitor.receive("hello\r\nwor");
    monitor.receive("ld\r\n> ");
    monitor.flush();
    monitor.flush();
    monitor.receive("=1\r\n1\r\n");
    assert.equal(shown(), "12:00:00 hello\n12:00:00 world\n12:00:00 > =1\n12:00:00 1\n");
    assert.deepEqual(logged, ["hello", "world", "> =1", "1"]);
  });

  it("takes out colours and the noise of a reset", () => {
    const { monitor, logged } = screen();
    monitor.receive("\x1b[0;32mI (23) boot\x1b[0m\r\n\x01\x02rst\r\n");
    assert.deepEqual(logged, ["I (23) boot", "rst"]);
  });

  it("tells the TypeScript line of an error in our module", async () => {
    const { code, map } = await compile(HTTPSERVER, "compact");
    const path = "build/httpserver.lua.map";
    const { monitor, logged } = screen(new Tracer([{ path, map, code }]));
    monitor.receive("httpserver.lua:5: attempt to index a nil value\r\n");
    assert.match(logged[0]!, /^src\/httpserver\/\w+\.ts:\d+: attempt to index a nil value$/);
  });

  it("tells the TypeScript line of an error that an app raises on the board", async () => {
    const sources = [HTTPSERVER, appSource("packages/measure/probe")];
    const compiled = await Promise.all(sources.map((source) => compile(source, "compact")));
    const [module, app] = compiled.map(({ code }) => code);
    // the probe is larger than an app for 40 KB of heap
    const rig = new DeployRig({ heap: 100_000 });
    const files = {
      "httpserver.lc": bytecode(Buffer.from(module!)),
      "app.lua": app!,
      "init.lua": 'require("httpserver") dofile("app.lua")',
    };
    for (const [name, content] of Object.entries(files)) rig.board.files.write(name, content);
    rig.boot();
    const client = rig.network.client(80);
    rig.clock.advance(100);
    client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
    rig.clock.advance(2000);
    const { monitor, logged } = screen(
      new Tracer(
        compiled.map(({ code, map }, i) => ({
          path: `build/${["httpserver", "app"][i]}.lua.map`,
          map,
          code,
        })),
      ),
    );
    monitor.receive(rig.board.takeConsole());
    const line =
      readFileSync("packages/measure/probe/index.ts", "utf8")
        .split("\n")
        .findIndex((text) => text.includes('error("thrown')) + 1;
    assert.match(logged.join("\n"), new RegExp(`packages/measure/probe/index\\.ts:${line}: `));
  });

  it("says once how to get line numbers where there are none", () => {
    const { monitor, shown } = screen();
    monitor.receive("Lua error: \t?: attempt to call a nil value\r\n\t?: in main chunk\r\n");
    assert.equal(shown().match(/--app-form source/g)?.length, 1);
  });
});

describe("a person at the console", () => {
  /** Ports that a test opens, and closes as a pulled cable would. */
  function terminal() {
    const links: SerialLink[] = [];
    const typed: string[] = [];
    let plugged = true;
    let shown = "";
    const input = new PassThrough();
    const output = new PassThrough();
    output.on("data", (data) => (shown += data));
    return {
      input,
      output,
      links,
      typed,
      shown: () => shown,
      pull: () => {
        plugged = false;
        links.at(-1)!.lost(new Error("disconnected"));
      },
      plug: () => {
        plugged = true;
      },
      open: async (path: string): Promise<SerialLink> => {
        if (!plugged) throw new Error("no such port");
        const link: SerialLink = {
          path,
          receive: () => {},
          lost: () => {},
          write: async (bytes) => void typed.push(bytes.toString()),
          setBaud: async () => {},
          setSignals: async () => {},
          close: async () => {},
        };
        links.push(link);
        return link;
      },
    };
  }
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it("types to the prompt, waits for a port that has gone, and logs every line with its time", async () => {
    const t = terminal();
    const log = join(mkdtempSync(join(tmpdir(), "monitor-")), "board.log");
    const quit = new AbortController();
    const options = { path: "/dev/ttyUSB0", baud: 115200, timestamps: false, log, sources: [] };
    const done = attach({ ...options, reconnect: true, signal: quit.signal }, t);
    await until(() => t.links.length === 1);
    t.links[0]!.receive(Buffer.from("> "));
    t.input.write("=1\n");
    await until(() => t.typed.length > 0);
    assert.deepEqual(t.typed, ["=1\r"]);
    t.links[0]!.receive(Buffer.from("=1\r\n1\r\n"));
    t.pull();
    await until(() => t.shown().includes("is gone; waiting for it"));
    t.plug();
    await until(() => t.shown().includes("is back"));
    await until(() => t.links.length === 2);
    t.links[1]!.receive(Buffer.from("hello again\r\n"));
    quit.abort();
    await done;
    assert.match(
      t.shown(),
      /> =1\n1\n\n\(the port .* is gone; .*\)\n\(the port .* is back\)\nhello again\n$/,
    );
    assert.match(readFileSync(log, "utf8"), /^\d\d:\d\d:\d\d\.\d{3} > =1\n\S+ 1\n\S+ hello again\n$/);
  });

  it("ends with the reason when the port goes and is not to be waited for", async () => {
    const t = terminal();
    const done = attach(
      { path: "/dev/ttyUSB0", baud: 115200, timestamps: false, sources: [], reconnect: false },
      t,
    );
    await until(() => t.links.length === 1);
    t.pull();
    await assert.rejects(done, /the port \/dev\/ttyUSB0 is gone: disconnected/);
  });
});
