// The ESP8266's net beyond the recordings (test/vectors): sizes, order, timing, memory, and the rarer ways of TCP.
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

/** Listens on port 80 and prints every event; `handlers` is Lua that sets more on the socket c. */
const listen = (handlers = "") => `
  server = net.createServer()
  server:listen(80, function(c)
    socket = c
    c:on("connection", function(s) print("connection") end)
    c:on("receive", function(s, d) print("receive", #d) end)
    c:on("sent", function(s) print("sent") end)
    c:on("disconnection", function(s, e) print("disconnection", e) end)
    ${handlers}
  end)`;

const CONTROL_BLOCK = 184;
const SEGMENT_BUFFER = 1530;

describe("net", () => {
  describe("sending", () => {
    it("takes 2920 bytes at a time, one less in the accept callback", () => {
      const rig = new Rig(
        listen('print(pcall(c.send, c, ("x"):rep(2920))) print(pcall(c.send, c, ("x"):rep(2919)))'),
      );
      const client = rig.client();
      assert.match(rig.printed(), /^false\tout of memory\ntrue\n/);
      assert.equal(client.received.length, 2919);
    });

    it("in a callback of the same socket leaves when the callback returns", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:send("now") end)'));
      const client = rig.client();
      const asked = rig.clock.now();
      client.send("?");
      rig.wait(500);
      assert.equal(client.time("data")! - asked, 2 * rig.network.latency);
    });

    it("at any other time leaves at every other tick of 125 ms since the first SYN, or at the next if an acknowledgement is owed", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      const begun = client.time("syn")! + rig.network.latency;
      const waitFor = (sinceBegun: number) => rig.wait(begun + sinceBegun - rig.clock.now());
      waitFor(135);
      rig.lua('socket:send("late")');
      waitFor(1130);
      assert.equal(client.time("data"), begun + 375 + rig.network.latency);

      client.send("?");
      rig.wait(10);
      rig.lua('socket:send("soon")');
      const before = client.events.length;
      rig.wait(1000);
      assert.equal(client.events[before]!.at, begun + 1250 + rig.network.latency);
    });

    it("begins its ticks anew when there was no connection for a while", () => {
      const rig = new Rig(listen());
      const first = rig.client();
      const [reset, begun] = [40, first.time("syn")! + rig.network.latency];
      rig.wait(begun + reset - rig.clock.now());
      first.reset();
      // the tick after the reset finds nobody
      rig.wait(begun + 300 - rig.clock.now());
      const second = rig.client();
      const again = second.time("syn")! + rig.network.latency;
      rig.lua('socket:send("late")');
      rig.wait(1000);
      // one tick has been: the second is not a slow one
      assert.equal(second.time("data"), again + 250 + rig.network.latency);
    });

    it("holds a small piece back while another is unacknowledged (Nagle)", () => {
      const rig = new Rig(listen());
      const client = rig.client({ faults: { acknowledge: () => 100 } });
      rig.wait(1000);
      rig.lua('socket:send("a")');
      rig.clock.runUntil(() => client.time("data") !== undefined, 500);
      rig.lua('socket:send("b") socket:send("c")');
      rig.wait(1000);
      const sizes = client.events.filter(({ what }) => what === "data").map(({ bytes }) => bytes);
      assert.deepEqual(sizes, [1, 2]);
      const [first, second] = client.events.filter(({ what }) => what === "data").map(({ at }) => at);
      assert.equal(second! - first!, 100 + 2 * rig.network.latency, "with the acknowledgement of the first");
    });

    it("fires sent for each acknowledgement: one for two full segments if the client delays it", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:send(("x"):rep(2920)) end)'));
      rig.client().send("?");
      rig.wait(100);
      assert.equal(rig.printed(), "connection\nsent\nsent");
      rig.client({ delayedAck: true }).send("?");
      rig.wait(100);
      assert.equal(rig.printed(), "connection\nsent");
    });

    it("costs a delayed acknowledgement for a last small segment: 40 ms", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:send(("x"):rep(1461)) end)'));
      const client = rig.client({ delayedAck: true });
      client.send("?");
      rig.wait(500);
      const [first, second] = client.events.filter(({ what }) => what === "data").map(({ at }) => at);
      assert.equal(second! - first!, 40 + 2 * rig.network.latency);
    });

    it("never sends more than the client's window, and goes on when it opens", () => {
      const rig = new Rig(listen(), {});
      const client = rig.client({ receiveBuffer: 1000 });
      client.pause();
      rig.lua('for i = 1, 4 do socket:send(("x"):rep(500)) end');
      rig.wait(5000);
      assert.equal(client.received.length, 0);
      client.resume();
      rig.wait(5000);
      assert.equal(client.received.length, 0, "a full segment does not fit such a window");
    });

    it("takes a string's length modulo 65536", () => {
      const rig = new Rig(listen(), { heap: 200_000 });
      const client = rig.client();
      rig.lua('node.egc.setmode(node.egc.ON_ALLOC_FAILURE) socket:send(("x"):rep(65536 + 5))');
      rig.wait(500);
      assert.equal(client.text, "xxxxx");
    });

    it("charges a full-size buffer for each segment until it is acknowledged", () => {
      const rig = new Rig(listen());
      rig.client({ faults: { acknowledge: () => 1000 } });
      rig.wait(1000);
      rig.lua('text = "y"');
      const before = rig.heap();
      rig.lua("socket:send(text)");
      assert.equal(rig.heap() - before, SEGMENT_BUFFER);
      rig.wait(2000);
      assert.equal(rig.heap(), before);
    });

    it("raises 'out of memory' if the heap has no room for the buffer, and queues nothing", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      const giveBack = rig.fillHeap(1500);
      assert.equal(rig.error('socket:send("y")'), "test:1: out of memory");
      giveBack();
      rig.lua('socket:send("z")');
      rig.wait(500);
      assert.equal(client.text, "z");
    });
  });

  describe("receiving", () => {
    it("gives a segment at a time, at most 1460 bytes", () => {
      const rig = new Rig(listen());
      rig.client().send("x".repeat(3000));
      rig.wait(100);
      assert.equal(rig.printed(), "connection\nreceive\t1460\nreceive\t1460\nreceive\t80");
    });

    it("gives segments that overtook a lost one in one go, and a nil socket after it was closed meanwhile", () => {
      const rig = new Rig(
        listen(
          'c:on("receive", function(s, d) print(type(s), #d) if s and #d == 1460 then s:close() end end)',
        ),
      );
      const client = rig.client({ faults: { lose: (position) => position === 0 } });
      client.send("x".repeat(3000));
      rig.wait(300);
      assert.equal(rig.printed(), "connection\nuserdata\t1460\nnil\t1460\nnil\t80");
      assert.equal(client.end, "rst");
    });

    it("panics if a handler takes itself away while more pieces follow", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:on("receive", nil) end)'));
      rig.client({ faults: { lose: (position) => position === 0 } }).send("x".repeat(3000));
      rig.wait(300);
      assert.match(rig.printed(), /PANIC: .*\(attempt to call a nil value\)$/);
    });

    it("stops at 5840 bytes while held; unhold gives them all back", () => {
      const rig = new Rig(listen("c:hold()"));
      const client = rig.client();
      client.send("x".repeat(10_000));
      rig.wait(1000);
      assert.equal(rig.printed(), `connection${"\nreceive\t1460".repeat(4)}`);
      rig.lua("socket:unhold()");
      rig.wait(1000);
      assert.equal(rig.printed(), "receive\t1460\nreceive\t1460\nreceive\t1240");
    });

    it("with no handler throws data away", () => {
      const rig = new Rig(listen('c:on("receive", nil)'));
      const client = rig.client();
      client.send("x".repeat(20_000));
      rig.wait(1000);
      assert.equal(client.events.filter(({ what }) => what === "sent").length, 14);
    });

    it("loses a packet for which there is no memory; the client sends it again", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      const giveBack = rig.fillHeap(1000);
      client.send("x".repeat(1460));
      rig.wait(50);
      assert.equal(rig.printed(), "connection");
      giveBack();
      rig.wait(200);
      assert.equal(rig.printed(), "receive\t1460");
    });

    it("orders one packet's events: sent, receive, disconnection", () => {
      const rig = new Rig(listen('c:send("hello")'));
      const client = rig.client({ faults: { acknowledge: () => Number.POSITIVE_INFINITY } });
      rig.printed();
      client.send("last");
      client.shutdown();
      rig.wait(10);
      assert.equal(rig.printed(), "sent\nreceive\t4\ndisconnection\t0");
    });
  });

  describe("ending", () => {
    it("by close() while data of the same packet is being received is a reset, and the answer is lost", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:send("bye") s:close() end)'));
      const client = rig.client();
      client.send("?");
      rig.wait(100);
      assert.deepEqual([client.end, client.text], ["rst", ""]);
    });

    it("by close() in sent is a reset too if that packet carries data", () => {
      const rig = new Rig(listen('c:send("hello") c:on("sent", function(s) s:close() end)'));
      const client = rig.client({ faults: { acknowledge: () => Number.POSITIVE_INFINITY } });
      client.send("pipelined");
      rig.wait(100);
      assert.equal(client.end, "rst");
      assert.equal(rig.printed(), "connection", "and the data is not delivered");
    });

    it("by close() elsewhere delivers what was sent, then a FIN", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      rig.lua('socket:send(("x"):rep(2000)) socket:close()');
      rig.wait(1000);
      assert.deepEqual([client.end, client.received.length], ["fin", 2000]);
    });

    it("with 2920 bytes in flight has no room for a FIN: a reset", () => {
      const rig = new Rig(listen());
      const client = rig.client({ faults: { acknowledge: () => 1000 } });
      rig.lua('socket:send(("x"):rep(2920))');
      rig.wait(260);
      assert.equal(client.received.length, 2920);
      rig.lua("socket:close()");
      rig.wait(10);
      assert.equal(client.end, "rst");
    });

    it("by the client with 2920 bytes in flight finds no room for the board's FIN: only the keep-alive ends it, with a reset", () => {
      const rig = new Rig(listen('c:on("receive", function(s) s:send(("x"):rep(2920)) end)'));
      const client = rig.client();
      client.send("?");
      client.shutdown();
      rig.wait(39_000);
      assert.equal(rig.printed(), "connection\ndisconnection\t0");
      assert.deepEqual([client.end, client.received.length], ["open", 2920]);
      rig.wait(2000);
      assert.equal(client.end, "rst");
    });

    it("while data is unread (held) is a reset", () => {
      const rig = new Rig(listen("c:hold()"));
      const client = rig.client();
      client.send("unread");
      rig.wait(10);
      rig.lua("socket:close()");
      rig.wait(10);
      assert.equal(client.end, "rst");
    });

    it("answers data that comes after close() with a reset", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      rig.lua("socket:close()");
      rig.wait(10);
      assert.equal(client.end, "fin");
      client.send("more");
      rig.wait(10);
      assert.equal(client.end, "rst");
      assert.equal(client.send("again"), false);
    });

    it("fires nothing for the board's own close()", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      rig.lua("socket:close()");
      rig.wait(10);
      client.close();
      rig.wait(30_000);
      assert.equal(rig.printed(), "connection");
    });

    it("fires reconnection instead of disconnection for a reset, if there is such a handler", () => {
      const rig = new Rig(listen('c:on("reconnection", function(s, e) print("reconnection", e) end)'));
      rig.client().reset();
      rig.wait(10);
      const ending = rig.client();
      ending.close();
      rig.wait(10);
      assert.equal(rig.printed(), "connection\nreconnection\t-9\nconnection\ndisconnection\t0");
    });

    it("aborts a client that does not answer probes: server timeout plus 10 s of silence", () => {
      const rig = new Rig(listen().replace("createServer()", "createServer(20)"));
      const [gone, silent] = [rig.client(), rig.client()];
      gone.vanish();
      rig.printed();
      rig.wait(29_000);
      assert.equal(rig.printed(), "");
      rig.wait(2000);
      assert.equal(rig.printed(), "disconnection\t-8");
      rig.wait(300_000);
      assert.equal(silent.end, "open", "whoever answers stays as long as he likes");
    });

    it("of a socket that Lua has lost is a reset", () => {
      const rig = new Rig("net.createServer():listen(80, function(c) end) c = net.createConnection()");
      rig.network.serve(7, (server) => server.send("x"));
      rig.lua('c:connect(7, "10.0.0.1")');
      rig.wait(100);
      rig.lua("c = nil");
      rig.heap();
      assert.equal(rig.board.firmware.connectionCount(), 1, "a connected socket is kept");
    });
  });

  describe("memory", () => {
    const silent = "net.createServer():listen(80, function(c) socket = c end)";

    it("holds a closed connection's control block for 10 s (TIME_WAIT)", () => {
      const rig = new Rig(silent);
      const open = () => {
        const client = rig.client();
        rig.lua("socket:close() socket = nil");
        rig.wait(10);
        client.close();
        rig.wait(10);
      };
      open();
      rig.wait(20_000);
      const before = rig.heap();
      open();
      assert.equal(rig.heap() - before, CONTROL_BLOCK);
      rig.wait(10_000);
      assert.equal(rig.heap(), before);
    });

    it("of a connection that the client ended is free at once", () => {
      const rig = new Rig(silent);
      const visit = () => {
        const client = rig.client();
        client.close();
        rig.wait(10);
        rig.lua("socket = nil");
      };
      visit();
      const before = rig.heap();
      visit();
      assert.equal(rig.heap(), before);
    });

    it("for a new connection is taken from the oldest TIME_WAIT, then from the client that was silent longest", () => {
      const rig = new Rig("net.createServer():listen(80, function() end)");
      rig.client().close();
      const [first, second] = [rig.client(), rig.client()];
      rig.wait(100);
      first.send("busy");
      rig.wait(100);
      const giveBack = rig.fillHeap(150);
      const third = rig.network.client(80);
      rig.wait(2);
      giveBack();
      rig.wait(10);
      assert.deepEqual([first.end, second.end, third.end], ["open", "rst", "open"]);
    });

    it("of handlers stays with the userdata: a handler that holds its socket is never freed", () => {
      const rig = new Rig(
        'net.createServer():listen(80, function(c) c:on("receive", function() return c end) end)',
      );
      const visit = () => {
        rig.client().close();
        rig.wait(10);
      };
      visit();
      const before = rig.heap();
      for (let i = 0; i < 10; i++) visit();
      assert.ok(rig.heap() - before > 10 * 100, "this is what leaks on the chip");
    });

    it("of a closed server is free once Lua has let go of it and of its accept function", () => {
      const rig = new Rig();
      const cycle = () => rig.lua("s = net.createServer() s:listen(80, function() end) s:close() s = nil");
      cycle();
      const before = rig.heap();
      cycle();
      assert.equal(rig.heap(), before);
      rig.lua("do local s = net.createServer() s:listen(80, function() return s end) s:close() end");
      assert.ok(rig.heap() > before, "but not if the accept function holds the server");
    });
  });

  describe("connections", () => {
    it("beyond five wait: the sixth SYN is ignored until one ends", () => {
      const rig = new Rig(listen());
      const clients = [1, 2, 3, 4, 5].map(() => rig.client());
      const sixth = rig.client();
      assert.equal(sixth.end, "connecting");
      clients[0]!.close();
      rig.wait(1000);
      assert.equal(sixth.end, "open");
    });

    it("that are begun at one moment pass beyond five, as lwIP only looks for equality", () => {
      const rig = new Rig(listen());
      const clients = Array.from({ length: 8 }, () => rig.network.client(80));
      rig.wait(100);
      assert.ok(clients.every(({ end }) => end === "open"));
      assert.equal(rig.client().end, "open");
    });

    it("to a server that closed during the handshake are nobody's", () => {
      const rig = new Rig(listen());
      const client = rig.network.client(80);
      rig.wait(2);
      rig.lua("server:close()");
      rig.wait(10);
      client.send("hello?");
      client.shutdown();
      rig.wait(100);
      assert.deepEqual([client.end, rig.printed()], ["fin", ""]);
    });

    it("outlive their server", () => {
      const rig = new Rig(listen());
      const client = rig.client();
      rig.lua("server:close()");
      client.send("x");
      rig.wait(10);
      assert.equal(rig.printed(), "connection\nreceive\t1");
      assert.equal(rig.client().end, "refused");
    });
  });

  describe("listening", () => {
    it("can be told an address; only the board's own is ever reached", () => {
      const rig = new Rig(`
        net.createServer():listen(80, "10.9.8.7", function() print("other") end)
        net.createServer():listen(80, "192.168.4.1", function() print("own") end)`);
      assert.equal(rig.client().end, "open");
      assert.equal(rig.printed(), "own");
    });

    it("finds a free port for 0", () => {
      const rig = new Rig();
      rig.lua("s = net.createServer() s:listen(0, function() end)");
      const [port, address] = rig.lua("return s:getaddr()");
      assert.ok((port as number) > 1023);
      assert.equal(address, "0.0.0.0");
    });

    it("twice at one place is 'out of memory', twice on one server 'already listening'", () => {
      const rig = new Rig(listen());
      assert.equal(rig.error("net.createServer():listen(80, print)"), "test:1: out of memory");
      assert.equal(rig.error("server:listen(81, print)"), "test:1: already listening");
    });
  });

  describe("connecting", () => {
    const events = `
      c = net.createConnection()
      for _, name in ipairs{"connection", "reconnection", "disconnection", "receive", "sent", "dns"} do
        c:on(name, function(s, x) print(name, x) end)
      end`;

    it("reaches a server, sends what was written meanwhile, and reads its answer", () => {
      const rig = new Rig(events);
      rig.network.serve(7, () => {}, { onData: (data, server) => void (data && server.send(`<${data}>`)) });
      rig.lua('c:connect(7, "10.0.0.1") c:send("early")');
      rig.wait(100);
      assert.equal(rig.printed(), "dns\t10.0.0.1\nconnection\tnil\nsent\tnil\nreceive\t<early>");
      assert.deepEqual(rig.lua("return c:getpeer()"), [7, "192.168.4.2"]);
      assert.equal(rig.error('c:connect(7, "10.0.0.1")'), "test:1: already connected");
    });

    it("looks names up", () => {
      const rig = new Rig(events);
      rig.network.serve(7, (server) => server.close());
      rig.lua('c:connect(7, "unknown.example")');
      assert.equal(rig.error('c:send("x")'), "test:1: not connected", "before the name is known");
      rig.wait(20_000);
      assert.equal(rig.printed(), "dns\tnil");
      rig.wait(2000);
      assert.equal(rig.printed(), "reconnection\t-8", "and asks nobody in vain if it is unknown");
    });

    it("that is refused ends with -9", () => {
      const rig = new Rig(events);
      rig.lua('c:connect(9, "10.0.0.1")');
      rig.wait(100);
      assert.equal(rig.printed(), "dns\t10.0.0.1\nreconnection\t-9");
      rig.network.serve(9, () => {});
      rig.lua('c:connect(9, "10.0.0.1")');
      rig.wait(100);
      assert.equal(rig.printed(), "dns\t10.0.0.1\nconnection\tnil", "and can be tried again");
    });

    it("can be called off by close()", () => {
      const rig = new Rig(events);
      let end: string | undefined;
      rig.network.serve(7, (server) => {
        rig.clock.after(10, () => {
          end = server.end;
        });
      });
      rig.lua('c:connect(7, "10.0.0.1") c:close()');
      rig.wait(100);
      assert.equal(end, "rst");
      assert.equal(rig.printed(), "dns\t10.0.0.1");
    });

    it("reads addresses as inet_aton does", () => {
      const rig = new Rig();
      rig.lua(
        'a = {} for _, host in ipairs{"1.2.3.4", "5", "0x10.1", "10.010.3"} do net.dns.resolve(host, function(_, ip) a[#a + 1] = ip end) end',
      );
      assert.equal(rig.value('table.concat(a, " ")'), "1.2.3.4 0.0.0.5 16.0.0.1 10.8.0.3");
    });
  });

  it("has interface information", () => {
    const rig = new Rig();
    rig.lua("i = net.ifinfo()");
    assert.deepEqual(rig.lua("return i.ip, i.netmask, #i.hwaddr, net.ifinfo(1)"), [
      "192.168.4.1",
      "255.255.255.0",
      6,
    ]);
  });
});
