// Module wifi (ESP8266): a station that joins whatever network it is told, so that an app's start-up code runs as on the
// chip. At its start the board has joined already, as with settings kept in flash; while it has not, it is off the air.
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, pushTable, raise } from "./binding.ts";

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
/** The functions that wifi.sta.config takes along: its fields, their events, their names in errors. */
const CALLBACKS: [field: string, event: number, name: string][] = [
  ["connect_cb", EVENTS.STA_CONNECTED, "connect_cb"],
  ["disconnect_cb", EVENTS.STA_DISCONNECTED, "disconnect_cb"],
  ["authmode_change_cb", EVENTS.STA_AUTHMODE_CHANGE, "authmode_change_cb"],
  ["got_ip_cb", EVENTS.STA_GOT_IP, "gotip_cb"],
  ["dhcp_timeout_cb", EVENTS.STA_DHCP_TIMEOUT, "dhcp_timeout_cb"],
];
/** The access point lets go because the station leaves (REASON_ASSOC_LEAVE). */
const LEFT = 8;
const JOIN_TIME = 50;
const RSSI = -55;

type Fields = Record<string, string | number>;

export function wifi(firmware: Firmware): void {
  const { vm, board } = firmware;
  let mode = STATION;
  let ssid = "simulated";
  let hostname = "NODE-C0FFEE";
  let status: number = STATUS.gotIp;
  let cancelJoin = () => {};
  const handlers = new Map<number, number>();

  function join(): void {
    if (status !== STATUS.idle) return;
    status = STATUS.connecting;
    cancelJoin = firmware.after(JOIN_TIME, () => {
      status = STATUS.gotIp;
      board.network.online?.(true);
      fire(EVENTS.STA_CONNECTED, { SSID: ssid, BSSID, channel: 6 });
      fire(EVENTS.STA_GOT_IP, { IP: board.network.address, netmask: NETMASK, gateway: GATEWAY });
    });
  }

  function leave(): void {
    cancelJoin();
    const wasJoined = status === STATUS.gotIp;
    status = STATUS.idle;
    if (!wasJoined) return;
    board.network.online?.(false);
    fire(EVENTS.STA_DISCONNECTED, { SSID: ssid, BSSID, reason: LEFT });
  }

  function fire(event: number, fields: Fields): void {
    if (!handlers.has(event)) return;
    firmware.post(0, () => {
      const handler = handlers.get(event);
      if (handler === undefined) return;
      firmware.callProtected(handler, (L) => {
        setFields(L, fields);
        return 1;
      });
    });
  }

  function setFields(L: number, fields: Fields): void {
    vm.api.lua_createtable!(L, 0, Object.keys(fields).length);
    for (const [key, value] of Object.entries(fields)) {
      vm.pushValue(L, value);
      vm.setField(L, -2, key);
    }
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

  defineModule(
    vm,
    "wifi",
    {
      setmode: (L) => {
        const wanted = vm.checkInteger(L, 1);
        if (wanted < NULLMODE || wanted > STATIONAP) vm.argumentError(L, 1, "Invalid mode");
        if (vm.type(L, 2) > LuaType.nil) vm.api.luaL_checktype!(L, 2, LuaType.boolean);
        if (wanted !== mode) fire(EVENTS.WIFI_MODE_CHANGED, { old_mode: mode, new_mode: wanted });
        mode = wanted;
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
        vm.pushValue(L, 6);
        return 1;
      },
    },
    {
      NULLMODE,
      STATION,
      SOFTAP,
      STATIONAP,
      PHYMODE_B: 1,
      PHYMODE_G: 2,
      PHYMODE_N: 3,
      NONE_SLEEP: 0,
      LIGHT_SLEEP: 1,
      MODEM_SLEEP: 2,
      OPEN: 0,
      WPA_PSK: 2,
      WPA2_PSK: 3,
      WPA_WPA2_PSK: 4,
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
      textField(L, "pwd", 64);
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
    getip: (L) => {
      if (status !== STATUS.gotIp) {
        vm.pushValue(L, undefined);
        return 1;
      }
      for (const address of [board.network.address, NETMASK, GATEWAY]) vm.pushValue(L, address);
      return 3;
    },
    getmac: (L) => {
      vm.pushValue(L, MAC);
      return 1;
    },
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

  const setHandler = (L: number) => {
    const event = vm.checkInteger(L, 1) & 0xff;
    if (event > EVENTS.EVENT_MAX) raise(`valid wifi events:0-${EVENTS.EVENT_MAX}`);
    register(L, event, 2);
    return 0;
  };
  pushTable(vm, { register: setHandler, unregister: setHandler }, EVENTS);
  vm.setField(vm.L, -2, "eventmon");
  vm.pop(vm.L);
}
