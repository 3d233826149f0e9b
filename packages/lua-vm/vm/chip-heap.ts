// What the heap of a Lua 5.1 VM would take on an ESP8266. The VM's blocks have other sizes than the chip's: a value takes 16
// bytes here and 12 there, line numbers are packed there, and so on. So each block is recognised for what it is, by walking
// all objects, and counted as the firmware (built for doubles) would have it: its size there, rounded up to 8, and malloc's
// header of 8. What the firmware has in flash (libraries, and with them their names) takes nothing; a name of a library that
// a program mentions is a string of its own there, which the VM shares with the library. The table of all strings is as
// large as the chip's would be, which has fewer of them.
// Only differences between two counts mean something: what is there when a board has started is not the same on the chip.
// Checked against the firmware's own core, compiled for 32 bits: test/measure/bench.test.ts.
import type { LuaVm } from "./lua.ts";
import {
  CALL_SIZE,
  CLOSURE,
  FIXED,
  GLOBAL,
  LOCAL_SIZE,
  NODE,
  OBJECT,
  POINTER_SIZE,
  PROTO,
  STATE,
  STRING,
  TABLE,
  TYPE,
  UPVALUE_SIZE,
  USERDATA,
  VALUE,
} from "./structures51.ts";

/** malloc's header, and what the sizes of its blocks are multiples of [bytes]. */
const BLOCK_HEADER = 8;
const BLOCK_STEP = 8;
/** Sizes on the chip (lobject.h, packed to 4 bytes). */
const CHIP = { value: 12, node: 28, upvalue: 24, proto: 72, cClosure: 20, userdata: 20 };
/** What a thread's own two values are shorter there, and their alignment. */
const THREAD_LESS = 8;
/** Instructions of one line that one byte of packed line information counts, and the least step that has a byte more. */
const MOST_OF_A_LINE = 126;
const STEPS = { short: 64, more: 128 };

/** Sizes of the table of all strings: the least one, and the one that is never halved. */
const STRING_TABLE = { least: 32, kept: 64 };

/** What a block holds; "lines" is line information, "strings" the table of all strings, which is counted apart. */
type Kind =
  | "bytes"
  | "string"
  | "strings"
  | "values"
  | "nodes"
  | "upvalue"
  | "proto"
  | "C closure"
  | "userdata"
  | "thread"
  | "lines";

interface Block {
  /** Its bytes in the VM. */
  bytes: number;
  kind: Kind | undefined;
  /** Its bytes on the chip, without malloc's header and rounding; 0 until its kind is known. */
  chip: number;
  /** The table of a hash part. */
  owner: number;
  /** The block that took its place when its size changed; undefined while it has not. */
  became: Block | undefined;
}

/** One change of the heap: what was there of a block before, and what afterwards. */
interface Change {
  before: Block | undefined;
  after: Block | undefined;
}

export interface ChipTotal {
  /** Live blocks. */
  bytes: number;
  /** The bytes among them that stacks and the table of all strings take. Their sizes depend on what was done before. */
  elastic: number;
}

export interface ChipWork {
  /** Most that was there at once. */
  peak: number;
  /** Bytes of blocks that came or grew, without headers. */
  allocated: number;
}

/** Bytes that a function without line numbers takes on the chip: what is made of its code, and each closure of it. */
export function functionOnChip(f: {
  instructions: number;
  constants: number;
  upvalues: number;
  /** Functions inside it. */
  inner: number;
}): { code: number; closure: number } {
  return {
    code:
      cost(CHIP.proto) +
      cost(f.instructions * POINTER_SIZE) +
      cost(f.constants * CHIP.value) +
      cost(f.inner * POINTER_SIZE),
    closure: cost(CLOSURE.upvaluesOfLua + f.upvalues * POINTER_SIZE),
  };
}

/** What one block of so many bytes costs. */
const cost = (bytes: number) => (bytes === 0 ? 0 : Math.ceil(bytes / BLOCK_STEP) * BLOCK_STEP + BLOCK_HEADER);

