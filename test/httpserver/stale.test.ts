// ESP8266: lwIP may call a socket that has ended and that Lua has collected (net.c leaves its callbacks in place); if another
// connection's socket has been given that memory, the call ends that connection for Lua, and its client waits for ever. The server
// keeps ended sockets for so long. Clients leave at every byte, in every way, while others come and are answered.
import assert from "node:assert/strict";
import type { MemoryClient } from "../../packages/simulator/network/memory.ts";
import { random } from "../../packages/simulator/network/random.ts";
import { isEveryPlatform } from "../extent.ts";
import { FORMS, httpserver, Rig } from "./rig.ts";

const RUNS = isEveryPlatform ? 1000 : 60;
const REQUEST = "POST /big HTTP/1.1\r\nHost: b\r\nContent-Length: 20\r\n\r\n01234567890123456789";
const SMALL = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
const APP = `http.createServer(80, function(req, res)
  if req.url == "/" then res:finish("hello") return end
  local n = 0
  function req:ondata(chunk)
    if not chunk then res:finish(function() n = n + 1 if n <= 5 then return ("y"):rep(700) end end) end
  end
end)`;

type Leave = (client: MemoryClient) => void;

/** Ways to leave in the middle of an answer or of a request, of clients whose TCP goes on. */
const ABORT: readonly Leave[] = [
  (client) => client.reset(),
  (client) => client.close(),
  (client) => client.shutdown(),
];
/** ... and of clients that lose their power or network: lwIP waits for them for up to 110 s. */
const VANISH: readonly Leave[] = [
  (client) => client.vanish(),
  (client) => {
    client.shutdown();
    client.vanish();
  },
];
/** When memory is short the server lets go of the sockets that need it least: clients that vanish take much of it. */
const CASES = [
  { name: "clients abort", leave: ABORT, heap: 40_960 },
  { name: "clients abort or vanish, with the code in flash", leave: [...ABORT, ...VANISH], heap: 65_536 },
];

for (const form of FORMS) {
  describe(`calls of lwIP for sockets that have ended (${form})`, () => {
    for (const { name, leave: ways, heap } of CASES)
      it(`never meet another connection when ${name}, in ${RUNS} seeded runs`, async function () {
        this.timeout(120_000);
        const rig = new Rig(await httpserver(form), APP, { heap });
        const { board, clock, network } = rig;
        let answered = 0;
        for (let seed = 1; seed <= RUNS; seed++) {
          const next = random(seed);
          const leave = ways[next(ways.length)]!;
          const at = next(2) === 0 ? Number.POSITIVE_INFINITY : next(3800);
          let received = 0;
          const leaver = network.client(80, {
            delayedAck: next(2) === 0,
            onData: (data, client) => {
              received += data?.length ?? 0;
              if (received >= at && received - (data?.length ?? 0) < at) leave(client);
            },
          });
          leaver.send(REQUEST.slice(0, at === Number.POSITIVE_INFINITY ? next(REQUEST.length) : undefined));
          clock.advance(next(40));
          if (at === Number.POSITIVE_INFINITY) leave(leaver);
          for (let others = next(3); others >= 0; others--) {
            const other = network.client(80, { onEnd: (client) => client.close() });
            other.send(next(2) === 0 ? SMALL : SMALL.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            clock.advance(next(400));
            // Lua collects when it pleases
            if (next(3) === 0) board.firmware.vm.collect();
            clock.advance(next(3) === 0 ? 30_000 : 1500);
            // one that finds all slots taken by clients that have vanished waits, or is refused
            if (/ 200 OK.*hello/s.test(other.text)) answered++;
            else assert.match(other.text, /^($|HTTP\/1.1 503 )/, `seed ${seed}: ${other.end}`);
            other.close();
          }
          assert.equal(board.staleCalls.onOther, 0, `seed ${seed}: a stale call has met another connection`);
        }
        assert.ok(answered > RUNS, `${answered} answers`);
        clock.advance(180_000);
        assert.equal(board.firmware.connectionCount(), 0, "a connection is left that nobody knows");
        assert.match(rig.get(), /hello/);
        assert.equal(board.restarts, 0);
      });

    it("are kept from by few bytes for each socket, which are given back", async () => {
      const rig = new Rig(await httpserver(form), APP);
      const SOCKETS = 16;
      const round = () => {
        for (let i = 0; i < SOCKETS; i++) {
          const client = rig.network.client(80, { onEnd: () => client.close() });
          client.send(SMALL.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
          rig.clock.advance(1000);
        }
        // longer than TIME_WAIT
        rig.clock.advance(25_000);
        return rig.heap();
      };
      round();
      rig.settle();
      const before = rig.heap();
      const kept = (round() - before) / SOCKETS;
      rig.settle();
      assert.equal(rig.heap(), before);
      assert.ok(kept > 0 && kept <= 110, `${kept} bytes`);
      console.log(`      a socket that is kept takes ${kept} bytes`);
    });
  });
}
