// What the monitor makes of the board's words.
import assert from "node:assert/strict";
import { compile, HTTPSERVER } from "../../scripts/compile/build.ts";
import { Tracer } from "../../scripts/compile/compact/trace.ts";
import { Monitor } from "../../scripts/deploy/monitor.ts";

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
    monitor.receive("httpserver.lua:1: attempt to index a nil value\r\n");
    assert.match(logged[0]!, /^src\/httpserver\/\w+\.ts:\d+: attempt to index a nil value$/);
  });

  it("says once how to get line numbers where there are none", () => {
    const { monitor, shown } = screen();
    monitor.receive("Lua error: \t?: attempt to call a nil value\r\n\t?: in main chunk\r\n");
    assert.equal(shown().match(/--app-form source/g)?.length, 1);
  });
});
