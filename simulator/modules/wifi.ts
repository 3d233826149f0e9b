// Module wifi: a station that joins whatever network it is told, so that an app's start-up code runs as on the chip.
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, pushTable, raise } from "./binding.ts";

const STATION = 1;
const NETMASK = "255.255.255.0";
const EVENTS = {
  STA_CONNECTED: 0,
  STA_DISCONNECTED: 1,
  STA_AUTHMODE_CHANGE: 2,
  STA_GOT_IP: 3,
  STA_DHCP_TIMEOUT: 4,
};
const GOT_IP_STATUS = 5;
const JOIN_TIME = 50;

export function wifi(firmware: Firmware): void {
  const { vm, board } = firmware;
  let mode = STATION;
  let ssid = "simulated";
  let joined = true;
  const handlers = new Map<number, number>();

  function join(): void {
    joined = false;
    firmware.after(JOIN_TIME, () => {
      joined = true;
      fire(EVENTS.STA_CONNECTED, { SSID: ssid, BSSID: "02:00:00:00:00:01", channel: 6 });
      fire(EVENTS.STA_GOT_IP, { IP: board.network.address, netmask: NETMASK, gateway: "192.168.4.1" });
    });
  }

  function fire(event: number, fields: Record<string, string | number>): void {
    const handler = handlers.get(event);
    if (handler === undefined) return;
    firmware.post(0, () => {
      firmware.callProtected(handler, (L) => {
        vm.api.lua_createtable!(L, 0, 4);
        for (const [key, value] of Object.entries(fields)) {
          vm.pushValue(L, value);
          vm.setField(L, -2, key);
        }
        return 1;
      });
    });
  }

  defineModule(
    vm,
    "wifi",
    {
      setmode: (L) => {
        mode = vm.checkInteger(L, 1);
        if (mode < 0 || mode > 4) vm.argumentError(L, 1, "Invalid mode");
        vm.pushValue(L, mode);
        return 1;
      },
      getmode: (L) => {
        vm.pushValue(L, mode);
        return 1;
      },
    },
    { NULLMODE: 0, STATION, SOFTAP: 2, STATIONAP: 3 },
  );
  vm.getGlobal("wifi");
  pushTable(vm, {
    config: (L) => {
      if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "config table not found!");
      vm.getField(L, 1, "ssid");
      const name = vm.toHost(L, -1);
      if (typeof name !== "string") vm.argumentError(L, 1, "ssid not found");
      ssid = name as string;
      vm.getField(L, 1, "auto");
      if (vm.type(L, -1) === LuaType.nil || vm.boolean(L, -1)) join();
      vm.pushValue(L, true);
      return 1;
    },
    connect: () => {
      join();
      return 0;
    },
    disconnect: () => {
      joined = false;
      return 0;
    },
    status: (L) => {
      vm.pushValue(L, joined ? GOT_IP_STATUS : 1);
      return 1;
    },
    getip: (L) => {
      if (!joined) return 0;
      for (const address of [board.network.address, NETMASK, "192.168.4.1"]) vm.pushValue(L, address);
      return 3;
    },
    getmac: (L) => {
      vm.pushValue(L, "02:00:00:c0:ff:ee");
      return 1;
    },
    getrssi: (L) => {
      vm.pushValue(L, -55);
      return 1;
    },
    sethostname: (L) => {
      vm.checkString(L, 1);
      vm.pushValue(L, true);
      return 1;
    },
  });
  vm.setField(vm.L, -2, "sta");
  pushTable(
    vm,
    {
      register: (L) => {
        const event = vm.checkInteger(L, 1);
        if (event < 0 || event > 8) raise("valid wifi events:0-8");
        const old = handlers.get(event);
        if (old !== undefined) vm.unref(old);
        handlers.delete(event);
        if (vm.type(L, 2) === LuaType.function) handlers.set(event, vm.ref(L, 2));
        return 0;
      },
      unregister: (L) => {
        const event = vm.checkInteger(L, 1);
        const old = handlers.get(event);
        if (old !== undefined) vm.unref(old);
        handlers.delete(event);
        return 0;
      },
    },
    EVENTS,
  );
  vm.setField(vm.L, -2, "eventmon");
  vm.pop(vm.L);
}
