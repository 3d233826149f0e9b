// The clients in memory: they behave as Linux does, and fail as a test asks them to.
import assert from "node:assert/strict";
import type { ClientEvent } from "../../packages/simulator/network/memory.ts";
import { Rig } from "./rig.ts";

/** Takes what comes and says how much; answers "n" with n bytes. */
const SERVER = `
  total = 0
  net.createServer():listen(80, function(c)
    socket = c
    c:on("receive", function(s, d)
      total = total + #d
      print(#d)
      if tonumber(d) then s:send(("x"):rep(tonumber(d))) end
    end)
    c:on("disconnection", function(s, e) print("end", e) end)
  end)`;

const times = (events: ClientEvent[], what: ClientEvent["what"]) =>
  events.filter((event) => event.what === what).map(({ at }) => at);

describe("client in memory", () => {
  describe("connecting", () => {
    it("asks again after 1, 3 and 7 seconds while it is not answered", () => {
      const rig = new Rig();
      rig.board.stop();
      const client = rig.network.client(80, { patience: 8000 });
      const begun = rig.clock.now();
      rig.wait(10_000);
      assert.deepEqual(
        times(client.events, "syn").map((at) => at - begun),
        [0, 1000, 3000, 7000],
      );
      assert.equal(client.end, "no-answer");
      assert.equal(client.time("no-answer"), begun + 8000);
    });

    it("is refused where nobody listens", () => {
      const rig = new Rig();
      assert.equal(rig.client().end, "refused");
    });

    it("takes one round trip", () => {
      const rig = new Rig(SERVER);
      const client = rig.client();
      assert.equal(client.end, "open");
      assert.equal(client.time("connected")! - client.time("syn")!, 2 * rig.network.latency);
    });

    it("called off in between leaves nothing behind", () => {
      const rig = new Rig(SERVER);
      const client = rig.network.client(80);
      rig.wait(1);
      client.close();
      rig.wait(100);
      assert.equal(client.end, "closed");
      assert.equal(rig.board.firmware.connectionCount(), 0);
    });
  });

  describe("sending", () => {
    it("fills segments, and sends the rest at once", () => {
      const rig = new Rig(SERVER);
      rig.client().send("y".repeat(4000));
      rig.wait(10);
      assert.equal(rig.printed(), "1460\n1460\n1080");
    });

    it("keeps within the board's window", () => {
      const rig = new Rig(SERVER);
      const client = rig.client();
      rig.lua("socket:hold()");
      client.send("y".repeat(20_000));
      rig.wait(1000);
      assert.equal(rig.value("total"), 5840);
      rig.lua("socket:unhold()");
      rig.wait(1000);
      assert.equal(rig.value("total"), 20_000);
    });

    it("sends no part of a segment until it has waited for a larger window in vain", () => {
      const rig = new Rig(SERVER);
      const client = rig.client();
      rig.lua("socket:hold()");
      client.send("y".repeat(5000));
      rig.wait(10);
      client.send("y".repeat(1460));
      rig.wait(150);
      assert.equal(rig.value("total"), 5000);
      rig.wait(100);
      assert.equal(rig.value("total"), 5840);
    });

    it("can be cut as a test likes", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ faults: { segment: (position) => (position < 3 ? 1 : 5) } });
      client.send("abcdefghijkl");
      rig.wait(10);
      assert.equal(rig.printed(), "1\n1\n1\n5\n4");
    });

    it("can lose a segment: it comes 200 ms later with those that overtook it", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ faults: { lose: (position) => position === 1460 } });
      client.send("y".repeat(3000));
      client.shutdown();
      rig.wait(100);
      assert.equal(rig.printed(), "1460");
      rig.wait(110);
      assert.equal(rig.printed(), "1460\n80\nend\t0");
    });

    it("can end in a reset at any byte", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ faults: { resetAfterSent: 7 } });
      client.send("abcdefghijkl");
      rig.wait(10);
      assert.equal(rig.printed(), "7\nend\t-9");
      assert.deepEqual([client.end, client.send("x")], ["closed", false]);
    });
  });

  describe("receiving", () => {
    it("acknowledges every segment at once", () => {
      const rig = new Rig(SERVER);
      rig.client().send("2900");
      rig.lua('sents = 0 socket:on("sent", function() sents = sents + 1 end)');
      rig.wait(10);
      assert.equal(rig.value("sents"), 2);
    });

    it("with delayed acknowledgements: every second full one at once, else after 40 ms or with data", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ delayedAck: true });
      rig.lua('socket:on("sent", function() print("sent", tmr.now()) end)');
      const sentAfter = (request: string, before = () => {}): number => {
        rig.printed();
        const begun = rig.clock.now() - rig.board.bootedAt;
        client.send(request);
        before();
        rig.wait(500);
        const [, at] = /sent\t(\d+)/.exec(rig.printed())!;
        return Number(at) / 1000 - begun;
      };
      const { latency } = rig.network;
      assert.equal(sentAfter("100"), 3 * latency + 40);
      assert.equal(sentAfter("2920"), 3 * latency);
      assert.equal(
        sentAfter("100", () => {
          rig.wait(10);
          client.send("and more");
        }),
        10 + latency,
      );
    });

    it("can hold acknowledgements back, or drop them: the next covers their bytes", () => {
      const rig = new Rig(SERVER);
      const drop = new Set([10]);
      const client = rig.client({
        faults: { acknowledge: (position) => (drop.has(position) ? Number.POSITIVE_INFINITY : 0) },
      });
      rig.lua('socket:on("sent", function() print("sent") end)');
      client.send("10");
      rig.wait(1000);
      assert.equal(rig.printed(), "2");
      client.send("10");
      rig.wait(1000);
      assert.equal(rig.printed(), "sent\n2\nsent");
    });

    it("stops when paused, with the window that its buffer leaves, and goes on when resumed", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ receiveBuffer: 3000 });
      client.pause();
      for (let i = 0; i < 4; i++) {
        client.send("1000");
        rig.wait(500);
      }
      assert.equal(client.received.length, 0);
      assert.equal(times(client.events, "data").length, 3);
      client.resume();
      rig.wait(500);
      assert.equal(client.received.length, 4000);
    });

    it("can end in a reset after any byte", () => {
      const rig = new Rig(SERVER);
      const client = rig.client({ faults: { resetAfterReceived: 1460 } });
      client.send("2920");
      rig.wait(10);
      assert.equal(client.received.length, 1460);
      assert.equal(rig.printed(), "4\nend\t-9");
    });

    it("tells a test at once, which may answer", () => {
      const rig = new Rig(SERVER);
      const seen: (string | undefined)[] = [];
      const client = rig.client({
        onData: (data, client) => {
          seen.push(data?.toString());
          if (data) client.shutdown();
        },
      });
      client.send("3");
      rig.wait(100);
      assert.deepEqual(seen, ["xxx", undefined]);
    });
  });

  describe("ending", () => {
    it("by shutdown goes on reading", () => {
      const rig = new Rig(SERVER);
      const client = rig.client();
      client.send("2900");
      client.shutdown();
      rig.wait(1000);
      assert.deepEqual([client.end, client.received.length], ["fin", 2900]);
      assert.equal(client.send("x"), false);
    });

    it("by close answers later data with a reset", () => {
      const rig = new Rig(SERVER);
      const client = rig.client();
      client.send("100");
      client.close();
      rig.wait(10);
      assert.deepEqual([client.end, client.received.length], ["closed", 0]);
      assert.ok(client.time("rst sent"));
    });

    it("shows what came first: the board's FIN, or the client's own close", () => {
      const rig = new Rig(SERVER);
      const first = rig.client();
      rig.lua("socket:close()");
      rig.wait(10);
      first.close();
      const second = rig.client();
      second.close();
      rig.wait(10);
      assert.deepEqual([first.end, second.end], ["fin", "closed"]);
    });

    it("a client that vanishes leaves the board waiting", () => {
      const rig = new Rig(SERVER);
      rig.client().vanish();
      rig.lua('socket:send("x")');
      rig.wait(10_000);
      assert.equal(rig.printed(), "");
      assert.equal(rig.board.firmware.connectionCount(), 1);
    });
  });

  it("does the same on every run", () => {
    const run = () => {
      const rig = new Rig(SERVER);
      const clients = [1, 2, 3].map(() => rig.client({ delayedAck: true }));
      for (const [i, client] of clients.entries()) client.send(String(1000 * (i + 1)));
      rig.wait(5000);
      return [clients.map(({ events }) => events), rig.printed(), rig.board.firmware.vm.instructions];
    };
    assert.deepEqual(run(), run());
  });
});
