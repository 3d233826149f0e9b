// Fifty clients at once, most of them a nuisance: the board stays up, answers everyone else within a second, and is rid of
// each bad client within that client's time limit. Seconds of the virtual clock; crowd-tcp.test.ts does it once over TCP.
import assert from "node:assert/strict";
import { answers } from "../../packages/measure/faults/answers.ts";
import type { MemoryClient } from "../../packages/simulator/network/memory.ts";
import { httpserver, leaked, PLATFORMS, Rig, type ServerModule } from "./rig.ts";

const CROWD = 50;
/** Slots for the crowd and for those that come and go beside it. */
const CONNECTIONS = CROWD + 6;
/** What a connection can take: two segments in flight, a received piece, its exchange [bytes]. */
const PER_CONNECTION = 8192;

const APP = `
  http.createServer(80, function(req, res)
    if req.url == "/stream" then
      local n = 0
      res:finish(function() n = n + 1 if n <= 40 then return ("x"):rep(1000) end end)
    elseif req.url == "/upload" then
      local size = 0
      function req:ondata(chunk) if chunk then size = size + #chunk else res:finish(size) end end
    else
      res:finish("hello")
    end
  end, {connections = limit})`;

const GET = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
const UPLOAD = "POST /upload HTTP/1.1\r\nHost: b\r\nContent-Length: 4000\r\n\r\n";
const STREAM = "GET /stream HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n";

interface Kind {
  /** Seconds after which it must be gone; undefined if it is served to its end. */
  limit?: number;
  receiveBuffer?: number;
  begin?(client: MemoryClient): void;
  /** Each half second. */
  step?(client: MemoryClient, n: number): void;
  served?(client: MemoryClient): boolean;
}

const whole = (client: MemoryClient) => answers(client.text).every(({ isWhole }) => isWhole);

const KINDS: Record<string, Kind> = {
  "says nothing": { limit: 15 },
  "drips its head": {
    limit: 10,
    step: (client, n) => void client.send(n === 0 ? "GET / HTTP/1.1\r\nX-Slow: " : "x"),
  },
  "begins a head and leaves it": { limit: 10, begin: (client) => void client.send("GET / HT") },
  "drips its body": {
    limit: 15,
    begin: (client) => void client.send(UPLOAD),
    step: (client) => void client.send("x"),
  },
  "stops reading": {
    limit: 20,
    receiveBuffer: 3000,
    begin: (client) => {
      client.pause();
      client.send(STREAM);
    },
    // it looks again when it is over
    step: (client, n) => {
      if (n === 60) client.resume();
    },
  },
  "resets in the middle": {
    limit: 1,
    begin: (client) => void client.send(STREAM),
    step: (client) => client.reset(),
  },
  "ends its side in the middle of a head": {
    limit: 1,
    begin: (client) => {
      client.send("GET / HTTP/1.1\r\nHo");
      client.shutdown();
    },
  },
  "reads slowly": {
    receiveBuffer: 3000,
    begin: (client) => void client.send(STREAM),
    step: (client, n) => (n % 2 === 0 ? client.pause() : client.resume()),
    served: (client) => whole(client) && answers(client.text)[0]?.body.length === 40_000,
  },
  "writes slowly": {
    begin: (client) => void client.send(UPLOAD),
    step: (client, n) => {
      if (n < 40) client.send("x".repeat(100));
    },
    served: (client) => answers(client.text)[0]?.body === "4000",
  },
  "asks again and again": {
    step: (client, n) => {
      if (n < 50) client.send(GET);
    },
    served: (client) => answers(client.text).filter(({ body }) => body === "hello").length === 50,
  },
};