/** Bytes on the chip of what takes `bytes` here. Line information depends on the lines: see packedLines. */
function onChip(kind: Kind, bytes: number): number {
  switch (kind) {
    case "values":
      return (bytes / VALUE.size) * CHIP.value;
    case "nodes":
      return (bytes / NODE.size) * CHIP.node;
    case "upvalue":
      return CHIP.upvalue;
    case "proto":
      return CHIP.proto;
    case "C closure":
      return CHIP.cClosure + ((bytes - CLOSURE.upvaluesOfC) / VALUE.size) * CHIP.value;
    case "userdata":
      return bytes - USERDATA.size + CHIP.userdata;
    case "thread":
      return bytes - THREAD_LESS;
    case "strings":
      return 0;
    default:
      return bytes;
  }
}

/**
 * Bytes of packed line information: a count of instructions for each line, after the step to it unless it is the next one,
 * and a byte at the end.
 */
export function packedLines(lines: ArrayLike<number>): number {
  let bytes = 1;
  let line = 0;
  for (let i = 0; i < lines.length; ) {
    const step = lines[i]! - line;
    line = lines[i]!;
    let count = 0;
    while (i < lines.length && lines[i] === line) {
      count++;
      i++;
    }
    if (step !== 1 && step !== 0) {
      let distance = step > 0 ? step - 2 : -step;
      bytes++;
      for (distance = Math.floor(distance / STEPS.short); distance > 0; bytes++)
        distance = Math.floor(distance / STEPS.more);
    }
    bytes += Math.ceil(count / MOST_OF_A_LINE);
  }
  return bytes;
}

/** Is told of a block: its address, what it is, its size here, and the table of a hash part. */
type Visitor = (address: number, kind: Kind, bytes: number, owner: number) => void;

export class ChipHeap {
  readonly #vm: LuaVm;
  /** Names of what is in flash: the length of each, by where its string is here. */
  readonly #names = new Map<number, number>();
  /** Objects of the fresh board and their types: what they refer to is in flash. */
  readonly #fresh = new Map<number, number>();
  /** Strings of the fresh board that are in RAM: the language's own, keys of the registry and of `package`. */
  #freshStrings = 0;
  /** Places in the chip's table of all strings. */
  #places: number = STRING_TABLE.least;
  /** The hash part of tables that have none. */
  readonly #noNodes: number;
  #words = new Uint32Array();
  #octets = new Uint8Array();

