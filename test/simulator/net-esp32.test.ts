// The ESP32's net beyond the recordings (test/vectors): sizes, the fate of `sent`, late and doubled events, memory.
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

/** Listens on port 80 and prints every event; `handlers` is Lua that sets more on the socket c. */
const listen = (handlers = "") => `
  server = net.createServer()
  server:listen(80, function(c)
    socket = c
    local function show(name) c:on(name, function(s, ...) print(name, s == socket and "socket" or s, ...) end) end
    show("connection") show("disconnection") show("sent")
    c:on("receive", function(s, d) print("receive", s == socket and "socket" or s, #d) end)
    ${handlers}
  end)`;

const SEND_BUFFER = 5744;
const CONTROL_BLOCK = 184;

describe("net of the ESP32", () => {
  const start = (init: string) => new Rig(init, { chip: "esp32", heap: 150 * 1024 });

  describe("sending", () => {
    it("leaves at once, whatever runs", () => {
      const rig = start(listen());
      const client = rig.client();
      const before = rig.clock.now();
      rig.lua('socket:send("now")');
      rig.wait(100);
      assert.equal(client.time("data")! - before, rig.network.latency);
    });

    it("goes in segments of 1440 bytes", () => {
      const rig = start(listen('c:send(("x"):rep(2881))'));
      const client = rig.client();
      rig.wait(100);
      const sizes = client.events.filter(({ what }) => what === "data").map(({ bytes }) => bytes);
      assert.deepEqual(sizes, [1440, 1440, 1]);
    });

    it("of too much queues what fits and raises 'buffer error'; with no room it raises 'would block'", () => {
      const rig = start(
        listen(`c:send(("x"):rep(4000))
          print(pcall(c.send, c, ("y"):rep(2000))) print(pcall(c.send, c, "z"))`),
      );
      const client = rig.client();
      assert.match(rig.printed(), /^false\tbuffer error\nfalse\twould block$/);
      rig.wait(1000);
      assert.equal(client.text, "x".repeat(4000) + "y".repeat(SEND_BUFFER - 4000));
    });

    it("raises 'would block' if the heap has no room for it, and queues nothing", () => {
      const rig = start(listen());
      const client = rig.client();
      rig.printed();
      rig.lua('piece, pcall_, send = ("x"):rep(2000), pcall, socket.send');
      const giveBack = rig.fillHeap(2000);
      const message = rig.error("socket:send(piece)");
      giveBack();
      assert.match(String(message), /would block$/);
      rig.wait(100);
      assert.equal(client.received.length, 0);
    });
  });

  describe("sent", () => {
    it("comes once, when the whole of a send is acknowledged", () => {
      const rig = start(listen());
      rig.client({ delayedAck: true });
      rig.printed();
      rig.lua('socket:send(("x"):rep(1441))');
      rig.wait(20);
      assert.equal(rig.printed(), "", "one full segment is not acknowledged yet");
      rig.wait(100);
      assert.equal(rig.printed(), "sent\tsocket");
    });

    it("never comes for sends that overlap: the count of the last one goes below zero", () => {
      const rig = start(listen());
      rig.client({ faults: { acknowledge: () => 50 } });
      rig.printed();
      rig.lua('socket:send("first") socket:send("the second")');
      rig.wait(10_000);
      assert.equal(rig.printed(), "");
      rig.lua('socket:send("another")');
      rig.wait(1000);
      assert.equal(rig.printed(), "sent\tsocket", "the next send begins to count anew");
    });

    it("is lost with acknowledgements that leave little room in the send buffer", () => {
      const rig = start(listen());
      rig.client({ delayedAck: true });
      rig.printed();
      rig.lua("node.egc.setmode(node.egc.ON_ALLOC_FAILURE)");
      rig.lua('socket:send(("x"):rep(5744))');
      rig.wait(5000);
      assert.equal(rig.printed(), "");
    });

    it("comes after the end that came with its acknowledgement, and gets nil for the socket", () => {
      const rig = start(listen('c:on("receive", function(s) s:send("answer") end)'));
      const client = rig.client({ delayedAck: true });
      client.send("?");
      rig.wait(10);
      client.shutdown();
      rig.wait(100);
      assert.equal(rig.printed(), "disconnection\tsocket\t0\nsent\tnil");
    });
  });

  describe("receiving", () => {
    it("opens the window before the handler runs: closing in it is clean", () => {
      const rig = start(listen('c:on("receive", function(s) s:send("bye") s:close() end)'));
      const client = rig.client();
      client.send("hello");
      rig.wait(100);
      assert.deepEqual([client.text, client.end], ["bye", "fin"]);
    });

    it("gives nil for a socket that was closed while more pieces of one packet follow", () => {
      const rig = start(
        listen('c:on("receive", function(s, d) print(type(s), #d) if s then s:close() end end)'),
      );
      const client = rig.client({ faults: { lose: (position) => position === 0 } });
      client.send("x".repeat(2000));
      rig.wait(500);
      assert.equal(rig.printed(), "userdata\t1440\nnil\t560");
    });

    it("takes the receive handler away in the middle without harm", () => {
      const rig = start(listen('c:on("receive", function(s, d) print(#d) s:on("receive", nil) end)'));
      const client = rig.client({ faults: { lose: (position) => position === 0 } });
      client.send("x".repeat(2000));
      rig.wait(500);
      assert.equal(rig.printed(), "1440");
      assert.equal(rig.board.restarts, 0);
    });

    it("loses a packet for which there is no memory; the client sends it again", () => {
      const rig = start(listen());
      const client = rig.client();
      const giveBack = rig.fillHeap(1000);
      client.send("x".repeat(1400));
      rig.wait(100);
      assert.equal(rig.printed(), "");
      giveBack();
      rig.wait(200);
      assert.equal(rig.printed(), "receive\tsocket\t1400");
    });
  });

  describe("the end", () => {
    it("by the client leaves the board's side open; close() ends it", () => {
      const rig = start(listen("held = c"));
      const client = rig.client();
      client.shutdown();
      rig.wait(1000);
      assert.deepEqual([rig.printed(), client.end], ["disconnection\tsocket\t0", "open"]);
      assert.match(String(rig.error('socket:send("x")')), /not connected$/);
      assert.equal(rig.error("socket:close()"), undefined);
      rig.wait(100);
      assert.equal(client.end, "fin");
    });

    it("by a reset is told twice, the second time without a socket; then close() raises 'not connected'", () => {
      const rig = start(listen());
      const client = rig.client();
      client.reset();
      rig.wait(100);
      assert.equal(rig.printed(), "disconnection\tsocket\t0\ndisconnection\tnil\t-14");
      assert.match(String(rig.error("socket:close()")), /not connected$/);
    });

    it("by a reset is told twice even if nobody holds the socket", () => {
      const rig = start(listen('c:on("disconnection", function(s, e) print(e) end)\nsocket = nil'));
      const client = rig.client();
      client.reset();
      rig.wait(100);
      assert.equal(rig.printed(), "0\n-14");
      assert.equal(rig.board.firmware.connectionCount(), 0);
    });

    it("of a client that does not answer probes comes after the server's timeout and 75 s, as -13", () => {
      const rig = start(listen());
      const client = rig.client();
      client.vanish();
      rig.wait(104_000);
      assert.equal(rig.printed(), "");
      rig.wait(2000);
      assert.equal(rig.printed(), "disconnection\tsocket\t0\ndisconnection\tnil\t-13");
    });

    it("of a socket that Lua has lost is a FIN", () => {
      const rig = start(listen("socket = nil c:on('receive', nil)"));
      const client = rig.client();
      client.shutdown();
      rig.wait(100);
      rig.lua("collectgarbage() collectgarbage()");
      rig.wait(100);
      assert.equal(client.end, "fin");
    });
  });

  describe("errors in callbacks", () => {
    it("go to onerror; the board stays up", () => {
      const rig = start(listen('c:on("receive", function() error("mine", 0) end)'));
      rig.lua("node.setonerror(function(text) print(text:match('^[^\\n]*')) end)");
      const client = rig.client();
      client.send("x");
      rig.wait(5000);
      assert.equal(rig.printed(), "mine");
      assert.equal(rig.board.restarts, 0);
    });

    it("restart the board after 2 s by default; its sockets hear of an end, their clients of nothing", () => {
      const rig = start(listen('c:on("receive", function() error("mine", 0) end)'));
      const client = rig.client();
      client.send("x");
      rig.wait(1990);
      assert.equal(rig.board.restarts, 0);
      rig.wait(20);
      assert.equal(rig.board.restarts, 1);
      assert.match(rig.printed(), /^mine\n[\s\S]*disconnection\tsocket\t0$/);
      assert.equal(client.end, "open");
    });
  });

  describe("connections", () => {
    it("are as many as the heap has room for", () => {
      const rig = start(listen());
      const clients = Array.from({ length: 40 }, () => rig.client());
      assert.ok(clients.every(({ end }) => end === "open"));
      assert.equal(rig.board.firmware.connectionCount(), 40);
    });

    it("are ignored without heap for them; nobody else is given up for them", () => {
      const rig = start(listen());
      const first = rig.client();
      const giveBack = rig.fillHeap(CONTROL_BLOCK - 1);
      const second = rig.network.client(80);
      rig.wait(500);
      assert.deepEqual([first.end, second.end], ["open", "connecting"]);
      giveBack();
      rig.wait(3000);
      assert.equal(second.end, "open");
    });

    it("outlive their server; those that Lua has not taken do not", () => {
      const rig = start(listen("server:close()"));
      const [first, second] = [rig.network.client(80), rig.network.client(80)];
      rig.wait(100);
      assert.deepEqual([first.end, second.end].sort(), ["open", "rst"]);
    });

    it("never fire 'connection' if they were accepted, and fire it if the board has made them", () => {
      const rig = start(listen());
      rig.client();
      assert.equal(rig.printed(), "");
      rig.network.serve(8000, (peer) => void peer.send("welcome"));
      rig.lua(`out = net.createConnection(net.TCP, 0)
        out:on("connection", function(s) print("connected", s == out) end)
        out:on("receive", function(s, d) print(d) end)
        out:connect(8000, "192.168.4.2")`);
      assert.match(String(rig.error("out:connect(8000)")), /already connected$/);
      rig.wait(100);
      assert.equal(rig.printed(), "connected\ttrue\nwelcome");
    });

    it("that are refused end with 0, then without a socket with -14", () => {
      const rig = start("");
      rig.lua(`out = net.createConnection()
        out:on("disconnection", function(s, e) print(s == out, e) end)
        out:connect(8000, "192.168.4.2")`);
      rig.wait(100);
      assert.equal(rig.printed(), "true\t0\nfalse\t-14");
    });
  });

  describe("servers", () => {
    it("take a type, then the timeout", () => {
      const rig = start("");
      assert.match(String(rig.error("net.createServer(30)")), /invalid type$/);
      assert.match(
        String(rig.error("net.createConnection(net.TCP, 1)")),
        /secure connections not yet supported$/,
      );
      assert.equal(rig.value("type(net.createServer(net.TCP, 30).listen)"), "function");
      assert.equal(rig.value("net.createServer(net.UDP).accept == nil"), true);
    });

    it("can be closed, and their port used again", () => {
      const rig = start(listen());
      rig.lua("server:close() again = net.createServer() again:listen(80, function() print('again') end)");
      rig.client();
      assert.equal(rig.printed(), "again");
      assert.match(String(rig.error("server:close()")), /not connected$/);
    });
  });

  describe("datagrams", () => {
    it("call sent inside send, and reach nobody", () => {
      const rig = start("");
      rig.lua('udp = net.createUDPSocket() udp:on("sent", function(s) print("sent", s == udp) end)');
      rig.lua('udp:send(5353, "224.0.0.251", "x") print("after")');
      assert.equal(rig.printed(), "sent\ttrue\nafter");
      assert.deepEqual(rig.lua("return type(udp:getaddr()), select(2, udp:getaddr())"), [
        "number",
        "0.0.0.0",
      ]);
    });

    it("raise the firmware's errors", () => {
      const rig = start("udp = net.createUDPSocket()");
      const cases: [call: string, message: string][] = [
        ['udp:send(0, "1.2.3.4", "x")', "need port"],
        ['udp:send(1, "nowhere", "x")', "invalid IP address"],
        ['udp:send(1, "1.2.3.4", "")', "no data to send"],
        ['udp:on("connection", print)', "invalid callback name"],
        ["udp:close()", "not connected"],
      ];
      for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
    });
  });

  it("answers look-ups in a task, also of an address, with one value", () => {
    const rig = new Rig("", { chip: "esp32" });
    rig.lua('net.dns.resolve("1.2.3.4", function(...) print(select("#", ...), ...) end) print("after")');
    rig.lua('net.dns.resolve("nobody.example", function(...) print(select("#", ...), ...) end)');
    rig.wait(100);
    assert.equal(rig.printed(), "after\n1\t1.2.3.4\n1\tnil");
  });

  it("leaks nothing over many connections", () => {
    const rig = start(listen("socket = nil c:on('receive', function(s) s:send('x') s:close() end)"));
    const round = () => {
      for (let i = 0; i < 20; i++) {
        const client = rig.client();
        if (i % 4 === 0) client.reset();
        else client.send("?");
        rig.wait(20);
        client.close();
      }
      rig.wait(60_000);
      rig.printed();
      return rig.heap() - rig.board.firmware.vm.elasticBytes;
    };
    round();
    const before = round();
    assert.equal(round(), before);
  });
});
