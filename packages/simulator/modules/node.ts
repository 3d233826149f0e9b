// Module node: restart, heap, tasks, error handler, collector mode, compile, what chip it is.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { BytecodeError } from "../../lua-vm/proto.ts";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host, Priority } from "../host.ts";
import { defineModule, defineSubmodule, type Functions, pushFields, raise } from "./binding.ts";
import { dumpForFlash } from "./chunk.ts";
import { FirmwareModule } from "./module.ts";
import { BRIEF, CHIP_ID, FLASH_ID, FLASH_SIZE, info } from "./node-info.ts";
import { partitions, setPartitions } from "./partitions.ts";

const EGC = { NOT_ACTIVE: 0, ON_ALLOC_FAILURE: 1, ON_MEM_LIMIT: 2, ALWAYS: 4 };
const PRIORITY = { LOW_PRIORITY: 0, MEDIUM_PRIORITY: 1, HIGH_PRIORITY: 2 };
/** What node.stripdebug's levels take away from functions; 2 is the firmware's default. */
const STRIP = ["nothing", "nothing", "names", "lines"] as const;
const STRIP_DEFAULT = 2;
const CPU80MHZ = 80;
const CPU160MHZ = 160;
/** Extended reasons of a start as the SDK counts them. */
const BOOT_REASONS = { "power on": 6, "node.restart": 4, onerror: 4, watchdog: 3 };

class Node extends FirmwareModule {
  #stripLevel = STRIP_DEFAULT;
  #frequency = CPU80MHZ;
  /** The same numbers on every boot: runs on the virtual clock repeat. */
  #seed = 12345;

