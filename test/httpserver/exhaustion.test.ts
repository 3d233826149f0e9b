// For every allocation in a set of scenarios one run in which exactly that allocation fails. Afterwards the board is up,
// nothing is leaked, and the next request is answered. A client gets the right answer, a 500 or 503, or a close: never
// half a response that looks whole.
// The same for runs in which every callback finds only so much room. Left alone is what the firmware's C code allocates before it calls into Lua: no Lua code can do anything about that.
import assert from "node:assert/strict";
import type { MemoryClient } from "../../simulator/network/memory.ts";
import { type Answer, answers } from "./answers.ts";
import { httpserver, leaked, Rig, RUNS, type ServerModule } from "./rig.ts";

/** Enough for everything at once. */
const HEAP = 64 * 1024;

const APP = `
  local function handler(req, res)
    local url = req.url
    if url == "/push" then
      res:send_header("X-A", "b")
      for i = 1, 5 do res:send(("%d:"):format(i) .. ("x"):rep(i * 10)) end
      res:finish("end", 200)
    elseif url == "/part" then
      res:send("first")
      function req:ondata(chunk) if not chunk then res:finish("last") end end
    elseif url == "/pull" then
      local n = 0
      res:finish(function() n = n + 1 if n <= 4 then return n .. ("y"):rep(900) end end)
    elseif url == "/echo" then
      local body = ""
      function req:ondata(chunk)
        if chunk then body = body .. chunk else res:finish(body) end
      end
    elseif url == "/headers" then
      local seen = ""
      function req:onheader(name, value) seen = seen .. name .. "=" .. value .. ";" end
      function req:onhead() res:finish(seen) end
    elseif url == "/later" then
      tmr.create():alarm(50, tmr.ALARM_SINGLE, function()
        -- what is not caught in an app's timer restarts the board, whoever raised it
        if not pcall(res.finish, res, "late") then req.conn:close() end
      end)
    elseif url == "/never" then
      function req:onclose() closed = true end
    else
      res:finish("hello")
    end
  end
  srv = http.createServer(80, handler, {headtime = 2, idle = 3, bodytime = 2, sendtime = 4, answer = 4, onerror = function() end})
`;

const head = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: b\r\n${more}\r\n`;
const post = (path: string, body: string, more = "") =>
  `POST ${path} HTTP/1.1\r\nHost: b\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
const CHUNKED = "POST /echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Each is what one client sends, in one go or with pauses; several are several clients at once. */
const SCENARIOS: Record<string, string[][]> = {
  "a request": [[head("/")]],
  "two on one connection": [[head("/"), head("/headers", "X-A: 1\r\nX-B: 2\r\n")]],
  "three pipelined, in small pieces": [[...(head("/") + head("/push") + head("/later")).match(/.{1,25}/gs)!]],
  "an answer in pieces": [[head("/push"), post("/part", "abc")]],
  "a pulled answer": [[head("/pull")]],
  "a body": [[post("/echo", "x".repeat(300)), post("/echo", "0123456789", "Expect: 100-continue\r\n")]],
  "a chunked body": [[CHUNKED, "5\r\nhello\r\n", "6;x=y\r\n world\r\n0\r\nT: r\r\n\r\n"]],
  "a bad request": [["GET / HTTP/1.1\r\nHost: b\r\nbad\r\n\r\n"]],
  "a request that is given up": [[`${head("/").slice(0, -2)}X-Slow`]],
  "a silent app": [[head("/never")]],
  "three clients": [[head("/later")], [head("/pull")], [post("/echo", "abcdef")]],
};

/** Bytes that a callback finds free, in steps: from none to enough for any of them. */
const ROOMS = Array.from({ length: 40 }, (_, i) => i * 150);

/** What a run goes short of; with neither it has all that it wants. */
interface Shortage {
  /** The allocation, counted from the run's first, that fails. */
  allocation?: number;
  /** Bytes that each callback finds free. */
  room?: number;
}

class Trial {
  readonly #rig: Rig;
  readonly #scenario: string[][];
  readonly #right: Answer[][];
  #shortage: Shortage = {};

