// A device that sends 500 bytes every 20 ms to a client that has stopped reading, with a receive buffer of 2304 bytes: when it
// meets its error, and what the client has in the end, as recorded from the firmware's own code on both chips.
import assert from "node:assert/strict";
import { replay } from "../../packages/measure/vectors/replay.ts";
import type { Chip } from "../../packages/simulator/chips.ts";

const LUA = `
local server, n = net.createServer(), 0
server:listen(80, function(socket)
  socket:on("receive", function(s)
    local timer = tmr.create()
    timer:alarm(20, tmr.ALARM_AUTO, function()
      n = n + 1
      local ok, message = pcall(s.send, s, ("x"):rep(500))
      if ok then return end
      timer:unregister()
      print("error send " .. n .. ": " .. message)
    end)
  end)
end)`;

describe("a device that sends to a client that has stopped reading", () => {
  const run = (chip: Chip) => {
    const { log, clientResult } = replay(
      {
        id: "stopped-reader",
        title: "",
        lua: LUA,
        client: [
          ["connect", "a", { rcvbuf: 2304 }],
          ["pause", "a"],
          ["send", "a", "go"],
          ["wait", 3000],
          ["resume", "a"],
          ["wait", 3000],
        ],
        log: [],
        clientResult: {},
        outcome: "running",
      },
      chip,
    );
    return { log, bytes: clientResult.a!.bytes };
  };

  it("meets its error on send 10 on ESP8266, which refuses what is more than 2920 unacknowledged bytes", () => {
    assert.deepEqual(run("esp8266").log, ["error send 10: out of memory"]);
  });

  it("meets its error on send 15 on ESP32, whose segments are at most half the client's window; a part of it is sent", () => {
    assert.deepEqual(run("esp32"), { log: ["error send 15: buffer error"], bytes: 7474 });
  });
});
