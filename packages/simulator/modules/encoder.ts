// Module encoder: base64 and hex. Not part of the firmware's default build; a board has it when told so.
import type { Host } from "../host.ts";
import { defineModule, pushValues, raise } from "./binding.ts";

/** Gives Lua the module encoder. */
export function encoder({ vm }: Host): void {
  defineModule(vm, "encoder", {
    toBase64: (L) => pushValues(vm, L, [vm.checkBytes(L, 1).toString("base64")]),
    fromBase64: (L) => {
      const text = vm.checkString(L, 1);
      if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) raise("Invalid base64 string");
      return pushValues(vm, L, [Buffer.from(text, "base64")]);
    },
    toHex: (L) => pushValues(vm, L, [vm.checkBytes(L, 1).toString("hex")]),
    fromHex: (L) => {
      const text = vm.checkString(L, 1);
      if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) raise("Invalid hex string");
      return pushValues(vm, L, [Buffer.from(text, "hex")]);
    },
  });
}
