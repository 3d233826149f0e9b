// Module wifi (ESP8266): a station that joins whatever network it is told, so that an app's start-up code runs as on the
// chip. At its start the board has joined already, as with settings kept in flash; while it has not, and its own access point
// (wifi-ap.ts) is not on, it is off the air.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Fields, pushFields, pushTable, raise } from "./binding.ts";
import { pushAccessPoint } from "./wifi-ap.ts";
import { interfaceFunctions } from "./wifi-interface.ts";

const NULLMODE = 0;
const STATION = 1;
const SOFTAP = 2;
const STATIONAP = 3;
const NETMASK = "255.255.255.0";
const GATEWAY = "192.168.4.1";
const BSSID = "02:00:00:00:00:01";
const MAC = "02:00:00:c0:ff:ee";
const STATUS = { idle: 0, connecting: 1, gotIp: 5 } as const;
const EVENTS = {
  STA_CONNECTED: 0,
  STA_DISCONNECTED: 1,
  STA_AUTHMODE_CHANGE: 2,
  STA_GOT_IP: 3,
  STA_DHCP_TIMEOUT: 4,
  AP_STACONNECTED: 5,
  AP_STADISCONNECTED: 6,
  AP_PROBEREQRECVED: 7,
  WIFI_MODE_CHANGED: 8,
  EVENT_MAX: 10,
};
/** Why a connection ended (wifi.eventmon.reason). */
const REASONS = {
  UNSPECIFIED: 1,
  AUTH_EXPIRE: 2,
  AUTH_LEAVE: 3,
  ASSOC_EXPIRE: 4,
  ASSOC_TOOMANY: 5,
  NOT_AUTHED: 6,
  NOT_ASSOCED: 7,
  ASSOC_LEAVE: 8,
  ASSOC_NOT_AUTHED: 9,
  DISASSOC_PWRCAP_BAD: 10,
  DISASSOC_SUPCHAN_BAD: 11,
  IE_INVALID: 13,
  MIC_FAILURE: 14,
  "4WAY_HANDSHAKE_TIMEOUT": 15,
  GROUP_KEY_UPDATE_TIMEOUT: 16,
  IE_IN_4WAY_DIFFERS: 17,
  GROUP_CIPHER_INVALID: 18,
  PAIRWISE_CIPHER_INVALID: 19,
  AKMP_INVALID: 20,
  UNSUPP_RSN_IE_VERSION: 21,
  INVALID_RSN_IE_CAP: 22,
  "802_1X_AUTH_FAILED": 23,
  CIPHER_SUITE_REJECTED: 24,
  BEACON_TIMEOUT: 200,
  NO_AP_FOUND: 201,
  AUTH_FAIL: 202,
  ASSOC_FAIL: 203,
  HANDSHAKE_TIMEOUT: 204,
};
/** The functions that wifi.sta.config takes along: its fields, their events, their names in errors. */
const CALLBACKS: [field: string, event: number, name: string][] = [
  ["connect_cb", EVENTS.STA_CONNECTED, "connect_cb"],
  ["disconnect_cb", EVENTS.STA_DISCONNECTED, "disconnect_cb"],
  ["authmode_change_cb", EVENTS.STA_AUTHMODE_CHANGE, "authmode_change_cb"],
  ["got_ip_cb", EVENTS.STA_GOT_IP, "gotip_cb"],
  ["dhcp_timeout_cb", EVENTS.STA_DHCP_TIMEOUT, "dhcp_timeout_cb"],
];
/** ... and those of wifi.ap.config. */
const AP_CALLBACKS = {
  staconnected_cb: EVENTS.AP_STACONNECTED,
  stadisconnected_cb: EVENTS.AP_STADISCONNECTED,
  probereq_cb: EVENTS.AP_PROBEREQRECVED,
};
const JOIN_TIME = 50;
const SCAN_TIME = 2000;
const RSSI = -55;
const CHANNEL = 6;
const NO_BSSID = "00:00:00:00:00:00";
const PHYMODE = { PHYMODE_B: 1, PHYMODE_G: 2, PHYMODE_N: 3 };
const SLEEP = { NONE_SLEEP: 0, LIGHT_SLEEP: 1, MODEM_SLEEP: 2 };
const AUTH = { OPEN: 0, WPA_PSK: 2, WPA2_PSK: 3, WPA_WPA2_PSK: 4 };
const COUNTRY = { COUNTRY_AUTO: 0, COUNTRY_MANUAL: 1 };
/** Access points that the firmware can store. */
const MOST_STORED = 5;

