// Module node: restart, heap, tasks, error handler, collector mode, compile, what chip it is.

import { LONGEST_NAME } from "../../image/spiffs.ts";
import { BytecodeError } from "../../lua-vm/proto.ts";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host, Priority } from "../host.ts";
import { defineModule, pushFields, pushTable, raise } from "./binding.ts";
import { dumpForFlash } from "./chunk.ts";
import { lfsConfig } from "./lfs.ts";
import { partitions, setPartitions } from "./partitions.ts";

const EGC = { NOT_ACTIVE: 0, ON_ALLOC_FAILURE: 1, ON_MEM_LIMIT: 2, ALWAYS: 4 };
/** What node.stripdebug's levels take away from functions; 2 is the firmware's default. */
const STRIP = ["nothing", "nothing", "names", "lines"] as const;
const CHIP_ID = 0x00c0ffee;
const CPU80MHZ = 80;
const CPU160MHZ = 160;

export function node(firmware: Host): void {
  const { vm, board, console } = firmware;
  let stripLevel = 2;
  vm.forgets = STRIP[stripLevel]!;

  function info(group: string): Record<string, number | string | boolean> | undefined {
    switch (group) {
      case "hw":
        return {
          chip_id: CHIP_ID,
          flash_id: 0x1640ef,
          flash_size: 4096,
          flash_mode: 2,
          flash_speed: 40000000,
        };
      case "sw_version":
        return {
          node_version_major: 3,
          node_version_minor: 0,
          node_version_revision: 0,
          git_branch: "simulator",
          git_commit_id: "",
          git_release: "",
          git_commit_dts: "",
        };
      case "build_config":
        return {
          ssl: false,
          lfs_size: board.lfs?.size ?? 0,
          modules: "adc,file,gpio,i2c,net,node,ow,pwm,sjson,tmr,uart,wifi",
          number_type: vm.numbers === "integer" ? "integer" : "float",
        };
      case "lfs":
        return lfsConfig(board);
      default:
        return undefined;
    }
  }

  let frequency = CPU80MHZ;

  defineModule(
    vm,
    "node",
    {
      heap: (L) => {
        // the firmware boots in EGC_ALWAYS, where garbage never counts: a collection here shows the same at less cost
        if (firmware.isBootMode) vm.collect();
        vm.pushValue(L, firmware.heapFree);
        return 1;
      },
      chipid: (L) => {
        vm.pushValue(L, CHIP_ID);
        return 1;
      },
      flashid: (L) => {
        vm.pushValue(L, 0x1640ef);
        return 1;
      },
      flashsize: (L) => {
        vm.pushValue(L, 4 * 1024 * 1024);
        return 1;
      },
      getcpufreq: (L) => {
        vm.pushValue(L, frequency);
        return 1;
      },
      setcpufreq: (L) => {
        frequency = vm.checkInteger(L, 1) === CPU160MHZ ? CPU160MHZ : CPU80MHZ;
        vm.pushValue(L, frequency);
        return 1;
      },
      getpartitiontable: (L) => {
        pushFields(vm, L, partitions(firmware));
        return 1;
      },
      setpartitiontable: (L) => setPartitions(firmware, L),
      input: (L) => {
        const line = vm.checkString(L, 1);
        firmware.after(0, () => console.run(line.replace(/\n$/, "")));
        return 0;
      },
      restore: () => 0,
      sleep: () => raise("node.sleep() is unavailable"),
      bootreason: (L) => {
        // raw and extended reason as the SDK counts them: 2,6 power on or reset; 2,3 software watchdog; 2,4 restart
        const extended = { "power on": 6, "node.restart": 4, onerror: 4, watchdog: 3 }[board.lastReason];
        vm.pushValue(L, 2);
        vm.pushValue(L, extended);
        return 2;
      },
      restart: () => {
        firmware.after(0, () => board.restart("node.restart"));
        return 0;
      },
      info: (L) => {
        if (vm.type(L, 1) <= LuaType.nil) {
          for (const value of [3, 0, 0, CHIP_ID, 0x1640ef, 4096, 2, 40000000]) vm.pushValue(L, value);
          return 8;
        }
        const group = vm.checkString(L, 1);
        const fields = info(group) ?? vm.argumentError(L, 1, `invalid option '${group}'`);
        pushFields(vm, L, fields);
        return 1;
      },
      setonerror: (L) => {
        if (firmware.onerror !== undefined) vm.unref(firmware.onerror);
        firmware.onerror = undefined;
        if (vm.type(L, 1) === LuaType.function) firmware.onerror = vm.ref(L, 1);
        return 0;
      },
      compile: (L) => {
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
      },
      random: (L) => {
        const count = vm.api.lua_gettop!(L);
        const low = count > 1 ? vm.checkInteger(L, 1) : 1;
        const high = count > 0 ? vm.checkInteger(L, count) : 0x7fffffff;
        vm.pushValue(L, low + Math.floor(random() * (high - low + 1)));
        return 1;
      },
      stripdebug: (L) => {
        const level = vm.type(L, 1) <= LuaType.nil ? 0 : vm.checkInteger(L, 1);
        if (vm.type(L, 1) > LuaType.nil && (level < 1 || level > 3))
          vm.argumentError(L, 1, "Invalid strip level");
        if (vm.api.lua_gettop!(L) < 2) {
          if (level > 0) stripLevel = level;
          vm.forgets = STRIP[stripLevel]!;
          vm.pushValue(L, stripLevel);
          return 1;
        }
        if (vm.type(L, 2) !== LuaType.function || vm.api.lua_iscfunction!(L, 2) !== 0)
          vm.argumentError(L, 2, "not a valid function");
        vm.api.lua_pushvalue!(L, 2);
        vm.pushValue(L, level > 1 ? vm.strip(L, STRIP[level]!) : 0);
        return 1;
      },
      osprint: () => 0,
      uptime: (L) => {
        vm.pushFloat(L, Math.floor((board.clock.now() - board.bootedAt) * 1000));
        vm.pushValue(L, 0);
        return 2;
      },
    },
    { CPU80MHZ, CPU160MHZ },
  );

  if (board.options.chip === "esp32") {
    // as the recorded firmware: no chipid, no info; the model tells what it is
    vm.run(`node.chipid, node.info, node.flashid, node.flashsize = nil
      node.getcpufreq, node.setcpufreq, node.CPU80MHZ, node.CPU160MHZ = nil
      node.getpartitiontable, node.setpartitiontable, node.input, node.restore, node.sleep, node.random = nil
      node.chipmodel = function() return "esp32c3" end`);
  } else vm.run("node.uptime = nil");

  // the same numbers on every boot: runs on the virtual clock repeat
  let seed = 12345;
  function random(): number {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 0x100000000;
  }

  vm.getGlobal("node");
  pushTable(
    vm,
    {
      post: (L) => {
        const hasPriority = vm.type(L, 1) === LuaType.number;
        const priority = hasPriority ? vm.checkInteger(L, 1) : 1;
        if (priority < 0 || priority > 2) vm.argumentError(L, 1, "invalid  priority");
        const at = hasPriority ? 2 : 1;
        vm.checkFunction(L, at);
        const task = vm.ref(L, at);
        const posted = firmware.post(priority as Priority, () => {
          firmware.callProtected(task, (thread) => {
            vm.unref(task);
            vm.pushValue(thread, priority);
            return 1;
          });
        });
        if (!posted) {
          vm.unref(task);
          raise("Task queue overflow. Task not posted");
        }
        return 0;
      },
    },
    { LOW_PRIORITY: 0, MEDIUM_PRIORITY: 1, HIGH_PRIORITY: 2 },
  );
  vm.setField(vm.L, -2, "task");
  pushTable(
    vm,
    {
      setmode: (L) => {
        const mode = vm.checkInteger(L, 1);
        if (mode < 0 || mode > 7) vm.argumentError(L, 1, "invalid mode");
        const limit = vm.optionalInteger(L, 2, 0);
        if ((mode & EGC.ON_MEM_LIMIT) !== 0 && limit === 0) vm.argumentError(L, 2, "limit must be non-zero");
        firmware.isBootMode = false;
        vm.collectAlways = (mode & EGC.ALWAYS) !== 0;
        // the length of strings is held by the limit, whatever the mode: at the start it is 4096
        vm.longestString = Math.max(0, limit);
        return 0;
      },
      meminfo: (L) => {
        vm.pushValue(L, vm.used);
        vm.pushValue(L, vm.used);
        return 2;
      },
    },
    EGC,
  );
  vm.setField(vm.L, -2, "egc");
  if (vm.version === "5.3") vm.run("node.egc = nil");
  if (board.options.chip !== "esp8266" && vm.version === "5.1") vm.run("node.egc.meminfo = nil");
  vm.pop(vm.L);
}