  readonly #functions: Functions = {
    heap: (L) => {
      // the firmware boots in EGC_ALWAYS, where garbage never counts: a collection here shows the same at less cost
      if (this.host.isBootMode) this.vm.collect();
      return this.results(L, this.host.heapFree);
    },
    chipid: (L) => this.results(L, CHIP_ID),
    flashid: (L) => this.results(L, FLASH_ID),
    flashsize: (L) => this.results(L, FLASH_SIZE * 1024),
    getcpufreq: (L) => this.results(L, this.#frequency),
    setcpufreq: (L) => {
      this.#frequency = this.vm.checkInteger(L, 1) === CPU160MHZ ? CPU160MHZ : CPU80MHZ;
      return this.results(L, this.#frequency);
    },
    getpartitiontable: (L) => {
      pushFields(this.vm, L, partitions(this.host));
      return 1;
    },
    setpartitiontable: (L) => setPartitions(this.host, L),
    input: (L) => {
      const line = this.vm.checkString(L, 1);
      this.host.after(0, () => this.host.console.run(line.replace(/\n$/, "")));
      return 0;
    },
    restore: () => 0,
    sleep: () => raise("node.sleep() is unavailable"),
    // the raw reason is 2 for all of them
    bootreason: (L) => this.results(L, 2, BOOT_REASONS[this.board.lastReason]),
    restart: () => {
      this.host.after(0, () => this.board.restart("node.restart"));
      return 0;
    },
    info: (L) => {
      if (this.vm.type(L, 1) <= LuaType.nil) return this.results(L, ...BRIEF);
      const group = this.vm.checkString(L, 1);
      const fields = info(this.host, group) ?? this.vm.argumentError(L, 1, `invalid option '${group}'`);
      pushFields(this.vm, L, fields);
      return 1;
    },
    setonerror: (L) => {
      const { host, vm } = this;
      if (host.onerror !== undefined) vm.unref(host.onerror);
      host.onerror = undefined;
      if (vm.type(L, 1) === LuaType.function) host.onerror = vm.ref(L, 1);
      return 0;
    },
    compile: (L) => this.#compile(L),
    random: (L) => {
      const count = this.vm.api.lua_gettop!(L);
      const low = count > 1 ? this.vm.checkInteger(L, 1) : 1;
      const high = count > 0 ? this.vm.checkInteger(L, count) : 0x7fffffff;
      return this.results(L, low + Math.floor(this.#random() * (high - low + 1)));
    },
    stripdebug: (L) => this.#stripdebug(L),
    osprint: () => 0,
    uptime: (L) => {
      this.vm.pushFloat(L, Math.floor((this.board.clock.now() - this.board.bootedAt) * 1000));
      this.vm.pushValue(L, 0);
      return 2;
    },
  };

  readonly #task: Functions = {
    post: (L) => {
      const { host, vm } = this;
      const hasPriority = vm.type(L, 1) === LuaType.number;
      const priority = hasPriority ? vm.checkInteger(L, 1) : PRIORITY.MEDIUM_PRIORITY;
      if (priority < 0 || priority > 2) vm.argumentError(L, 1, "invalid  priority");
      const at = hasPriority ? 2 : 1;
      vm.checkFunction(L, at);
      const task = vm.ref(L, at);
      const posted = host.post(priority as Priority, () => {
        host.callProtected(task, (thread) => {
          vm.unref(task);
          return this.results(thread, priority);
        });
      });
      if (!posted) {
        vm.unref(task);
        raise("Task queue overflow. Task not posted");
      }
      return 0;
    },
  };

  readonly #egc: Functions = {
    setmode: (L) => {
      const { vm } = this;
      const mode = vm.checkInteger(L, 1);
      if (mode < 0 || mode > 7) vm.argumentError(L, 1, "invalid mode");
      const limit = vm.optionalInteger(L, 2, 0);
      if ((mode & EGC.ON_MEM_LIMIT) !== 0 && limit === 0) vm.argumentError(L, 2, "limit must be non-zero");
      this.host.isBootMode = false;
      vm.collectAlways = (mode & EGC.ALWAYS) !== 0;
      // the length of strings is held by the limit, whatever the mode: at the start it is 4096
      vm.longestString = Math.max(0, limit);
      return 0;
    },
    meminfo: (L) => this.results(L, this.vm.used, this.vm.used),
  };

  override install(): void {
    const { vm, board } = this;
    vm.forgets = STRIP[STRIP_DEFAULT];
    defineModule(vm, "node", this.#functions, { CPU80MHZ, CPU160MHZ });
    if (board.options.chip === "esp32") {
      // as the recorded firmware: no chipid, no info; the model tells what it is
      vm.run(`node.chipid, node.info, node.flashid, node.flashsize = nil
      node.getcpufreq, node.setcpufreq, node.CPU80MHZ, node.CPU160MHZ = nil
      node.getpartitiontable, node.setpartitiontable, node.input, node.restore, node.sleep, node.random = nil
      node.chipmodel = function() return "esp32c3" end`);
    } else vm.run("node.uptime = nil");
    defineSubmodule(vm, "node", "task", this.#task, PRIORITY);
    defineSubmodule(vm, "node", "egc", this.#egc, EGC);
    if (vm.version === "5.3") vm.run("node.egc = nil");
    if (board.options.chip !== "esp8266" && vm.version === "5.1") vm.run("node.egc.meminfo = nil");
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1103515245) + 12345) >>> 0;
    return this.#seed / 0x100000000;
  }

  #compile(L: number): number {
    const { vm, board } = this;
    const name = vm.checkString(L, 1);
    if (name.length > LONGEST_NAME || name.includes("\0")) vm.argumentError(L, 1, "filename invalid");
    if (!name.endsWith(".lua")) raise("not a .lua file");
    const source = board.files.read(name);
    if (!source) raise(`cannot open ${name}`);
    const message = vm.load(L, source, `@${name}`);
    if (message !== undefined) {
      vm.push(L, message);
      vm.api.lua_error!(L);
    }
    let chunk: Buffer;
    try {
      chunk = dumpForFlash(vm, L, 1);
    } catch (error) {
      if (error instanceof BytecodeError) raise("value too big or small for target integer type");
      throw error;
    }
    if (!board.files.write(name.replace(/lua$/, "lc"), chunk)) raise("writing to file failed");
    return 0;
  }

  #stripdebug(L: number): number {
    const { vm } = this;
    const level = vm.type(L, 1) <= LuaType.nil ? 0 : vm.checkInteger(L, 1);
    if (vm.type(L, 1) > LuaType.nil && (level < 1 || level > 3))
      vm.argumentError(L, 1, "Invalid strip level");
    if (vm.api.lua_gettop!(L) < 2) {
      if (level > 0) this.#stripLevel = level;
      vm.forgets = STRIP[this.#stripLevel]!;
      return this.results(L, this.#stripLevel);
    }
    if (vm.type(L, 2) !== LuaType.function || vm.api.lua_iscfunction!(L, 2) !== 0)
      vm.argumentError(L, 2, "not a valid function");
    vm.api.lua_pushvalue!(L, 2);
    vm.pushValue(L, level > 1 ? vm.strip(L, STRIP[level]!) : 0);
    return 1;
  }
}

/** Gives Lua the module node. */
export function node(host: Host): void {
  new Node(host).install();
}
