// Module encoder: base64 and hex. Not part of the firmware's default build; a board has it when told so.
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

export function encoder({ vm }: Host): void {
  defineModule(vm, "encoder", {
    toBase64: (L) => {
      vm.push(L, vm.checkBytes(L, 1).toString("base64"));
      return 1;
    },
    fromBase64: (L) => {
      const text = vm.checkString(L, 1);
      if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) raise("Invalid base64 string");
      vm.push(L, Buffer.from(text, "base64"));
      return 1;
    },
    toHex: (L) => {
      vm.push(L, vm.checkBytes(L, 1).toString("hex"));
      return 1;
    },
    fromHex: (L) => {
      const text = vm.checkString(L, 1);
      if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) raise("Invalid hex string");
      vm.push(L, Buffer.from(text, "hex"));
      return 1;
    },
  });
}
