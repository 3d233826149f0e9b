// Module file (ESP32): it has no contents, only names; reading and writing go through io (io-esp32.ts), on the same SPIFFS.

import type { Host } from "../host.ts";
import { defineModule, pushValues } from "./binding.ts";

/** Gives Lua the module file. */
export function fileEsp32({ vm, board }: Host): void {
  const { files } = board;
  defineModule(vm, "file", {
    list: (L) => {
      vm.api.lua_createtable!(L, 0, 0);
      for (const name of files.names()) {
        // the firmware of the recordings tells 0 for every file
        vm.pushValue(L, 0);
        vm.setField(L, -2, name);
      }
      return 1;
    },
    remove: (L) => {
      files.remove(vm.checkString(L, 1));
      return 0;
    },
    rename: (L) => pushValues(vm, L, [files.rename(vm.checkString(L, 1), vm.checkString(L, 2))]),
    exists: (L) => pushValues(vm, L, [files.read(vm.checkString(L, 1)) !== undefined]),
    fsinfo: (L) => pushValues(vm, L, [files.size - files.used, files.used, files.size]),
    format: () => {
      files.format();
      return 0;
    },
  });
}
