// wifi.ap (ESP8266): the board's own access point. Clients of the simulated board count as its stations while it is on; none has an
// address of its own, so none is listed.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { type Functions, pushTable, raise, setFields } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { EVENTS, type WifiEvents } from "./wifi-events.ts";
import { functionField } from "./wifi-fields.ts";
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
/** What wifi.c knows of the fields that are texts. */
const TEXTS = {
  ssid: { least: 1, most: 32, lengths: "1-32" },
  pwd: { least: 8, most: 64, lengths: "0 or 8-64" },
} as const;
/** The functions that wifi.ap.config takes along, and their events. */
const CALLBACKS = {
  staconnected_cb: EVENTS.AP_STACONNECTED,
  stadisconnected_cb: EVENTS.AP_STADISCONNECTED,
  probereq_cb: EVENTS.AP_PROBEREQRECVED,
};

/** What the access point asks of the module wifi. */
export interface ApMode {
  /** The access point is on. */
  readonly isAccessPoint: boolean;
  /** The board is a station and nothing else. */
  readonly isOnlyStation: boolean;
}

export class AccessPoint extends FirmwareModule {
  readonly #wifi: ApMode;
  readonly #events: WifiEvents;
  #settings = { ssid: "ESP_C0FFEE", pwd: "", auth: OPEN, channel: 1, hidden: false, max: 4, beacon: 100 };
  readonly #address = {
    ip: this.board.network.address,
    netmask: "255.255.255.0",
    gateway: this.board.network.address,
  };

  readonly #functions: Functions = {
    config: (L) => this.#config(L),
    getconfig: (L) => this.#getconfig(L),
    getdefaultconfig: (L) => this.#getconfig(L),
    ...interfaceFunctions(this.vm, this.#address, MAC, () => this.#wifi.isAccessPoint),
    getclient: (L) => {
      if (this.#wifi.isOnlyStation) raise("Can't list clients in STATION mode");
      this.vm.api.lua_createtable!(L, 0, 0);
      return 1;
    },
    deauth: (L) => {
      if (this.vm.api.lua_isstring!(L, 1) !== 0) checkMac(this.vm, L, 1);
      return this.results(L, true);
    },
  };

  readonly #dhcp: Functions = {
    config: (L) => {
      if (this.vm.type(L, 1) !== LuaType.table) raise("wrong arg type");
      const start = stringField(this.vm, L, "start") ?? raise("wrong arg type");
      const bytes = start.split(".").map(Number);
      const end = [...bytes.slice(0, 3), bytes[3]! + this.#settings.max - 1].join(".");
      return this.results(L, start, end);
    },
    start: (L) => this.results(L, true),
    stop: (L) => this.results(L, true),
  };

  constructor(host: Host, wifi: ApMode, events: WifiEvents) {
    super(host);
    this.#wifi = wifi;
    this.#events = events;
  }

  /** Puts the table ap into the global table wifi. */
  override install(): void {
    const { vm } = this;
    vm.getGlobal("wifi");
    pushTable(vm, this.#functions);
    pushTable(vm, this.#dhcp);
    vm.setField(vm.L, -2, "dhcp");
    vm.setField(vm.L, -2, "ap");
    vm.pop(vm.L);
  }

  #config(L: number): number {
    const { vm } = this;
    vm.api.luaL_checktype!(L, 1, LuaType.table);
    const ssid = this.#text(L, "ssid") ?? vm.argumentError(L, 1, "ssid: required");
    const pwd = this.#text(L, "pwd");
    const wanted = {
      ssid,
      pwd: pwd ?? "",
      auth: this.#number(L, "auth", pwd === undefined ? OPEN : WPA_WPA2_PSK),
      channel: this.#number(L, "channel", 6),
      hidden: this.#hidden(L),
      max: this.#number(L, "max", 4),
      beacon: this.#number(L, "beacon", 100),
    };
    const save = this.#field(L, "save");
    if (save !== LuaType.nil && save !== LuaType.boolean) vm.argumentError(L, 1, "save: not boolean");
    vm.pop(L);
    for (const [name, event] of Object.entries(CALLBACKS))
      functionField(vm, L, name, name, () => this.#events.register(L, event, -1));
    this.#settings = wanted;
    return this.results(L, true);
  }

  #getconfig(L: number): number {
    const { pwd, ...others } = this.#settings;
    const isSecret = others.auth !== OPEN;
    const wantsTable = this.vm.type(L, 1) === LuaType.boolean && this.vm.boolean(L, 1);
    if (!wantsTable) return this.results(L, others.ssid, isSecret ? pwd : undefined);
    this.vm.api.lua_createtable!(L, 0, 0);
    setFields(this.vm, L, { ...others, ...(isSecret ? { pwd } : {}) });
    return 1;
  }

  /** Pushes a field. @returns its type */
  #field(L: number, name: string): number {
    this.vm.getField(L, 1, name);
    return this.vm.type(L, -1);
  }

  #text(L: number, name: keyof typeof TEXTS): string | undefined {
    const { vm } = this;
    const { least, most, lengths } = TEXTS[name];
    const isNil = this.#field(L, name) === LuaType.nil;
    if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, `${name}: not string`);
    const value = isNil ? undefined : vm.string(L, -1)!;
    vm.pop(L);
    if (value !== undefined && (value.length < least || value.length > most))
      vm.argumentError(L, 1, `${name}: length:${lengths}`);
    return value;
  }

  #number(L: number, name: keyof typeof NUMBERS, otherwise: number): number {
    const { vm } = this;
    const { from, to, range } = NUMBERS[name];
    const isNil = this.#field(L, name) === LuaType.nil;
    if (!isNil && vm.api.lua_isnumber!(L, -1) === 0) vm.argumentError(L, 1, `${name}: not number`);
    const value = isNil ? otherwise : vm.checkInteger(L, -1);
    vm.pop(L);
    if (value < from || value > to) vm.argumentError(L, 1, range);
    return value;
  }

  #hidden(L: number): boolean {
    const { vm } = this;
    const type = this.#field(L, "hidden");
    let value = 0;
    if (type === LuaType.number) value = vm.checkInteger(L, -1);
    else if (type === LuaType.boolean) value = vm.boolean(L, -1) ? 1 : 0;
    else if (type !== LuaType.nil) vm.argumentError(L, 1, "hidden: not boolean");
    vm.pop(L);
    if (value !== 0 && value !== 1) vm.argumentError(L, 1, "hidden: 0 or 1");
    return value === 1;
  }
}