export function wifi(firmware: Host): void {
  const { vm, board } = firmware;
  let mode = STATION;
  let ssid = "simulated";
  let password = "";
  let bssidWanted: string | undefined;
  let hostname = "NODE-C0FFEE";
  /** What the network gives, until wifi.sta.setip sets it. */
  const address = { ip: board.network.address, netmask: NETMASK, gateway: GATEWAY };
  let phyMode = PHYMODE.PHYMODE_N;
  let sleepType = SLEEP.MODEM_SLEEP;
  let sleepsInNullMode = true;
  let country = { country: "CN", start_ch: 1, end_ch: 13, policy: COUNTRY.COUNTRY_AUTO };
  let status: number = STATUS.gotIp;
  let cancelJoin = () => {};
  const handlers = new Map<number, number>();

  const isAccessPoint = () => (mode & SOFTAP) !== 0;

  function join(): void {
    if (status !== STATUS.idle) return;
    status = STATUS.connecting;
    cancelJoin = firmware.after(JOIN_TIME, () => {
      status = STATUS.gotIp;
      board.network.online?.(true);
      fire(EVENTS.STA_CONNECTED, { SSID: ssid, BSSID, channel: CHANNEL });
      fire(EVENTS.STA_GOT_IP, { IP: address.ip, netmask: address.netmask, gateway: address.gateway });
    });
  }

  function leave(): void {
    cancelJoin();
    const wasJoined = status === STATUS.gotIp;
    status = STATUS.idle;
    if (!wasJoined) return;
    if (!isAccessPoint()) goOffAir();
    fire(EVENTS.STA_DISCONNECTED, { SSID: ssid, BSSID, reason: REASONS.ASSOC_LEAVE });
  }

  function goOffAir(): void {
    board.network.online?.(false);
    firmware.addressLost();
  }

  function fire(event: number, fields: Fields): void {
    if (!handlers.has(event)) return;
    firmware.post(0, () => {
      const handler = handlers.get(event);
      if (handler === undefined) return;
      firmware.callProtected(handler, (L) => {
        pushFields(vm, L, fields);
        return 1;
      });
    });
  }

  /** Sets the handler for an event: the function at `index`, or none. */
  function register(L: number, event: number, index: number): void {
    const old = handlers.get(event);
    if (old !== undefined) vm.unref(old);
    handlers.delete(event);
    if (vm.type(L, index) === LuaType.function) handlers.set(event, vm.ref(L, index));
  }

  /** A text field of the table at 1, checked for its length. */
  function textField(L: number, name: string, longest: number): string | undefined {
    vm.getField(L, 1, name);
    const isNil = vm.type(L, -1) === LuaType.nil;
    if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, `${name}:not string`);
    const text = isNil ? undefined : vm.string(L, -1)!;
    vm.pop(L);
    if (text !== undefined && text.length > longest) vm.argumentError(L, 1, `${name}: length:0-${longest}`);
    return text;
  }

  function booleanField(L: number, name: string): boolean {
    vm.getField(L, 1, name);
    const type = vm.type(L, -1);
    if (type !== LuaType.nil && type !== LuaType.boolean) vm.argumentError(L, 1, `${name}:not boolean`);
    const value = type === LuaType.nil || vm.boolean(L, -1);
    vm.pop(L);
    return value;
  }

  function numberField(L: number, name: string, otherwise: number, from: number, to: number): number {
    vm.getField(L, 1, name);
    const isNil = vm.type(L, -1) === LuaType.nil;
    if (!isNil && vm.api.lua_isnumber!(L, -1) === 0) vm.argumentError(L, 1, `${name}: must be a number`);
    const value = isNil ? otherwise : vm.checkInteger(L, -1) & 0xff;
    vm.pop(L);
    const range = name === "policy" ? "must be 0 or 1" : `Range:${from}-${to}`;
    if (value < from || value > to) vm.argumentError(L, 1, `${name}: ${range}`);
    return value;
  }

  /** The table at 1 of wifi.setcountry. */
  function countryField(L: number): typeof country {
    vm.getField(L, 1, "country");
    const isNil = vm.type(L, -1) === LuaType.nil;
    if (!isNil && vm.api.lua_isstring!(L, -1) === 0) vm.argumentError(L, 1, "country: must be string");
    const code = isNil ? "CN" : vm.string(L, -1)!;
    vm.pop(L);
    if (!/^[a-z]{2}$/i.test(code)) vm.argumentError(L, 1, "country: country code must be 2 chars");
    const first = numberField(L, "start_ch", 1, 1, 14);
    const last = numberField(L, "end_ch", 13, 1, 14);
    if (last < first) vm.argumentError(L, 1, "end_ch: can't be less than start_ch");
    const policy = numberField(L, "policy", COUNTRY.COUNTRY_AUTO, 0, 1);
    return { country: code.toUpperCase(), start_ch: first, end_ch: last, policy };
  }

  function stored(): Fields {
    return {
      ssid,
      ...(password === "" ? {} : { pwd: password }),
      ...(bssidWanted === undefined ? {} : { bssid: bssidWanted }),
    };
  }

  function storedIndex(L: number): number {
    const index = vm.checkInteger(L, 1) & 0xff;
    if (index < 1 || index > MOST_STORED) vm.argumentError(L, 1, `Valid range: 1-${MOST_STORED}`);
    return index;
  }

  function getconfig(L: number): number {
    const isSet = bssidWanted !== undefined;
    if (vm.boolean(L, 1)) {
      pushFields(vm, L, { ...stored(), bssid_set: isSet, bssid: bssidWanted ?? NO_BSSID });
      return 1;
    }
    for (const value of [ssid, password, isSet ? 1 : 0, bssidWanted ?? NO_BSSID]) vm.pushValue(L, value);
    return 4;
  }

  function sleeptype(L: number): number {
    if (vm.api.lua_isnumber!(L, 1) !== 0) {
      const wanted = vm.checkInteger(L, 1);
      if (wanted < 0 || wanted > 2) vm.argumentError(L, 1, "range:0-2");
      sleepType = wanted;
    }
    vm.pushValue(L, sleepType);
    return 1;
  }

  defineModule(
    vm,
    "wifi",
    {
      setmode: (L) => {
        const wanted = vm.checkInteger(L, 1);
        if (wanted < NULLMODE || wanted > STATIONAP) vm.argumentError(L, 1, "Invalid mode");
        if (vm.type(L, 2) > LuaType.nil) vm.api.luaL_checktype!(L, 2, LuaType.boolean);
        if (wanted !== mode) fire(EVENTS.WIFI_MODE_CHANGED, { old_mode: mode, new_mode: wanted });
        const [wasStation, wasAccessPoint] = [(mode & STATION) !== 0, isAccessPoint()];
        mode = wanted;
        if (isAccessPoint()) board.network.online?.(true);
        if ((mode & STATION) === 0) leave();
        else if (!wasStation) join();
        if (wasAccessPoint && !isAccessPoint() && status !== STATUS.gotIp) goOffAir();
        vm.pushValue(L, mode);
        return 1;
      },
      getmode: (L) => {
        vm.pushValue(L, mode);
        return 1;
      },
      getdefaultmode: (L) => {
        vm.pushValue(L, mode);
        return 1;
      },
      getchannel: (L) => {
        vm.pushValue(L, CHANNEL);
        return 1;
      },
      getcountry: (L) => {
        pushFields(vm, L, country);
        return 1;
      },
      setcountry: (L) => {
        if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "Table not found!");
        country = countryField(L);
        vm.pushValue(L, true);
        return 1;
      },
      getphymode: (L) => {
        vm.pushValue(L, phyMode);
        return 1;
      },
      setphymode: (L) => {
        const wanted = vm.checkInteger(L, 1);
        if (!Object.values(PHYMODE).includes(wanted)) raise("wrong arg type");
        phyMode = wanted;
        vm.pushValue(L, phyMode);
        return 1;
      },
      setmaxtxpower: (L) => {
        const power = vm.checkInteger(L, 1);
        if (power <= 0 || power > 82) vm.argumentError(L, 1, "tx power out of range (0->82)");
        return 1;
      },
      nullmodesleep: (L) => {
        if (vm.type(L, 1) !== LuaType.none) sleepsInNullMode = vm.boolean(L, 1);
        vm.pushValue(L, sleepsInNullMode);
        return 1;
      },
      sleeptype,
      // the default build has neither
      suspend: () => raise("wifi.suspend is unavailable"),
      resume: () => raise("wifi.suspend is unavailable"),
    },
    {
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
    },
  );

  vm.getGlobal("wifi");
  pushTable(vm, {
    config: (L) => {
      if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "config table not found!");
      const name = textField(L, "ssid", 32) ?? vm.argumentError(L, 1, "ssid required");
      const secret = textField(L, "pwd", 64) ?? "";
      const bssid = textField(L, "bssid", Number.POSITIVE_INFINITY);
      if (bssid !== undefined && bssid.length !== BSSID.length)
        vm.argumentError(L, 1, "bssid: FF:FF:FF:FF:FF:FF");
      const joins = booleanField(L, "auto");
      booleanField(L, "save");
      for (const [field, event, shown] of CALLBACKS) {
        vm.getField(L, 1, field);
        const type = vm.type(L, -1);
        if (type !== LuaType.nil && type !== LuaType.function)
          vm.argumentError(L, 1, `${shown}:not function`);
        if (type === LuaType.function) register(L, event, -1);
        vm.pop(L);
      }
      leave();
      ssid = name;
      password = secret;
      bssidWanted = bssid;
      if (joins) join();
      vm.pushValue(L, true);
      return 1;
    },
    connect: (L) => {
      if (vm.type(L, 1) === LuaType.function) register(L, EVENTS.STA_CONNECTED, 1);
      join();
      return 0;
    },
    disconnect: (L) => {
      if (vm.type(L, 1) === LuaType.function) register(L, EVENTS.STA_DISCONNECTED, 1);
      leave();
      return 0;
    },
    autoconnect: (L) => {
      const on = vm.checkInteger(L, 1);
      if (on !== 0 && on !== 1) vm.argumentError(L, 1, "0 or 1");
      return 0;
    },
    status: (L) => {
      vm.pushValue(L, status);
      return 1;
    },
    ...interfaceFunctions(vm, address, MAC, () => status === STATUS.gotIp),
    getconfig,
    getdefaultconfig: getconfig,
    clearconfig: (L) => {
      leave();
      [ssid, password, bssidWanted] = ["", "", undefined];
      vm.pushValue(L, true);
      return 1;
    },
    // one access point is stored, the current one
    getapindex: (L) => {
      vm.pushValue(L, 1);
      return 1;
    },
    getapinfo: (L) => {
      pushFields(vm, L, { qty: ssid === "" ? 0 : 1 });
      if (ssid === "") return 1;
      pushFields(vm, L, stored());
      vm.api.lua_rawseti!(L, -2, 1);
      return 1;
    },
    changeap: (L) => {
      vm.pushValue(L, storedIndex(L) === 1);
      return 1;
    },
    setaplimit: (L) => {
      storedIndex(L);
      vm.pushValue(L, true);
      return 1;
    },
    getap: (L) => {
      if (mode === SOFTAP) raise("Can't list ap in SOFTAP mode");
      let at = 1;
      if (vm.type(L, at) === LuaType.table || vm.type(L, at) === LuaType.nil) at++;
      let byBssid = false;
      if (vm.type(L, at) === LuaType.number) {
        const format = vm.checkInteger(L, at++);
        if (format !== 0 && format !== 1) raise("wrong arg type");
        byBssid = format === 1;
      }
      if (vm.type(L, at) !== LuaType.function) {
        if (at === 1) raise("wrong arg type");
        return 0;
      }
      const found = vm.ref(L, at);
      firmware.after(SCAN_TIME, () => {
        firmware.callProtected(found, (thread) => {
          vm.unref(found);
          const name = ssid || "simulated";
          const auth = password === "" ? AUTH.OPEN : AUTH.WPA2_PSK;
          pushFields(
            vm,
            thread,
            byBssid
              ? { [BSSID]: `${name},${RSSI},${auth},${CHANNEL}` }
              : { [name]: `${auth},${RSSI},${BSSID},${CHANNEL}` },
          );
          return 1;
        });
      });
      return 0;
    },
    sleeptype,
    getrssi: (L) => {
      vm.pushValue(L, status === STATUS.gotIp ? RSSI : undefined);
      return 1;
    },
    gethostname: (L) => {
      vm.pushValue(L, hostname);
      return 1;
    },
    sethostname: (L) => {
      const name = vm.checkString(L, 1);
      if (!/^[a-z\d]([a-z\d-]{0,30}[a-z\d])?$/i.test(name)) vm.argumentError(L, 1, "Invalid hostname");
      hostname = name;
      vm.pushValue(L, true);
      return 1;
    },
  });
  vm.setField(vm.L, -2, "sta");

  pushAccessPoint(firmware, {
    isOn: isAccessPoint,
    isStation: () => mode === STATION,
    register: (L, callback) => register(L, AP_CALLBACKS[callback], -1),
  });
  vm.setField(vm.L, -2, "ap");

  const setHandler = (L: number) => {
    const event = vm.checkInteger(L, 1) & 0xff;
    if (event > EVENTS.EVENT_MAX) raise(`valid wifi events:0-${EVENTS.EVENT_MAX}`);
    register(L, event, 2);
    return 0;
  };
  pushTable(vm, { register: setHandler, unregister: setHandler }, EVENTS);
  pushTable(vm, {}, REASONS);
  vm.setField(vm.L, -2, "reason");
  vm.setField(vm.L, -2, "eventmon");
  vm.pop(vm.L);
}