for (const platform of PLATFORMS) {
  describe(`a crowd (${platform.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver("compact", platform);
    });

    const rig = (connections: number, heap: number) =>
      new Rig(module, `limit = ${connections}\n${APP}`, { connections, heap });

    it(`of ${CROWD} clients: each bad one is gone in time, the others are answered within a second`, () => {
      const board = rig(CONNECTIONS, 40 * 1024 + PER_CONNECTION * CONNECTIONS);
      const names = Object.keys(KINDS);
      const crowd = Array.from({ length: CROWD }, (_, i) => {
        const kind = KINDS[names[i % names.length]!]!;
        const client = board.network.client(80, { receiveBuffer: kind.receiveBuffer ?? 64_240 });
        return { name: names[i % names.length]!, kind, client };
      });
      const begun = board.clock.now();
      board.clock.advance(10);
      for (const { kind, client } of crowd) kind.begin?.(client);

      const waits: number[] = [];
      for (let n = 0; n < 80; n++) {
        for (const { kind, client } of crowd) kind.step?.(client, n);
        const other = board.network.client(80);
        const asked = board.clock.now();
        other.send(GET);
        assert.ok(
          board.clock.runUntil(() => answers(other.text)[0]?.body === "hello", 1000),
          `not answered after ${n / 2} s`,
        );
        waits.push(board.clock.now() - asked);
        other.close();
        board.clock.advance(asked + 500 - board.clock.now());
      }
      board.clock.advance(20_000);

      for (const { name, kind, client } of crowd) {
        const end = client.events.find(({ what }) => ["fin", "rst", "rst sent"].includes(what));
        assert.ok(end, `"${name}" is still ${client.end}`);
        const seconds = (end.at - begun) / 1000;
        // a client that does not read hears of its end when it reads again
        const limit = name === "stops reading" ? 31 : kind.limit;
        // the tick, lwIP's own timer, the client's chance to close first
        if (limit !== undefined) assert.ok(seconds <= limit + 1.7, `"${name}" was there for ${seconds} s`);
        if (kind.served) assert.ok(kind.served(client), `"${name}": ${client.text.slice(-200)}`);
        else assert.ok(!answers(client.text).some(({ status, isWhole }) => isWhole && status === 200), name);
      }
      assert.equal(board.board.restarts, 0);
      assert.equal(board.board.firmware.connectionCount(), 0);
      console.log(`      ${waits.length} others were answered in at most ${Math.max(...waits)} ms`);
    });

    it("leaves nothing behind", () => {
      const board = rig(CONNECTIONS, 40 * 1024 + PER_CONNECTION * CONNECTIONS);
      const round = () => {
        const names = Object.keys(KINDS);
        const clients = Array.from({ length: CROWD }, (_, i) => {
          const kind = KINDS[names[i % names.length]!]!;
          const client = board.network.client(80, { receiveBuffer: kind.receiveBuffer ?? 64_240 });
          kind.begin?.(client);
          return { kind, client };
        });
        for (let n = 0; n < 4; n++) {
          for (const { kind, client } of clients) kind.step?.(client, n);
          board.clock.advance(500);
        }
        for (const [i, { client }] of clients.entries()) {
          if (i % 3 === 0) client.reset();
          else client.close();
        }
        board.clock.advance(200_000);
        return board.heap();
      };
      round();
      assert.equal(leaked(round), 0);
      assert.equal(board.board.restarts, 0);
    });

    it(`of ${CROWD} clients that say nothing does not keep others from a chip with five connections`, () => {
      const board = rig(5, 40 * 1024);
      // any number that come at the very same moment pass lwIP's limit, and cost heap before the server hears of them
      for (let i = 0; i < CROWD; i++) {
        board.network.client(80);
        board.clock.advance(10);
      }
      board.clock.advance(100);
      const waits: number[] = [];
      let lost = 0;
      for (let n = 0; n < 20; n++) {
        const other = board.network.client(80);
        const asked = board.clock.now();
        other.send(GET);
        if (board.clock.runUntil(() => other.text.endsWith("hello"), 40_000))
          waits.push(board.clock.now() - asked);
        else lost++;
        other.close();
        board.clock.advance(500);
      }
      assert.equal(board.board.restarts, 0, `${board.printed()} ${waits}`);
      // more clients than the server keeps sockets for have been closed and do not end their side: the firmware may call one of
      // those, and end another connection
      assert.ok(lost <= board.board.staleCalls.onOther, `${lost} not answered`);
      // a SYN that meets a wave of theirs is ignored by lwIP, and sent again by the client's clock, not by ours
      assert.ok(waits.filter((wait) => wait < 1000).length >= 18, `${waits}`);
      console.log(
        `      answered after ${waits.map(Math.round).join(", ")} ms; ${lost} lost by the firmware`,
      );
    });
  });
}
