// Module crypto: hashes, and on ESP8266 ciphers. Not part of the firmware's default builds; a board has it when told so.
import { createCipheriv, createDecipheriv, createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { type HostFunction, LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, raise, UserdataClass } from "./binding.ts";

const ALGORITHMS = ["md5", "sha1", "sha256", "sha384", "sha512"];
/** AES-128: bytes of a key, of an initial vector and of a block. */
const AES = 16;

export function crypto(firmware: Host): void {
  const { vm, board } = firmware;
  const esp32 = board.options.chip === "esp32";

  /** The algorithm's name at `index`, in any case. */
  function algorithm(L: number, index: number): string {
    const name = vm.checkString(L, index);
    if (!ALGORITHMS.includes(name.toLowerCase()))
      raise(esp32 ? `Unsupported algorithm: ${name}` : "unknown hash mech");
    return name.toLowerCase();
  }

  const hashes = new UserdataClass<Hash | Hmac>(vm, esp32 ? "HASH_METATABLE" : "crypto.hash", 16, {
    update: (L) => {
      hashes.check(L, 1).update(vm.checkBytes(L, 2));
      return 0;
    },
    finalize: (L) => {
      vm.push(L, hashes.check(L, 1).digest());
      return 1;
    },
  });

  const common: Record<string, HostFunction> = {
    new_hash: (L) => {
      hashes.push(L, createHash(algorithm(L, 1)));
      return 1;
    },
    new_hmac: (L) => {
      hashes.push(L, createHmac(algorithm(L, 1), vm.checkBytes(L, 2)));
      return 1;
    },
  };

  const cipher =
    (encrypts: boolean): HostFunction =>
    (L) => {
      const name = vm.checkString(L, 1);
      const mode = /^aes-(ecb|cbc)$/i.exec(name)?.[1]?.toLowerCase();
      if (!mode) raise(`unknown cipher: ${name}`);
      const key = vm.checkBytes(L, 2);
      const data = vm.checkBytes(L, 3);
      const given = vm.type(L, 4) > LuaType.nil ? vm.checkBytes(L, 4) : Buffer.alloc(AES);
      if (key.length !== AES || given.length !== AES) raise("crypto op failed");
      const make = encrypts ? createCipheriv : createDecipheriv;
      const aes = make(`aes-128-${mode}`, key, mode === "ecb" ? null : given).setAutoPadding(false);
      const padded = Buffer.alloc(Math.ceil(data.length / AES) * AES);
      data.copy(padded);
      vm.push(L, Buffer.concat([aes.update(padded), aes.final()]));
      return 1;
    };

  const esp8266: Record<string, HostFunction> = {
    sha1: (L) => {
      vm.push(L, createHash("sha1").update(vm.checkBytes(L, 1)).digest());
      return 1;
    },
    hash: (L) => {
      vm.push(L, createHash(algorithm(L, 1)).update(vm.checkBytes(L, 2)).digest());
      return 1;
    },
    fhash: (L) => {
      const hash = createHash(algorithm(L, 1));
      const content = board.files.read(vm.checkString(L, 2));
      if (!content) raise("file does not exist");
      vm.push(L, hash.update(content).digest());
      return 1;
    },
    hmac: (L) => {
      vm.push(L, createHmac(algorithm(L, 1), vm.checkBytes(L, 3)).update(vm.checkBytes(L, 2)).digest());
      return 1;
    },
    mask: (L) => {
      const data = Buffer.from(vm.checkBytes(L, 1));
      const mask = vm.checkBytes(L, 2);
      if (mask.length === 0) raise("invalid argument: mask");
      vm.push(
        L,
        data.map((byte, i) => byte ^ mask[i % mask.length]!),
      );
      return 1;
    },
    encrypt: cipher(true),
    decrypt: cipher(false),
  };

  defineModule(vm, "crypto", esp32 ? common : { ...esp8266, ...common });
}
