// Runs cases against the probe app on a board with the chip's heap: each whole, split in two, and in single bytes.
import assert from "node:assert/strict";
import type { Form } from "../../../packages/compact/src/compile.ts";
import { appSource } from "../../../packages/image/app.ts";
import { compile, ROOT } from "../../../packages/image/build.ts";
import { bytecode } from "../../../packages/image/code.ts";
import type { LuaVm } from "../../../packages/lua-vm/vm/lua.ts";
import { field, parseResponses, type Response } from "../../../packages/measure/response-parser.ts";
import { Board } from "../../../packages/simulator/board.ts";
import { CHIPS } from "../../../packages/simulator/chips.ts";
import { VirtualClock } from "../../../packages/simulator/clock.ts";
import { type MemoryClient, MemoryNetwork } from "../../../packages/simulator/network/memory.ts";
import { httpserver, type Run, type ServerModule } from "../rig.ts";
import type { Answer, Case, Group } from "./case.ts";

/** Between two pieces of a split part: they go as segments of their own [ms]. */
const PIECE = 2;
/** After a part: whatever the board does about it is done [ms]. */
const PART = 300;
/** After the last part: a connection that is to end has ended [ms]. */
const END = 1200;
/** After a client: lwIP has forgotten the connection [ms]. */
const FORGOTTEN = 200_000;
/** Inputs up to this size are split at every byte, longer ones near their ends and at as many places between. */
const EVERY_BYTE = 600;
/** Single bytes beyond this many would take longer than a head may; then pieces are larger. */
const MOST_PIECES = 1500;
const WARM_UPS = 10;
/** Lua's stack cannot have more slots for C. */
const MOST_SLOTS = 7900;
/** Heap that the readable form takes more [bytes]. */
const READABLE = 8192;
/** Heap that the probe app takes: it does more than an app for a board would [bytes]. */
const PROBE_APP = 16384;
const LAST = "GET / HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n";

export class Table {
  readonly #clock = new VirtualClock();
  readonly #network = new MemoryNetwork(this.#clock);
  readonly #board: Board;
  #baseline = 0;

  /** @param app the probe app's bytecode */
  constructor(group: Group, { form, platform, code }: ServerModule, app: Buffer) {
    this.#board = new Board({
      chip: platform.chip,
      lua: platform.lua,
      numbers: platform.numbers ?? "double",
      heap: CHIPS[platform.chip].heap + PROBE_APP + (form === "readable" ? READABLE : 0),
      clock: this.#clock,
      network: this.#network,
    });
    const options = Object.entries(group.options ?? {}).map(([name, value]) => `${name} = ${value}`);
    this.#board.files.write("httpserver.lc", code);
    this.#board.files.write("app.lc", app);
    this.#board.files.write(
      "init.lua",
      Buffer.from(`OPTIONS = {${options.join()}}\nrequire("httpserver")\ndofile("app.lc")\n`),
    );
    this.#clock.advance(1000);
    assert.equal(this.#board.takeConsole(), "", "the app starts");
    // what grows once and stays: Lua's table of strings, its stack, the registry
    this.#board.firmware.vm.run('for i = 1, 300 do local _ = "s" .. i end');
    for (let i = 0; i < WARM_UPS; i++) {
      const example = group.cases[i % group.cases.length]!;
      this.#send(example, partsOf(example), (part) => [part]);
      this.#baseline = this.#heap();
    }
  }

  /** @throws AssertionError that names the way in which the bytes came */
  run(example: Case, split: boolean): void {
    const { unsplit } = example;
    const parts = partsOf(example);
    const length = parts.join("").length;
    this.#try(example, "whole", parts, (part) => [part]);
    if (split && unsplit === undefined) {
      for (const at of splits(length)) this.#try(example, `split at ${at}`, parts, cutAt(at));
      const size = Math.ceil(length / MOST_PIECES);
      this.#try(example, `in pieces of ${size}`, parts, (part) => pieces(part, size));
    }
    // a table of Lua's that had to grow is not lost: the same case once more takes nothing
    const heap = this.#heap();
    if (heap === this.#baseline) return;
    this.#try(example, "again", parts, (part) => [part]);
    this.#baseline = this.#heap();
    assert.ok(this.#baseline <= heap, `${this.#baseline - heap} bytes of heap are lost`);
  }

  /** Bytes in use when nothing is left that can be collected. */
  #heap(): number {
    const { firmware } = this.#board;
    settle(firmware.vm);
    return firmware.heapUsed - firmware.vm.elasticBytes;
  }

  #try(example: Case, way: string, parts: readonly string[], cut: Cut): void {
    this.#send(example, parts, cut, (client) => {
      try {
        this.#judge(example, client);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const received = JSON.stringify(client.text.slice(0, 600));
        throw new Error(`${way}: ${error.message}\nreceived ${received}, then ${client.end}`, {
          cause: error,
        });
      }
    });
  }

  /** A client from its SYN until it is forgotten. */
  #send(example: Case, parts: readonly string[], cut: Cut, judge?: (client: MemoryClient) => void): void {
    const client = this.#network.client(80);
    try {
      this.#clock.advance(5);
      let from = 0;
      for (const [i, part] of parts.entries()) {
        for (const piece of cut(part, from)) {
          // a client stops when it is told that nothing more is read; what is on its way goes on
          if (client.text.includes("Connection: close\r\n")) break;
          client.send(piece);
          this.#clock.advance(PIECE);
        }
        from += part.length;
        if (example.halfClose && i === parts.length - 1) client.shutdown();
        this.#clock.advance(PART);
      }
      this.#clock.advance((example.wait ?? 0) * 1000 + END);
      judge?.(client);
    } finally {
      client.close();
      this.#clock.advance(FORGOTTEN);
      this.#board.takeConsole();
    }
  }

  #judge(example: Case, client: MemoryClient): void {
    const { answers, after = "kept" } = example;
    const board = this.#board;
    assert.deepEqual(board.panics, [], "the board panicked");
    assert.equal(board.restarts, 0, "the board restarted");
    assert.match(board.takeConsole(), example.prints ?? /^$/, "on the board's console");

    const ended = client.end === "fin";
    const methods = answers.map(({ to }) => to ?? "GET");
    const responses = parseResponses(client.text, methods, ended);
    assert.deepEqual(
      responses.map(({ status }) => status),
      answers.map(({ status }, i) => one(status, responses[i]?.status)),
      "statuses",
    );
    for (const [i, answer] of answers.entries()) {
      const isLast = i === answers.length - 1;
      judgeAnswer(answer, responses[i]!);
      const announced = field(responses[i]!, "connection")?.toLowerCase() === "close";
      if (isLast && after !== "lost") assert.equal(announced, ended, "Connection: close and what follows it");
      else if (!isLast) assert.equal(announced, false, "Connection: close before the last answer");
    }
    if (after !== "either")
      assert.equal(client.end, after === "kept" ? "open" : "fin", "the connection's end");
    if (ended) return;
    const before = client.text.length;
    client.send(LAST);
    this.#clock.advance(END);
    const [last, ...more] = parseResponses(client.text.slice(before), [], true);
    assert.equal(last?.body, "hello", "another request is answered");
    assert.deepEqual(more, []);
    assert.equal<string>(client.end, "fin", "another request says close");
  }
}

