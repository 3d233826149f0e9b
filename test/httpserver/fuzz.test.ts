// Random bytes and mutated requests: each gets an answer, a refusal or a close, within the time-outs at the latest. The
// board never restarts, goes on answering, and its heap returns to where it was.
//   FUZZ_SEED=123 FUZZ_CASES=10000 npx mocha test/httpserver/fuzz.test.ts    another run; a failure prints what to give
import assert from "node:assert/strict";
import { answers } from "../../packages/measure/faults/answers.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { httpserver, leaked, PLATFORMS, Rig, type ServerModule } from "./rig.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const CASES = Number(process.env.FUZZ_CASES ?? 500);
/** The time-outs together, of a request that begins just before each ends [ms]. */
const LONGEST = 120_000;

const APP = `
  http.createServer(80, function(req, res)
    local url = req.url
    if url == "/echo" then
      local size = 0
      function req:ondata(chunk)
        if chunk then size = size + #chunk else res:finish(size) end
      end
    elseif url == "/headers" then
      function req:onheader(name, value) res:send(name .. value) end
      function req:onhead() res:finish() end
    elseif url == "/stream" then
      local n = 0
      res:finish(function() n = n + 1 if n <= 9 then return ("x"):rep(n * 100) end end)
    elseif url == "/later" then
      tmr.create():alarm(100, tmr.ALARM_SINGLE, function() res:finish("late") end)
    else
      res:finish("hello")
    end
  end)`;

/** A small generator (mulberry32): the same numbers for a seed everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x100000000) * below);
  };
}
type Random = ReturnType<typeof generator>;

const VALID = [
  "GET / HTTP/1.1\r\nHost: board\r\n\r\n",
  "GET /headers HTTP/1.1\r\nHost: board\r\nUser-Agent: x\r\nAccept: */*\r\nX-Empty:\r\n\r\n",
  "POST /echo HTTP/1.1\r\nHost: board\r\nContent-Length: 11\r\n\r\nhello world",
  "POST /echo HTTP/1.1\r\nHost: board\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: t\r\n\r\n",
  "PUT /echo HTTP/1.1\r\nHost: board\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
  "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  "GET /stream HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: board\r\n\r\n",
  "GET http://board/later HTTP/1.1\r\nHost: board\r\n\r\n",
  "GET /later HTTP/1.1\r\nHost: board\r\n\r\nGET / HTTP/1.1\r\nHost: board\r\n\r\n",
];
const TOKENS = [
  ...'\0\t\n\r "%,:;=?/\x7f\x80\xff',
  ..."\r\n|\r\n\r\n|GET |POST |/| HTTP/1.1\r\n| HTTP/1.0\r\n| HTTP/2.0\r\n|Host: b\r\n|Content-Length: |Transfer-Encoding: chunked\r\n|Connection: |Expect: 100-continue\r\n|close|-1|0|5|ffffffff|99999999999|x|chunked|http://|*".split(
    "|",
  ),
];

function bytes(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random(256))).join("");
}

/** Random bytes, or random words of the protocol. */
function noise(random: Random): string {
  if (random(2) === 0) return bytes(random, 1 + random(random(8) === 0 ? 6000 : 300));
  return Array.from({ length: 1 + random(60) }, () => TOKENS[random(TOKENS.length)]!).join("");
}

/** A valid request, or several, with one to four mistakes. */
function mutant(random: Random): string {
  const valid = () => VALID[random(VALID.length)]!;
  let text = valid() + (random(3) === 0 ? valid() : "");
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(text.length + 1);
    const length = 1 + random(random(4) === 0 ? 40 : 4);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    switch (random(7)) {
      case 0: {
        const flipped = String.fromCharCode((after.charCodeAt(0) || 0) ^ (1 << random(8)));
        text = before + flipped + after.slice(1);
        break;
      }
      case 1:
        text = before + bytes(random, length) + after;
        break;
      case 2:
        text = before + after.slice(length);
        break;
      case 3:
        text = before + after.slice(0, length).repeat(1 + random(30)) + after;
        break;
      case 4:
        text = before;
        break;
      case 5:
        text = before + valid().slice(random(40)) + after;
        break;
      default:
        text = before + TOKENS[random(TOKENS.length)]! + after;
    }
  }
  return text;
}

for (const platform of PLATFORMS) {
  describe(`fuzzing (${platform.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver("compact", platform);
    });

    for (const [name, generate] of [
      ["random byte streams", noise],
      ["mutated requests", mutant],
    ] as const) {
      it(`${CASES} ${name}`, function () {
        this.timeout(60_000 + CASES * 100);
        // as with the code in flash: what comes of short memory is a matter of exhaustion.test.ts
        const rig = new Rig(module, APP, { heap: Math.max(65_536, CHIPS[platform.chip].heap) });
        const heap = () => {
          rig.settle();
          assert.equal(answers(rig.get()).at(0)?.body, "hello");
          rig.settle();
          return rig.heap();
        };
        const seen = new Map<string, number>();
        let lost = 0;

        const one = (seed: number) => {
          const random = generator(seed);
          const text = generate(random);
          const size = [1, 2, 3, 7, 50, 1460][random(6)]!;
          const stale = rig.board.staleCalls.onOther;
          const client = rig.network.client(80, {
            faults: { segment: (_, most) => Math.min(most, size) },
            // lwIP remembers a client that does not end its side for 20 s: more of those than the server keeps sockets for are
            // a matter of stale.test.ts
            onEnd: () => client.close(),
          });
          client.send(text);
          const end = random(5);
          rig.clock.advance(20);
          if (end === 0) client.shutdown();
          if (end === 1) client.reset();
          rig.clock.runUntil(() => client.end !== "open" && client.end !== "connecting", LONGEST);
          const shown = `FUZZ_SEED=${seed} FUZZ_CASES=1: ${JSON.stringify(text)}\n${JSON.stringify(client.text)}`;
          const panics = rig.board.panics.map(({ message }) => message);
          assert.deepEqual(panics, [], shown);
          assert.equal(rig.board.restarts, 0, `${shown} ${rig.printed()}`);
          // lwIP has called a socket that the server keeps no longer, and the firmware has ended this connection instead
          if (client.end === "open" && rig.board.staleCalls.onOther > stale) lost++;
          else assert.ok(["fin", "rst", "closed"].includes(client.end), `${client.end}: ${shown}`);
          // throws for anything that is no response
          const got = answers(client.text);
          for (const { status, isWhole } of got) {
            assert.ok(isWhole || client.end === "closed" || client.end === "open" || end === 0, shown);
            assert.notEqual(status, 500, `${shown} ${rig.printed()}`);
            seen.set(String(status), (seen.get(String(status)) ?? 0) + 1);
          }
          if (got.length === 0) seen.set("close", (seen.get("close") ?? 0) + 1);
          assert.equal(rig.printed(), "", shown);
        };

        for (let i = 0; i < CASES; i++) {
          one(SEED + i);
          if (i % 25 === 0)
            assert.equal(answers(rig.get()).at(0)?.body, "hello", `after FUZZ_SEED=${SEED + i}`);
        }
        const round = () => {
          for (let i = 0; i < CASES; i += 10) one(SEED + i);
          return heap();
        };
        assert.equal(leaked(round), 0);
        assert.ok(lost <= CASES / 100, `${lost} connections ended by the firmware`);
        console.log(
          `      ${name}: ${[...seen].map((entry) => entry.join(" ")).join(", ")}; ${lost} ended by the firmware`,
        );
      });
    }
  });
}
