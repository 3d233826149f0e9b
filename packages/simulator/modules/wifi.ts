// Module wifi (ESP8266): a station (wifi-station.ts) and an access point (wifi-ap.ts), so that an app's start-up code runs as on the
// chip, and what is said of both (wifi-events.ts).

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { type Constants, defineModule, type Functions, pushFields, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { AccessPoint, type ApMode } from "./wifi-ap.ts";
import { EVENTS, WifiEvents } from "./wifi-events.ts";
import { numberField } from "./wifi-fields.ts";
import { CHANNEL } from "./wifi-network.ts";
import { AUTH, STATUS, Station, type WifiMode } from "./wifi-station.ts";

const NULLMODE = 0;
const STATION = 1;
const SOFTAP = 2;
const STATIONAP = 3;
const PHYMODE = { PHYMODE_B: 1, PHYMODE_G: 2, PHYMODE_N: 3 };
const SLEEP = { NONE_SLEEP: 0, LIGHT_SLEEP: 1, MODEM_SLEEP: 2 };
const COUNTRY = { COUNTRY_AUTO: 0, COUNTRY_MANUAL: 1 };
const CHANNELS = [1, 14] as const;
const POLICIES = [COUNTRY.COUNTRY_AUTO, COUNTRY.COUNTRY_MANUAL] as const;
const CONSTANTS: Constants = {
  NULLMODE,
  STATION,
  SOFTAP,
  STATIONAP,
  ...PHYMODE,
  ...SLEEP,
  ...AUTH,
  ...COUNTRY,
  STA_IDLE: STATUS.idle,
  STA_CONNECTING: STATUS.connecting,
  STA_WRONGPWD: 2,
  STA_APNOTFOUND: 3,
  STA_FAIL: 4,
  STA_GOTIP: STATUS.gotIp,
};

class Wifi extends FirmwareModule implements WifiMode, ApMode {
  #mode = STATION;
  #phyMode = PHYMODE.PHYMODE_N;
  #sleepType = SLEEP.MODEM_SLEEP;
  #sleepsInNullMode = true;
  #country = { country: "CN", start_ch: 1, end_ch: 13, policy: COUNTRY.COUNTRY_AUTO };
  readonly #events = new WifiEvents(this.host);
  readonly #station = new Station(this.host, this, this.#events);
  readonly #accessPoint = new AccessPoint(this.host, this, this.#events);

  readonly #functions: Functions = {
    setmode: (L) => this.#setmode(L),
    getmode: (L) => this.results(L, this.#mode),
    getdefaultmode: (L) => this.results(L, this.#mode),
    getchannel: (L) => this.results(L, CHANNEL),
    getcountry: (L) => {
      pushFields(this.vm, L, this.#country);
      return 1;
    },
    setcountry: (L) => this.#setcountry(L),
    getphymode: (L) => this.results(L, this.#phyMode),
    setphymode: (L) => {
      const wanted = this.vm.checkInteger(L, 1);
      if (!Object.values(PHYMODE).includes(wanted)) raise("wrong arg type");
      this.#phyMode = wanted;
      return this.results(L, wanted);
    },
    setmaxtxpower: (L) => {
      const power = this.vm.checkInteger(L, 1);
      if (power <= 0 || power > 82) this.vm.argumentError(L, 1, "tx power out of range (0->82)");
      return 1;
    },
    nullmodesleep: (L) => {
      if (this.vm.type(L, 1) !== LuaType.none) this.#sleepsInNullMode = this.vm.boolean(L, 1);
      return this.results(L, this.#sleepsInNullMode);
    },
    sleeptype: (L) => this.sleeptype(L),
    // the default build has neither
    suspend: () => raise("wifi.suspend is unavailable"),
    resume: () => raise("wifi.suspend is unavailable"),
  };

  override install(): void {
    defineModule(this.vm, "wifi", this.#functions, CONSTANTS);
    this.#station.install();
    this.#accessPoint.install();
    this.#events.install();
  }

  get isAccessPoint(): boolean {
    return (this.#mode & SOFTAP) !== 0;
  }
  get isOnlyAccessPoint(): boolean {
    return this.#mode === SOFTAP;
  }
  get isOnlyStation(): boolean {
    return this.#mode === STATION;
  }

  sleeptype(L: number): number {
    const { vm } = this;
    if (vm.api.lua_isnumber!(L, 1) !== 0) {
      const wanted = vm.checkInteger(L, 1);
      if (wanted < 0 || wanted > 2) vm.argumentError(L, 1, "range:0-2");
      this.#sleepType = wanted;
    }
    return this.results(L, this.#sleepType);
  }

  #setmode(L: number): number {
    const { vm } = this;
    const wanted = vm.checkInteger(L, 1);
    if (wanted < NULLMODE || wanted > STATIONAP) vm.argumentError(L, 1, "Invalid mode");
    if (vm.type(L, 2) > LuaType.nil) vm.api.luaL_checktype!(L, 2, LuaType.boolean);
    if (wanted !== this.#mode)
      this.#events.fire(EVENTS.WIFI_MODE_CHANGED, { old_mode: this.#mode, new_mode: wanted });
    const [wasStation, wasAccessPoint] = [(this.#mode & STATION) !== 0, this.isAccessPoint];
    this.#mode = wanted;
    if (this.isAccessPoint) this.board.network.online?.(true);
    if ((wanted & STATION) === 0) this.#station.leave();
    else if (!wasStation) this.#station.join();
    if (wasAccessPoint && !this.isAccessPoint && !this.#station.isJoined) this.#station.goOffAir();
    return this.results(L, wanted);
  }

  #setcountry(L: number): number {
    const { vm } = this;
    if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "Table not found!");
    vm.getField(L, 1, "country");
    const isNil = vm.type(L, -1) === LuaType.nil;
    if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, "country: must be string");
    const code = isNil ? "CN" : vm.string(L, -1)!;
    vm.pop(L);
    if (!/^[a-z]{2}$/i.test(code)) vm.argumentError(L, 1, "country: country code must be 2 chars");
    const first = numberField(vm, L, "start_ch", 1, CHANNELS);
    const last = numberField(vm, L, "end_ch", 13, CHANNELS);
    if (last < first) vm.argumentError(L, 1, "end_ch: can't be less than start_ch");
    const policy = numberField(vm, L, "policy", COUNTRY.COUNTRY_AUTO, POLICIES);
    this.#country = { country: code.toUpperCase(), start_ch: first, end_ch: last, policy };
    return this.results(L, true);
  }
}

/** Gives Lua the module wifi. */
export function wifi(host: Host): void {
  new Wifi(host).install();
}