  /** @param vm of a board that has just been made: what it has now is the firmware's */
  constructor(vm: LuaVm) {
    if (vm.version !== "5.1") throw new Error("the chip's layout is known of Lua 5.1 alone");
    this.#vm = vm;
    const { api, L } = vm;
    vm.collect();
    api.lua_createtable!(L, 0, 0);
    vm.getGlobal("package");
    this.#look();
    this.#noNodes = this.#word(api.lua_topointer!(L, -2) + TABLE.nodes);
    const inRam = new Set<number>();
    for (const table of [api.lua_topointer!(L, vm.registry), api.lua_topointer!(L, -1)])
      this.#strings(table, (string) => inRam.add(string));
    this.#objects((object) => {
      this.#fresh.set(object, this.#type(object));
      if (this.#type(object) !== TYPE.string) return;
      if (inRam.has(object) || (this.#octets[object + OBJECT.marks]! & FIXED) !== 0) this.#freshStrings++;
      else this.#names.set(object, this.#word(object + STRING.length));
    });
    vm.pop(L, 2);
    this.#enlarge(this.#freshStrings);
  }

  /** All that is there now; what waits to be collected counts. */
  get total(): ChipTotal {
    const blocks = this.#census();
    const names = this.#mentioned();
    this.#enlarge(this.#stringCount(blocks) + names.count);
    const { L } = this.#vm;
    const elastic =
      cost(this.#word(L + STATE.stackSize) * CHIP.value) +
      cost(this.#word(L + STATE.callsSize) * CALL_SIZE) +
      this.#stringTable;
    return { bytes: sum(blocks) + names.bytes + this.#stringTable, elastic };
  }

  /** Follows every block while `job` runs. Lua collects nothing of itself then. */
  follow(job: () => void): ChipWork {
    const live = this.#census();
    let names = this.#mentioned();
    let used = sum(live);
    let strings = this.#stringCount(live);
    this.#enlarge(strings + names.count);
    const work: ChipWork = { peak: used + names.bytes + this.#stringTable, allocated: 0 };
    let log: Change[] = [];
    const settle = () => {
      if (log.length === 0) return;
      this.#recognise(live);
      for (const { before, after } of log) {
        for (const block of [before, after]) if (block && !block.kind) guess(block);
      }
      const namesBefore = names;
      names = this.#mentioned();
      const most = namesBefore.bytes > names.bytes ? namesBefore : names;
      for (const { before, after } of inPlace(log)) {
        used += cost(after?.chip ?? 0) - cost(before?.chip ?? 0);
        strings += Number(after?.kind === "string") - Number(before?.kind === "string");
        this.#enlarge(strings + most.count);
        if (after) work.allocated += Math.max(0, after.chip - (before?.chip ?? 0));
        work.peak = Math.max(work.peak, used + most.bytes + this.#stringTable);
      }
      // a collection halves it
      if (strings + names.count < this.#places / 4 && this.#places > STRING_TABLE.kept) this.#places /= 2;
      log = [];
    };
    const block = (from: number, to: number, bytes: number) => {
      const before = live.get(from);
      if (from !== 0 && !before) throw new Error("a block changes that no object has");
      live.delete(from);
      const after: Block | undefined =
        to === 0 ? undefined : { bytes, kind: undefined, chip: 0, owner: 0, became: undefined };
      if (after) live.set(to, after);
      if (before) before.became = after;
      log.push({ before, after });
    };
    this.#vm.trace({ block, consistent: settle }, job);
    settle();
    return work;
  }

  get #stringTable(): number {
    return cost(this.#places * POINTER_SIZE);
  }
  #enlarge(strings: number): void {
    while (strings > this.#places) this.#places *= 2;
  }

  /** Strings in the chip's RAM, without the names that a program mentions. */
  #stringCount(blocks: Map<number, Block>): number {
    let count = this.#freshStrings;
    for (const [address, { kind }] of blocks) {
      if (kind === "string" && this.#fresh.get(address) !== TYPE.string) count++;
    }
    return count;
  }

  /** Names in flash that something not in flash refers to: on the chip they are strings of their own. */
  #mentioned(): { bytes: number; count: number } {
    const found = new Set<number>();
    const refer = (string: number) => {
      if (this.#names.has(string)) found.add(string);
    };
    this.#look();
    this.#objects((object) => {
      const type = this.#type(object);
      if (this.#fresh.get(object) === type) return;
      if (type === TYPE.table) this.#strings(object, refer);
      else if (type === TYPE.proto) {
        const constants = this.#word(object + PROTO.constants);
        this.#stringsOf(constants, this.#word(object + PROTO.constantCount), VALUE.size, refer);
        refer(this.#word(object + PROTO.source));
        this.#pointers(object, PROTO.locals, PROTO.localCount, LOCAL_SIZE, refer);
        this.#pointers(object, PROTO.upvalues, PROTO.upvalueCount, POINTER_SIZE, refer);
      }
    });
    let bytes = 0;
    for (const string of found) bytes += cost(STRING.size + this.#names.get(string)! + 1);
    return { bytes, count: found.size };
  }

  /** Strings in a table, keys and values. */
  #strings(table: number, visit: (string: number) => void): void {
    const nodes = this.#word(table + TABLE.nodes);
    const count = 1 << this.#octets[table + TABLE.nodesExponent]!;
    const array = this.#word(table + TABLE.array);
    this.#stringsOf(array, this.#word(table + TABLE.arraySize), VALUE.size, visit);
    this.#stringsOf(nodes, count, NODE.size, visit);
    this.#stringsOf(nodes + NODE.key, count, NODE.size, visit);
  }

  /** Strings among values that lie `step` bytes from each other. */
  #stringsOf(from: number, count: number, step: number, visit: (string: number) => void): void {
    for (let value = from; value < from + count * step; value += step)
      if (this.#word(value + VALUE.type) === TYPE.string) visit(this.#word(value));
  }

  /** Pointers to strings at the beginning of what a vector holds. */
  #pointers(object: number, at: number, count: number, size: number, visit: (string: number) => void): void {
    const vector = this.#word(object + at);
    for (let i = 0; i < this.#word(object + count); i++) visit(this.#word(vector + i * size));
  }

  // --- walking the heap

  #look(): void {
    const { buffer } = this.#vm.memory;
    if (this.#octets.buffer === buffer) return;
    this.#words = new Uint32Array(buffer);
    this.#octets = new Uint8Array(buffer);
  }
  #word(address: number): number {
    return this.#words[address >> 2]!;
  }
  #type(object: number): number {
    return this.#octets[object + OBJECT.type]!;
  }

  /** Every block of objects, by its address. */
  #census(): Map<number, Block> {
    const blocks = new Map<number, Block>();
    this.#look();
    this.#blocks((address, kind, bytes, owner) => {
      if (bytes === 0) return;
      const chip = this.#onChip(address, kind, bytes);
      blocks.set(address, { bytes, kind, chip, owner, became: undefined });
    });
    return blocks;
  }

  /** Says of the blocks that nothing is known of yet what they are. */
  #recognise(live: Map<number, Block>): void {
    this.#look();
    this.#blocks((address, kind, bytes, owner) => {
      if (bytes === 0) return;
      const block = live.get(address);
      if (!block) throw new Error("an object has a block that never came");
      if (block.kind === undefined)
        Object.assign(block, { kind, owner, chip: this.#onChip(address, kind, bytes) });
    });
  }

  #onChip(address: number, kind: Kind, bytes: number): number {
    if (kind !== "lines") return onChip(kind, bytes);
    return packedLines(this.#words.subarray(address >> 2, (address + bytes) >> 2));
  }

  /** Every object, dead ones included that have not been swept. */
  #objects(visit: (object: number) => void): void {
    const global = this.#word(this.#vm.L + STATE.global);
    this.#chain(this.#word(global + GLOBAL.objects), visit);
    // a ring, of which this is the last one
    const last = this.#word(global + GLOBAL.toBeFinalized);
    for (let object = last; object !== 0; ) {
      object = this.#word(object + OBJECT.next);
      visit(object);
      if (object === last) break;
    }
    const table = this.#word(global + GLOBAL.strings);
    for (let i = 0; i < this.#word(global + GLOBAL.stringTableSize); i++)
      this.#chain(this.#word(table + i * POINTER_SIZE), visit);
  }

  #chain(first: number, visit: (object: number) => void): void {
    for (let object = first; object !== 0; object = this.#word(object + OBJECT.next)) {
      visit(object);
      if (this.#type(object) === TYPE.thread) this.#chain(this.#word(object + STATE.openUpvalues), visit);
    }
  }

  #blocks(visit: Visitor): void {
    const global = this.#word(this.#vm.L + STATE.global);
    visit(this.#word(global + GLOBAL.buffer), "bytes", this.#word(global + GLOBAL.bufferSize), 0);
    const strings = this.#word(global + GLOBAL.stringTableSize) * POINTER_SIZE;
    visit(this.#word(global + GLOBAL.strings), "strings", strings, 0);
    this.#objects((object) => this.#blocksOf(object, visit));
  }

  /** The object's own block and its vectors; one that it does not have is told with a size of 0. */
  #blocksOf(object: number, visit: Visitor): void {
    switch (this.#type(object)) {
      case TYPE.string:
        visit(object, "string", STRING.size + this.#word(object + STRING.length) + 1, 0);
        break;
      case TYPE.table:
        visit(object, "bytes", TABLE.size, 0);
        this.#vector(object, TABLE.array, "values", TABLE.arraySize, VALUE.size, visit);
        if (this.#word(object + TABLE.nodes) !== this.#noNodes) {
          const bytes = NODE.size << this.#octets[object + TABLE.nodesExponent]!;
          visit(this.#word(object + TABLE.nodes), "nodes", bytes, object);
        }
        break;
      case TYPE.function: {
        const count = this.#octets[object + CLOSURE.upvalueCount]!;
        if (this.#octets[object + CLOSURE.isC] === 0)
          visit(object, "bytes", CLOSURE.upvaluesOfLua + count * POINTER_SIZE, 0);
        else visit(object, "C closure", CLOSURE.upvaluesOfC + count * VALUE.size, 0);
        break;
      }
      case TYPE.userdata:
        visit(object, "userdata", USERDATA.size + this.#word(object + USERDATA.length), 0);
        break;
      case TYPE.thread:
        // the main thread's block holds more than it, and stays
        if (object !== this.#vm.L) visit(object, "thread", STATE.size, 0);
        this.#vector(object, STATE.stack, "values", STATE.stackSize, VALUE.size, visit);
        this.#vector(object, STATE.calls, "bytes", STATE.callsSize, CALL_SIZE, visit);
        break;
      case TYPE.proto:
        visit(object, "proto", PROTO.size, 0);
        this.#vector(object, PROTO.constants, "values", PROTO.constantCount, VALUE.size, visit);
        this.#vector(object, PROTO.code, "bytes", PROTO.codeCount, POINTER_SIZE, visit);
        this.#vector(object, PROTO.protos, "bytes", PROTO.protoCount, POINTER_SIZE, visit);
        this.#vector(object, PROTO.lines, "lines", PROTO.lineCount, POINTER_SIZE, visit);
        this.#vector(object, PROTO.locals, "bytes", PROTO.localCount, LOCAL_SIZE, visit);
        this.#vector(object, PROTO.upvalues, "bytes", PROTO.upvalueCount, POINTER_SIZE, visit);
        break;
      case TYPE.upvalue:
        visit(object, "upvalue", UPVALUE_SIZE, 0);
        break;
      default:
        throw new Error(`an object of type ${this.#type(object)}`);
    }
  }

  /** A vector of an object, of which the pointer is at `pointer` and the count at `count`. */
  #vector(object: number, pointer: number, kind: Kind, count: number, size: number, visit: Visitor): void {
    visit(this.#word(object + pointer), kind, this.#word(object + count) * size, object);
  }
}

function sum(blocks: Map<number, Block>): number {
  let bytes = 0;
  for (const { chip } of blocks.values()) bytes += cost(chip);
  return bytes;
}

/**
 * Says of a block that is gone, and was never seen in its place, what it was: by what it became, else bytes. That is right for
 * the parser's buffers; a hash part that grew twice within one instruction counts an eighth too much.
 */
function guess(block: Block): void {
  let last = block;
  while (last.became) last = last.became;
  const { kind = "bytes", owner } = last;
  const chip =
    kind === "lines" ? Math.ceil((last.chip * block.bytes) / last.bytes) : onChip(kind, block.bytes);
  Object.assign(block, { kind, owner, chip });
}

/** The chip enlarges a hash part in its place, where the VM makes another one and frees the first afterwards. */
function inPlace(log: readonly Change[]): Change[] {
  const changes: Change[] = [];
  for (const change of log) {
    const { before, after } = change;
    const isFreed = before !== undefined && after === undefined && before.kind === "nodes";
    const larger = isFreed
      ? changes.findLastIndex(
          (other) => !other.before && other.after?.kind === "nodes" && other.after.owner === before.owner,
        )
      : -1;
    if (larger < 0) changes.push(change);
    else changes[larger] = { before, after: changes[larger]!.after };
  }
  return changes;
}