function judgeAnswer(answer: Answer, response: Response): void {
  const { reason, fields = {}, body, framing, continued } = answer;
  if (reason !== undefined) assert.equal(response.reason, reason, "reason");
  for (const [name, expected] of Object.entries(fields)) {
    const value = field(response, name);
    if (expected === false) assert.equal(value, undefined, name);
    else if (typeof expected === "string") assert.equal(value, expected, name);
    else assert.match(value ?? "", expected, name);
  }
  if (typeof body === "string") assert.equal(response.body, body, "body");
  else if (body) assert.match(response.body, body, "body");
  if (framing) assert.equal(response.framing, framing, "framing");
  const most = continued ? [100] : [];
  assert.deepEqual(
    response.interim,
    continued === "perhaps" && response.interim.length === 0 ? [] : most,
    "interim responses",
  );
}

/** The status that was received, if it is one of those that are allowed. */
function one(allowed: number | readonly number[], received: number | undefined): number | readonly number[] {
  if (typeof allowed === "number") return allowed;
  return received !== undefined && allowed.includes(received) ? received : allowed;
}

/** Positions at which an input is cut in two. */
function splits(length: number): number[] {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  if (length <= EVERY_BYTE) return all;
  const third = EVERY_BYTE / 3;
  const step = Math.ceil((length - 2 * third) / third);
  return all.filter((at) => at <= third || at >= length - third || at % step === 0);
}

/** Cuts a part, of which `from` bytes of the input come before, into pieces. */
type Cut = (part: string, from: number) => string[];

function cutAt(at: number): Cut {
  return (part, from) => {
    const position = at - from;
    return position > 0 && position < part.length ? [part.slice(0, position), part.slice(position)] : [part];
  };
}

function pieces(part: string, size: number): string[] {
  return Array.from({ length: Math.ceil(part.length / size) }, (_, i) =>
    part.slice(i * size, (i + 1) * size),
  );
}

/**
 * Collects, and brings what Lua keeps for itself to one size. Each collection halves its stacks and its buffer for joining
 * strings if they are large: all end alike if they begin much larger than they ever were.
 */
function settle(vm: LuaVm): void {
  const { limit } = vm;
  vm.limit = 0;
  for (let i = 0; i < 2; i++) {
    vm.pushFunction(vm.L, (L) => {
      vm.api.lua_checkstack!(L, MOST_SLOTS);
      return 0;
    });
    vm.call(vm.L, 0, 0);
    vm.run(`local x = ("x"):rep(2047)
      local _ = x .. x .. "x"
      local function deep(n) return n > 0 and 1 + deep(n - 1) or 0 end
      deep(100)`);
    for (let j = 0; j < 10; j++) vm.collect();
  }
  vm.limit = limit;
}

function partsOf({ send }: Case): readonly string[] {
  return typeof send === "string" ? [send] : send;
}

const apps = new Map<Form, Promise<Buffer>>();

/** A table's board, freshly started. */
export async function table(group: Group, { form, platform }: Run): Promise<Table> {
  let app = apps.get(form);
  if (!app) {
    app = compile(appSource(`${ROOT}/packages/measure/probe`), form).then(({ code }) => Buffer.from(code));
    apps.set(form, app);
  }
  return new Table(
    group,
    await httpserver(form, platform),
    bytecode(await app, platform.lua, platform.numbers),
  );
}
