// wifi.ap (ESP8266): the board's own access point. Clients of the simulated board count as its stations while it is on; none has an
// address of its own, so none is listed.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { pushTable, raise, setFields } from "./binding.ts";
import { checkMac, interfaceFunctions, stringField } from "./wifi-interface.ts";

const MAC = "06:00:00:c0:ff:ee";
const OPEN = 0;
const WPA_WPA2_PSK = 4;

/** What wifi.c knows of the fields of wifi.ap.config that are numbers. */
const NUMBERS = {
  auth: { from: 0, to: 4, range: "auth: Range:0-4" },
  channel: { from: 1, to: 13, range: "channel: Range:1-13" },
  max: { from: 1, to: 4, range: "max: 1-4" },
  beacon: { from: 100, to: 60_000, range: "beacon: 100-60000" },
} as const;
const CALLBACKS = ["staconnected_cb", "stadisconnected_cb", "probereq_cb"] as const;

type Callback = (typeof CALLBACKS)[number];

/** What the module wifi says of itself. */
export interface Station {
  /** The access point is on. */
  isOn(): boolean;
  /** wifi.getmode() is STATION. */
  isStation(): boolean;
  /** Sets the handler of an event to the function at the top of the stack. */
  register(L: number, callback: Callback): void;
}

/** Leaves the table on the stack. */
export function pushAccessPoint({ vm, board }: Host, station: Station): void {
  let config = { ssid: "ESP_C0FFEE", pwd: "", auth: OPEN, channel: 1, hidden: false, max: 4, beacon: 100 };
  const address = { ip: board.network.address, netmask: "255.255.255.0", gateway: board.network.address };

  /** The field at the top of the stack after it, with its type. */
  function field(L: number, name: string): number {
    vm.getField(L, 1, name);
    return vm.type(L, -1);
  }

  function text(
    L: number,
    name: "ssid" | "pwd",
    least: number,
    most: number,
    lengths: string,
  ): string | undefined {
    const isNil = field(L, name) === LuaType.nil;
    if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, `${name}: not string`);
    const value = isNil ? undefined : vm.string(L, -1)!;
    vm.pop(L);
    if (value !== undefined && (value.length < least || value.length > most))
      vm.argumentError(L, 1, `${name}: length:${lengths}`);
    return value;
  }

  function number(L: number, name: keyof typeof NUMBERS, otherwise: number): number {
    const { from, to, range } = NUMBERS[name];
    const isNil = field(L, name) === LuaType.nil;
    if (!isNil && vm.api.lua_isnumber!(L, -1) === 0) vm.argumentError(L, 1, `${name}: not number`);
    const value = isNil ? otherwise : vm.checkInteger(L, -1);
    vm.pop(L);
    if (value < from || value > to) vm.argumentError(L, 1, range);
    return value;
  }

  function hidden(L: number): boolean {
    const type = field(L, "hidden");
    let value = 0;
    if (type === LuaType.number) value = vm.checkInteger(L, -1);
    else if (type === LuaType.boolean) value = vm.boolean(L, -1) ? 1 : 0;
    else if (type !== LuaType.nil) vm.argumentError(L, 1, "hidden: not boolean");
    vm.pop(L);
    if (value !== 0 && value !== 1) vm.argumentError(L, 1, "hidden: 0 or 1");
    return value === 1;
  }

  function getconfig(L: number): number {
    const { pwd, ...others } = config;
    const isSecret = config.auth !== OPEN;
    if (vm.type(L, 1) === LuaType.boolean && vm.boolean(L, 1)) {
      vm.api.lua_createtable!(L, 0, 0);
      setFields(vm, L, { ...others, ...(isSecret ? { pwd } : {}) });
      return 1;
    }
    vm.pushValue(L, config.ssid);
    vm.pushValue(L, isSecret ? pwd : undefined);
    return 2;
  }

  const done = (L: number) => {
    vm.pushValue(L, true);
    return 1;
  };

  pushTable(vm, {
    config: (L) => {
      vm.api.luaL_checktype!(L, 1, LuaType.table);
      const ssid = text(L, "ssid", 1, 32, "1-32") ?? vm.argumentError(L, 1, "ssid: required");
      const pwd = text(L, "pwd", 8, 64, "0 or 8-64");
      const wanted = {
        ssid,
        pwd: pwd ?? "",
        auth: number(L, "auth", pwd === undefined ? OPEN : WPA_WPA2_PSK),
        channel: number(L, "channel", 6),
        hidden: hidden(L),
        max: number(L, "max", 4),
        beacon: number(L, "beacon", 100),
      };
      const save = field(L, "save");
      if (save !== LuaType.nil && save !== LuaType.boolean) vm.argumentError(L, 1, "save: not boolean");
      vm.pop(L);
      for (const name of CALLBACKS) {
        const type = field(L, name);
        if (type !== LuaType.nil && type !== LuaType.function) vm.argumentError(L, 1, `${name}:not function`);
        if (type === LuaType.function) station.register(L, name);
        vm.pop(L);
      }
      config = wanted;
      return done(L);
    },
    getconfig,
    getdefaultconfig: getconfig,
    ...interfaceFunctions(vm, address, MAC, station.isOn),
    getclient: (L) => {
      if (station.isStation()) raise("Can't list clients in STATION mode");
      vm.api.lua_createtable!(L, 0, 0);
      return 1;
    },
    deauth: (L) => {
      if (vm.api.lua_isstring!(L, 1) !== 0) checkMac(vm, L, 1);
      return done(L);
    },
  });
  pushTable(vm, {
    config: (L) => {
      if (vm.type(L, 1) !== LuaType.table) raise("wrong arg type");
      const start = stringField(vm, L, "start") ?? raise("wrong arg type");
      const bytes = start.split(".").map(Number);
      vm.pushValue(L, start);
      vm.pushValue(L, [...bytes.slice(0, 3), bytes[3]! + config.max - 1].join("."));
      return 2;
    },
    start: done,
    stop: done,
  });
  vm.setField(vm.L, -2, "dhcp");
}
