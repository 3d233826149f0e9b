// What wifi.sta and wifi.ap have in common (ESP8266): the functions that tell and set an interface's address and its MAC.
import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import { type Functions, pushValues, raise } from "./binding.ts";
import type { Address } from "./wifi-network.ts";

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
 * The functions that tell and set an interface's address and its MAC.
 * @param address what the interface has if it is on; setip changes it
 * @param mac at first
 */
export function interfaceFunctions(vm: LuaVm, address: Address, mac: string, isOn: () => boolean): Functions {
  return {
    getip: (L) => pushValues(vm, L, isOn() ? [address.ip, address.netmask, address.gateway] : [undefined]),
    setip: (L) => {
      if (vm.type(L, 1) !== LuaType.table) raise("wrong arg type");
      for (const name of ["ip", "netmask", "gateway"] as const)
        address[name] = stringField(vm, L, name) ?? address[name];
      return pushValues(vm, L, [true]);
    },
    getbroadcast: (L) => {
      const [mask, own] = [address.netmask.split("."), address.ip.split(".")];
      const bytes = own.map((byte, i) => (Number(byte) | ~Number(mask[i])) & 0xff);
      return pushValues(vm, L, [isOn() ? bytes.join(".") : undefined]);
    },
    getmac: (L) => pushValues(vm, L, [mac]),
    setmac: (L) => {
      mac = checkMac(vm, L, 1).toLowerCase();
      return pushValues(vm, L, [true]);
    },
  };
}
