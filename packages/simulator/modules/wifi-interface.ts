// What wifi.sta and wifi.ap have in common (ESP8266): the functions that tell and set an interface's address and its MAC.
import { type HostFunction, LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import { raise } from "./binding.ts";

export interface Address {
  ip: string;
  netmask: string;
  gateway: string;
}

const MAC_LENGTH = "00:00:00:00:00:00".length;

/** The MAC that Lua gives. */
export function checkMac(vm: LuaVm, L: number, index: number): string {
  const mac = vm.checkString(L, index);
  if (mac.length !== MAC_LENGTH) vm.argumentError(L, 1, "MAC:FF:FF:FF:FF:FF:FF");
  return mac;
}

/** A field of the table that Lua gives first, if it is a string. */
export function stringField(vm: LuaVm, L: number, name: string): string | undefined {
  vm.getField(L, 1, name);
  const value = vm.api.lua_isstring!(L, -1) === 0 ? undefined : vm.string(L, -1)!;
  vm.pop(L);
  return value;
}

/**
 * @param address what the interface has if it is on; setip changes it
 * @param mac at first
 */
export function interfaceFunctions(
  vm: LuaVm,
  address: Address,
  mac: string,
  isOn: () => boolean,
): Record<string, HostFunction> {
  return {
    getip: (L) => {
      if (!isOn()) {
        vm.pushValue(L, undefined);
        return 1;
      }
      for (const value of [address.ip, address.netmask, address.gateway]) vm.pushValue(L, value);
      return 3;
    },
    setip: (L) => {
      if (vm.type(L, 1) !== LuaType.table) raise("wrong arg type");
      for (const name of ["ip", "netmask", "gateway"] as const)
        address[name] = stringField(vm, L, name) ?? address[name];
      vm.pushValue(L, true);
      return 1;
    },
    getbroadcast: (L) => {
      const [mask, own] = [address.netmask.split("."), address.ip.split(".")];
      const bytes = own.map((byte, i) => (Number(byte) | ~Number(mask[i])) & 0xff);
      vm.pushValue(L, isOn() ? bytes.join(".") : undefined);
      return 1;
    },
    getmac: (L) => {
      vm.pushValue(L, mac);
      return 1;
    },
    setmac: (L) => {
      mac = checkMac(vm, L, 1).toLowerCase();
      vm.pushValue(L, true);
      return 1;
    },
  };
}
