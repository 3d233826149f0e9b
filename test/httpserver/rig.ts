// What a test of the server needs: our module as the board would have it, an app in Lua, clients on the virtual clock.
import assert from "node:assert/strict";
import type { Form } from "../../packages/compact/src/compile.ts";
import { compile, HTTPSERVER } from "../../packages/image/build.ts";
import { bytecode } from "../../packages/image/code.ts";
import { type Platform as ChipAndLua, ESP8266 as USUAL } from "../../packages/measure/platform.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import {
  type ClientOptions,
  type MemoryClient,
  MemoryNetwork,
} from "../../packages/simulator/network/memory.ts";
import { isEveryPlatform, isFull } from "../extent.ts";

/** Both forms pass the same tests. */
export const FORMS: readonly Form[] = ["compact", "readable"];

/** What the server must run on, with its name in test titles. */
export interface Platform extends ChipAndLua {
  name: string;
}

export const ESP8266: Platform = { name: "ESP8266", ...USUAL };
export const PLATFORMS: readonly Platform[] = [
  ESP8266,
  { name: "ESP32", chip: "esp32", lua: "5.1" } as const,
  { name: "ESP32 with Lua 5.3", chip: "esp32", lua: "5.3" } as const,
].slice(0, isEveryPlatform ? undefined : 1);

/** Firmware that counts in integers: one run of everything, in CI. */
export const INTEGERS: Platform = { name: "ESP8266 with integers", ...USUAL, numbers: "integer" };

/** One form of the module on one platform. */
export interface Run {
  name: string;
  form: Form;
  platform: Platform;
  /** The run that tries every way: others leave out what takes long and hardly depends on form and platform. */
  isThorough: boolean;
}

/** What the tests of the server run on. */
export const RUNS: readonly Run[] = [
  ...PLATFORMS.flatMap((platform) => FORMS.map((form) => ({ form, platform }))),
  ...(isEveryPlatform ? [{ form: "compact", platform: INTEGERS } as const] : []),
].map(({ form, platform }) => ({
  name: `${form}, ${platform.name}`,
  form,
  platform,
  isThorough: isFull || (isEveryPlatform && form === "compact" && platform === ESP8266),
}));

/** Our module as a platform has it in flash. */
export interface ServerModule {
  form: Form;
  platform: Platform;
  /** Stripped bytecode. */
  code: Buffer;
}

const sources = new Map<Form, Promise<Buffer>>();

/** Our module; compiled once. */
export async function httpserver(form: Form, platform = ESP8266): Promise<ServerModule> {
  let source = sources.get(form);
  if (!source) {
    source = compile(HTTPSERVER, form).then(({ code }) => Buffer.from(code));
    sources.set(form, source);
  }
  return { form, platform, code: bytecode(await source, platform.lua, platform.numbers) };
}

export interface RigOptions {
  heap?: number;
  connections?: number;
}

/** A board of the module's platform that has run `app` (Lua; the module is its local `http`), and the world around it. */
export class Rig {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;

  constructor({ form, platform, code }: ServerModule, app: string, options: RigOptions = {}) {
    this.board = new Board({
      chip: platform.chip,
      lua: platform.lua,
      numbers: platform.numbers ?? "double",
      // the readable form takes more, and nobody puts it on a board
      heap: (options.heap ?? CHIPS[platform.chip].heap) + (form === "readable" ? 8192 : 0),
      clock: this.clock,
      network: this.network,
      ...(options.connections === undefined ? {} : { connections: options.connections }),
    });
    this.board.files.write("httpserver.lc", code);
    this.board.files.write("init.lua", `local http = require("httpserver")\n${app}`);
    this.clock.advance(500);
  }

  client(options?: ClientOptions): MemoryClient {
    const client = this.network.client(80, options);
    this.clock.advance(5);
    return client;
  }

  /** Sends a request on a connection of its own and gives everything that came back within a second. */
  ask(request: string): string {
    const client = this.client();
    client.send(request);
    this.clock.advance(1000);
    return client.text;
  }

  /** GET with the least that HTTP/1.1 wants. */
  get(path = "/"): string {
    return this.ask(`GET ${path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  }

  /** Runs Lua on the board, as typed at its prompt, and gives what it returns. */
  lua(source: string): (string | number | boolean | undefined)[] {
    return this.board.firmware.vm.run(source, "=test");
  }

  /** Everything printed since the last call. */
  printed(): string {
    return this.board.takeConsole();
  }

  /** Bytes in use after a full collection. */
  heap(): number {
    // a finalizer lets go of handlers that only the next collection frees; Lua's own buffer and string table shrink by
    // half at each
    for (let i = 0; i < 8; i++) this.board.firmware.vm.collect();
    return this.board.firmware.heapUsed - this.board.firmware.vm.elasticBytes;
  }

  /** Lets everything that is under way come to its end: time-outs, lingering connections, ended sockets that are kept. */
  settle(): void {
    this.clock.advance(200_000);
  }
}

/**
 * Bytes that a round of work loses for good. A leak loses them every time; a table of Lua's keeps another size now and then.
 * @param round does the work and gives the heap afterwards
 */
export function leaked(round: () => number): number {
  let least = Number.POSITIVE_INFINITY;
  let before = round();
  for (let i = 0; i < 5 && least > 0; i++) {
    const after = round();
    least = Math.min(least, after - before);
    before = after;
  }
  return Math.max(0, least);
}

/** Splits a response into its head's lines and its body. */
export function parts(response: string): { status: string; fields: string[]; body: string } {
  const end = response.indexOf("\r\n\r\n");
  assert.ok(end >= 0, `no complete head in ${JSON.stringify(response)}`);
  const [status, ...fields] = response.slice(0, end).split("\r\n");
  return { status: status!, fields, body: response.slice(end + 4) };
}
