// How a module of the firmware is written here: a class. Its fields are what the module knows and its tables of Lua functions, which
// are short; what several of them need is a method; install() gives the tables to Lua. Beside it stands a function of the host, which
// is what the firmware's table of modules lists. A module of one small table is that function alone (encoder.ts).
import type { LuaVm } from "../../lua-vm/vm/lua.ts";
import type { Hardware } from "../hardware.ts";
import type { Host } from "../host.ts";
import { pushValues, type Value } from "./binding.ts";

export abstract class FirmwareModule {
  protected readonly host: Host;
  protected readonly vm: LuaVm;
  protected readonly board: Hardware;

  constructor(host: Host) {
    this.host = host;
    this.vm = host.vm;
    this.board = host.board;
  }

  /** Makes what Lua sees of the module. */
  abstract install(): void;

  /** Ends a Lua function: pushes its results. @returns how many there are, which is what Lua wants to hear */
  protected results(L: number, ...values: Value[]): number {
    return pushValues(this.vm, L, values);
  }
}
