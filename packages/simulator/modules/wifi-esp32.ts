// Module wifi (ESP32): a station that joins whatever network it is told, so that an app's start-up code runs as on the
// chip. At its start the board has joined already, lest an app without such code be off the air; stop() and
// sta.disconnect() take it off, and what start() and sta.connect() bring comes as events.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Fields, pushFields, pushTable, raise } from "./binding.ts";

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
const JOIN_TIME = 50;
const SCAN_TIME = 2000;
const RSSI = -55;
const CHANNEL = 6;
const BSSID = "02:00:00:00:00:01";
const MAC = "02:00:00:c0:ff:ee";
const LONGEST_SSID = 32;
const LONGEST_PASSWORD = 64;

export function wifiEsp32(firmware: Host): void {
  const { vm, board } = firmware;
  let mode = MODE.STATION;
  let isStarted = true;
  let isJoined = true;
  let ssid = "simulated";
  let password = "";
  let bssid: string | undefined;
  let powerSave = "min";
  const address = { ip: board.network.address, netmask: "255.255.255.0", gateway: "192.168.4.1" };
  let cancelJoin = () => {};
  const handlers = new Map<WifiEvent, number>();

  function fire(event: WifiEvent, fields: Fields = {}): void {
    firmware.post(1, () => {
      const handler = handlers.get(event);
      if (handler === undefined) return;
      firmware.callProtected(handler, (L) => {
        vm.push(L, event);
        pushFields(vm, L, fields);
        return 2;
      });
    });
  }

  function leave(): void {
    cancelJoin();
    if (!isJoined) return;
    isJoined = false;
    board.network.online?.(false);
    firmware.addressLost();
    fire("disconnected", { ssid, bssid: BSSID, reason: LEFT });
  }

  const auth = () => (password === "" ? AUTH.AUTH_OPEN : AUTH.AUTH_WPA2_PSK);

  /** A text field of the table at 1. */
  function textField(L: number, name: string, longest: number): string | undefined {
    vm.getField(L, 1, name);
    const text = vm.type(L, -1) === LuaType.nil ? undefined : vm.checkString(L, -1);
    vm.pop(L);
    if (text !== undefined && text.length > longest) raise(`${name} too long`);
    return text;
  }

  defineModule(
    vm,
    "wifi",
    {
      mode: (L) => {
        const wanted = vm.checkInteger(L, 1);
        if (!Object.values(MODE).includes(wanted)) raise(`invalid wifi mode ${wanted}`);
        mode = wanted;
        return 0;
      },
      getmode: (L) => {
        vm.pushValue(L, mode);
        return 1;
      },
      getchannel: (L) => {
        vm.pushValue(L, CHANNEL);
        vm.pushValue(L, SECOND_CHANNEL.STR_WIFI_SECOND_CHAN_NONE);
        return 2;
      },
      start: () => {
        isStarted = true;
        fire("start");
        return 0;
      },
      stop: () => {
        leave();
        if (isStarted) fire("stop");
        isStarted = false;
        return 0;
      },
    },
    { ...MODE, ...AUTH, ...SAE_PWE, ...SECOND_CHANNEL },
  );

  vm.getGlobal("wifi");
  pushTable(
    vm,
    {
      config: (L) => {
        vm.api.luaL_checktype!(L, 1, LuaType.table);
        vm.getField(L, 1, "ssid");
        vm.checkString(L, -1);
        vm.pop(L);
        ssid = textField(L, "ssid", LONGEST_SSID)!;
        password = textField(L, "pwd", LONGEST_PASSWORD) ?? "";
        const wanted = textField(L, "bssid", MAC.length);
        if (wanted !== undefined && !/^([\da-f]{2}:){5}[\da-f]{2}$/i.test(wanted))
          raise(`invalid BSSID: ${wanted}`);
        bssid = wanted;
        return 0;
      },
      connect: () => {
        if (!isStarted) raise(`connect failed, code ${NOT_STARTED}`);
        cancelJoin();
        cancelJoin = firmware.after(JOIN_TIME, () => {
          isJoined = true;
          board.network.online?.(true);
          fire("connected", { ssid, bssid: BSSID, channel: CHANNEL, auth: auth() });
          fire("got_ip", { ip: address.ip, netmask: address.netmask, gw: address.gateway });
        });
        return 0;
      },
      disconnect: () => {
        if (!isStarted) raise(`disconnect failed, code ${NOT_STARTED}`);
        leave();
        return 0;
      },
      getconfig: (L) => {
        pushFields(vm, L, {
          ssid,
          pwd: password,
          ...(bssid === undefined ? {} : { bssid }),
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
      },
      getmac: (L) => {
        vm.push(L, MAC);
        return 1;
      },
      powersave: (L) => {
        const wanted = vm.checkString(L, 1);
        if (!POWER_SAVE.includes(wanted)) vm.argumentError(L, 1, `invalid option '${wanted}'`);
        powerSave = wanted;
        return 0;
      },
      getpowersave: (L) => {
        vm.push(L, powerSave);
        return 1;
      },
      on: (L) => {
        const event = vm.checkString(L, 1) as WifiEvent;
        if (!EVENTS.includes(event)) raise(`unknown event: ${event}`);
        if (vm.type(L, 2) > LuaType.nil) vm.checkFunction(L, 2);
        const old = handlers.get(event);
        if (old !== undefined) vm.unref(old);
        handlers.delete(event);
        if (vm.type(L, 2) === LuaType.function) handlers.set(event, vm.ref(L, 2));
        return 0;
      },
      scan: (L) => {
        vm.api.luaL_checktype!(L, 1, LuaType.table);
        vm.checkFunction(L, 2);
        const done = vm.ref(L, 2);
        firmware.after(SCAN_TIME, () => {
          firmware.callProtected(done, (thread) => {
            vm.unref(done);
            vm.pushValue(thread, undefined);
            vm.api.lua_createtable!(thread, 1, 0);
            pushFields(vm, thread, { bssid: BSSID, ssid, channel: CHANNEL, rssi: RSSI, auth: auth() });
            vm.api.lua_rawseti!(thread, -2, 1);
            return 2;
          });
        });
        return 0;
      },
      sethostname: (L) => {
        vm.checkString(L, 1);
        vm.pushValue(L, true);
        return 1;
      },
      setip: (L) => {
        vm.api.luaL_checktype!(L, 1, LuaType.table);
        for (const [name, field] of [
          ["ip", "IP"],
          ["netmask", "netmask"],
          ["gateway", "gateway"],
        ] as const) {
          vm.getField(L, 1, name);
          const text = vm.string(L, -1) ?? "";
          vm.pop(L);
          if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) raise(`Could not parse ${field} address, aborting`);
          address[name] = text;
        }
        return 0;
      },
      settxpower: (L) => {
        vm.api.luaL_checknumber!(L, 1);
        vm.pushValue(L, true);
        return 1;
      },
    },
    { PMF_AVAILABLE: 1, PMF_REQUIRED: 2 },
  );
  vm.setField(vm.L, -2, "sta");
  vm.pop(vm.L);
}
