// Module wifi (ESP32): a station that joins whatever network it is told, so that an app's start-up code runs as on the
// chip. At its start the board has joined already, lest an app without such code be off the air; stop() and
// sta.disconnect() take it off, and what start() and sta.connect() bring comes as events.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, defineSubmodule, type Fields, type Functions, pushFields, raise } from "./binding.ts";
import { Callbacks } from "./callbacks.ts";
import { FirmwareModule } from "./module.ts";
import { BSSID, CHANNEL, JOIN_TIME, MAC, RSSI, SCAN_TIME, SSID, stationAddress } from "./wifi-network.ts";

const MODE = { NULLMODE: 0, STATION: 1, SOFTAP: 2, STATIONAP: 3 };
const AUTH = {
  AUTH_OPEN: 0,
  AUTH_WEP: 1,
  AUTH_WPA_PSK: 2,
  AUTH_WPA2_PSK: 3,
  AUTH_WPA_WPA2_PSK: 4,
  AUTH_WPA2_ENTERPRISE: 5,
  AUTH_WPA3_PSK: 6,
  AUTH_WPA2_WPA3_PSK: 7,
  AUTH_WAPI_PSK: 8,
};
const SAE_PWE = {
  SAE_PWE_UNSPECIFIED: 0,
  SAE_PWE_HUNT_AND_PECK: 1,
  SAE_PWE_HASH_TO_ELEMENT: 2,
  SAE_PWE_BOTH: 3,
};
const SECOND_CHANNEL = {
  STR_WIFI_SECOND_CHAN_NONE: 0,
  STR_WIFI_SECOND_CHAN_ABOVE: 1,
  STR_WIFI_SECOND_CHAN_BELOW: 2,
};
const EVENTS = ["start", "stop", "connected", "disconnected", "authmode_changed", "got_ip"] as const;
type WifiEvent = (typeof EVENTS)[number];
const POWER_SAVE = ["none", "min", "max"];
/** Reason of a "disconnected" that the board itself wanted (ASSOC_LEAVE). */
const LEFT = 8;
/** esp_err_t: Wi-Fi is not started. */
const NOT_STARTED = 12290;
const LONGEST_SSID = 32;
const LONGEST_PASSWORD = 64;
/** Fields of sta.setip, and what errors call them. */
const IP_FIELDS = [
  ["ip", "IP"],
  ["netmask", "netmask"],
  ["gateway", "gateway"],
] as const;

class WifiEsp32 extends FirmwareModule {
  #mode = MODE.STATION;
  #isStarted = true;
  #isJoined = true;
  #ssid = SSID;
  #password = "";
  #bssid: string | undefined;
  #powerSave = "min";
  readonly #address = stationAddress(this.board);
  #cancelJoin = () => {};
  readonly #handlers = new Callbacks<WifiEvent>(this.vm);

  readonly #functions: Functions = {
    mode: (L) => {
      const wanted = this.vm.checkInteger(L, 1);
      if (!Object.values(MODE).includes(wanted)) raise(`invalid wifi mode ${wanted}`);
      this.#mode = wanted;
      return 0;
    },
    getmode: (L) => this.results(L, this.#mode),
    getchannel: (L) => this.results(L, CHANNEL, SECOND_CHANNEL.STR_WIFI_SECOND_CHAN_NONE),
    start: () => {
      this.#isStarted = true;
      this.#fire("start");
      return 0;
    },
    stop: () => {
      this.#leave();
      if (this.#isStarted) this.#fire("stop");
      this.#isStarted = false;
      return 0;
    },
  };

  readonly #station: Functions = {
    config: (L) => this.#config(L),
    connect: () => {
      if (!this.#isStarted) raise(`connect failed, code ${NOT_STARTED}`);
      this.#join();
      return 0;
    },
    disconnect: () => {
      if (!this.#isStarted) raise(`disconnect failed, code ${NOT_STARTED}`);
      this.#leave();
      return 0;
    },
    getconfig: (L) => this.#getconfig(L),
    getmac: (L) => this.results(L, MAC),
    powersave: (L) => {
      const wanted = this.vm.checkString(L, 1);
      if (!POWER_SAVE.includes(wanted)) this.vm.argumentError(L, 1, `invalid option '${wanted}'`);
      this.#powerSave = wanted;
      return 0;
    },
    getpowersave: (L) => this.results(L, this.#powerSave),
    on: (L) => {
      const event = this.vm.checkString(L, 1) as WifiEvent;
      if (!EVENTS.includes(event)) raise(`unknown event: ${event}`);
      if (this.vm.type(L, 2) > LuaType.nil) this.vm.checkFunction(L, 2);
      this.#handlers.set(L, event, 2);
      return 0;
    },
    scan: (L) => {
      this.vm.api.luaL_checktype!(L, 1, LuaType.table);
      this.vm.checkFunction(L, 2);
      this.#scan(this.vm.ref(L, 2));
      return 0;
    },
    sethostname: (L) => {
      this.vm.checkString(L, 1);
      return this.results(L, true);
    },
    setip: (L) => this.#setip(L),
    settxpower: (L) => {
      this.vm.api.luaL_checknumber!(L, 1);
      return this.results(L, true);
    },
  };

  override install(): void {
    const constants = { ...MODE, ...AUTH, ...SAE_PWE, ...SECOND_CHANNEL };
    defineModule(this.vm, "wifi", this.#functions, constants);
    defineSubmodule(this.vm, "wifi", "sta", this.#station, { PMF_AVAILABLE: 1, PMF_REQUIRED: 2 });
  }

  get #auth(): number {
    return this.#password === "" ? AUTH.AUTH_OPEN : AUTH.AUTH_WPA2_PSK;
  }

  #fire(event: WifiEvent, fields: Fields = {}): void {
    this.host.post(1, () => {
      const handler = this.#handlers.get(event);
      if (handler === undefined) return;
      this.host.callProtected(handler, (L) => {
        this.vm.push(L, event);
        pushFields(this.vm, L, fields);
        return 2;
      });
    });
  }

  #join(): void {
    this.#cancelJoin();
    this.#cancelJoin = this.host.after(JOIN_TIME, () => {
      this.#isJoined = true;
      this.board.network.online?.(true);
      const { ip, netmask, gateway } = this.#address;
      this.#fire("connected", { ssid: this.#ssid, bssid: BSSID, channel: CHANNEL, auth: this.#auth });
      this.#fire("got_ip", { ip, netmask, gw: gateway });
    });
  }