  constructor(module: ServerModule, scenario: string[][]) {
    this.#rig = new Rig(module, APP, { heap: HEAP });
    this.#scenario = scenario;
    this.#interpose();
    this.#play();
    this.#right = this.#play().map(({ text }) => answers(text));
    for (const answer of this.#right.flat()) assert.ok(answer.isWhole);
  }

  get heap(): number {
    return this.#rig.heap();
  }

  /** One run. @returns whether it did go short of anything; allocations beyond the scenario's last do not */
  run(shortage: Shortage): boolean {
    const rig = this.#rig;
    const { vm } = rig.board.firmware;
    this.#shortage = shortage;
    vm.failAfter = shortage.allocation ?? 0;
    const clients = this.#play();
    const isShort = shortage.room !== undefined || vm.failAfter === 0;
    vm.failAfter = 0;
    this.#shortage = {};

    const where = `${JSON.stringify(shortage)}: ${rig.printed()}`;
    const panics = rig.board.panics.map(({ message }) => message);
    assert.deepEqual(panics, [], where);
    assert.equal(rig.board.restarts, 0, where);
    for (const [i, client] of clients.entries()) {
      assert.notEqual(client.end, "open", where);
      check(answers(client.text), this.#right[i]!, `${where} ${JSON.stringify(client.text.slice(0, 300))}`);
    }
    assert.equal(answers(rig.get()).at(0)?.body, "hello", where);
    rig.clock.advance(20_000);
    return isShort;
  }

  #play(): MemoryClient[] {
    const { network, clock } = this.#rig;
    const clients = this.#scenario.map(() => network.client(80));
    clock.advance(5);
    const longest = Math.max(...this.#scenario.map((pieces) => pieces.length));
    for (let i = 0; i < longest; i++) {
      for (const [n, client] of clients.entries()) {
        const piece = this.#scenario[n]![i];
        if (piece !== undefined) client.send(piece);
      }
      clock.advance(10);
    }
    clock.advance(20_000);
    return clients;
  }

  /** The shortage begins where Lua does: what the firmware's C code allocates for a callback is there. */
  #interpose(): void {
    const { firmware } = this.#rig.board;
    const { vm } = firmware;
    const { limit } = vm;
    vm.run("function levels(n) n = n or 6 if n > 0 then levels(n - 1) end end");
    vm.getGlobal("levels");
    const levels = vm.ref(vm.L, -1);
    vm.pop(vm.L);
    for (const name of ["callProtected", "callUnprotected"] as const) {
      const call = firmware[name].bind(firmware);
      firmware[name] = (reference, push = () => 0) => {
        const left = vm.failAfter;
        vm.failAfter = 0;
        call(reference, (L) => {
          const pushed = push(L);
          // room for the call itself
          vm.api.lua_checkstack!(L, 200);
          const { room } = this.#shortage;
          if (room !== undefined) vm.collect();
          // Lua 5.3 allocates for each level of calls; without these it would not get as far as the server's pcall
          vm.pushRef(L, levels);
          vm.callUnprotected(L, 0, 0);
          if (room !== undefined) vm.limit = vm.used + room;
          vm.failAfter = left;
          return pushed;
        });
        vm.limit = limit;
      };
    }
  }
}

/** Each answer that looks whole is the right one, or a refusal. */
function check(got: Answer[], right: Answer[], where: string): void {
  for (const [i, { isWhole, status, body }] of got.entries()) {
    if (!isWhole) continue;
    if (status === 500 || status === 503) assert.equal(body, "", where);
    else assert.deepEqual({ status, body }, { status: right[i]?.status, body: right[i]?.body }, where);
  }
}

for (const run of RUNS) {
  describe(`exhaustion (${run.name})`, () => {
    let module: ServerModule;
    let runs = 0;
    before(async () => {
      module = await httpserver(run.form, run.platform);
    });
    after(() => console.log(`  exhaustion (${run.name}): ${runs} runs`));

    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      it(`${name}: any one allocation fails`, () => {
        const trial = new Trial(module, scenario);
        let before = trial.heap;
        for (let allocation = 1; trial.run({ allocation }); allocation++) {
          runs++;
          if (trial.heap > before) {
            const again = () => {
              trial.run({ allocation });
              return trial.heap;
            };
            assert.equal(leaked(again), 0, `allocation ${allocation} leaks`);
          }
          before = trial.heap;
        }
      });

      it(`${name}: little heap is left`, () => {
        const trial = new Trial(module, scenario);
        for (const room of ROOMS) trial.run({ room });
        runs += ROOMS.length;
        const round = () => {
          for (const room of ROOMS.filter((_, i) => i % 5 === 0)) trial.run({ room });
          return trial.heap;
        };
        assert.equal(leaked(round), 0);
      });
    }
  });
}