  #leave(): void {
    this.#cancelJoin();
    if (!this.#isJoined) return;
    this.#isJoined = false;
    this.board.network.online?.(false);
    this.host.addressLost();
    this.#fire("disconnected", { ssid: this.#ssid, bssid: BSSID, reason: LEFT });
  }

  /** Calls a registry reference once with a list of the only access point there is. */
  #scan(done: number): void {
    const { vm } = this;
    this.host.after(SCAN_TIME, () => {
      this.host.callProtected(done, (L) => {
        vm.unref(done);
        vm.pushValue(L, undefined);
        vm.api.lua_createtable!(L, 1, 0);
        const found = { bssid: BSSID, ssid: this.#ssid, channel: CHANNEL, rssi: RSSI, auth: this.#auth };
        pushFields(vm, L, found);
        vm.api.lua_rawseti!(L, -2, 1);
        return 2;
      });
    });
  }

  #config(L: number): number {
    const { vm } = this;
    vm.api.luaL_checktype!(L, 1, LuaType.table);
    vm.getField(L, 1, "ssid");
    vm.checkString(L, -1);
    vm.pop(L);
    this.#ssid = this.#textField(L, "ssid", LONGEST_SSID)!;
    this.#password = this.#textField(L, "pwd", LONGEST_PASSWORD) ?? "";
    const wanted = this.#textField(L, "bssid", MAC.length);
    if (wanted !== undefined && !/^([\da-f]{2}:){5}[\da-f]{2}$/i.test(wanted))
      raise(`invalid BSSID: ${wanted}`);
    this.#bssid = wanted;
    return 0;
  }

  #getconfig(L: number): number {
    pushFields(this.vm, L, {
      ssid: this.#ssid,
      pwd: this.#password,
      ...(this.#bssid === undefined ? {} : { bssid: this.#bssid }),
      pmf: 1,
      channel: 0,
      scan_method: "fast",
      listen_interval: 3,
      sort_by: "rssi",
      threshold_rssi: 0,
      threshold_authmode: AUTH.AUTH_OPEN,
      rm: false,
      btm: false,
      mbo: false,
      sae_pwe: SAE_PWE.SAE_PWE_UNSPECIFIED,
    });
    return 1;
  }

  #setip(L: number): number {
    const { vm } = this;
    vm.api.luaL_checktype!(L, 1, LuaType.table);
    for (const [name, shown] of IP_FIELDS) {
      vm.getField(L, 1, name);
      const text = vm.string(L, -1) ?? "";
      vm.pop(L);
      if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) raise(`Could not parse ${shown} address, aborting`);
      this.#address[name] = text;
    }
    return 0;
  }

  /** A text field of the table at 1. */
  #textField(L: number, name: string, longest: number): string | undefined {
    const { vm } = this;
    vm.getField(L, 1, name);
    const text = vm.type(L, -1) === LuaType.nil ? undefined : vm.checkString(L, -1);
    vm.pop(L);
    if (text !== undefined && text.length > longest) raise(`${name} too long`);
    return text;
  }
}

/** Gives Lua the module wifi of the ESP32. */
export function wifiEsp32(host: Host): void {
  new WifiEsp32(host).install();
}
