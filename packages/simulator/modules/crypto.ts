// Module crypto: hashes, and on ESP8266 ciphers. Not part of the firmware's default builds; a board has it when told so.
import { createCipheriv, createDecipheriv, createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise, UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const ALGORITHMS = ["md5", "sha1", "sha256", "sha384", "sha512"];
/** AES-128: bytes of a key, of an initial vector and of a block. */
const AES = 16;

class Crypto extends FirmwareModule {
  readonly #isEsp32 = this.board.options.chip === "esp32";
  readonly #hashes: UserdataClass<Hash | Hmac> = new UserdataClass<Hash | Hmac>(
    this.vm,
    this.#isEsp32 ? "HASH_METATABLE" : "crypto.hash",
    16,
    {
      update: (L) => {
        this.#hashes.check(L, 1).update(this.vm.checkBytes(L, 2));
        return 0;
      },
      finalize: (L) => this.results(L, this.#hashes.check(L, 1).digest()),
    },
  );

  /** Functions of both chips. */
  readonly #functions: Functions = {
    new_hash: (L) => {
      this.#hashes.push(L, createHash(this.#algorithm(L, 1)));
      return 1;
    },
    new_hmac: (L) => {
      this.#hashes.push(L, createHmac(this.#algorithm(L, 1), this.vm.checkBytes(L, 2)));
      return 1;
    },
  };

  readonly #esp8266: Functions = {
    sha1: (L) => this.results(L, createHash("sha1").update(this.vm.checkBytes(L, 1)).digest()),
    hash: (L) => this.results(L, createHash(this.#algorithm(L, 1)).update(this.vm.checkBytes(L, 2)).digest()),
    fhash: (L) => {
      const hash = createHash(this.#algorithm(L, 1));
      const content = this.board.files.read(this.vm.checkString(L, 2));
      if (!content) raise("file does not exist");
      return this.results(L, hash.update(content).digest());
    },
    hmac: (L) => {
      const hmac = createHmac(this.#algorithm(L, 1), this.vm.checkBytes(L, 3));
      return this.results(L, hmac.update(this.vm.checkBytes(L, 2)).digest());
    },
    mask: (L) => {
      const data = Buffer.from(this.vm.checkBytes(L, 1));
      const mask = this.vm.checkBytes(L, 2);
      if (mask.length === 0) raise("invalid argument: mask");
      return this.results(L, Buffer.from(data.map((byte, i) => byte ^ mask[i % mask.length]!)));
    },
    encrypt: (L) => this.#cipher(L, createCipheriv),
    decrypt: (L) => this.#cipher(L, createDecipheriv),
  };

  override install(): void {
    const own = this.#isEsp32 ? {} : this.#esp8266;
    defineModule(this.vm, "crypto", { ...own, ...this.#functions });
  }

  /** The algorithm's name at `index`, in any case. */
  #algorithm(L: number, index: number): string {
    const name = this.vm.checkString(L, index);
    if (!ALGORITHMS.includes(name.toLowerCase()))
      raise(this.#isEsp32 ? `Unsupported algorithm: ${name}` : "unknown hash mech");
    return name.toLowerCase();
  }

  #cipher(L: number, make: typeof createCipheriv | typeof createDecipheriv): number {
    const { vm } = this;
    const name = vm.checkString(L, 1);
    const mode = /^aes-(ecb|cbc)$/i.exec(name)?.[1]?.toLowerCase();
    if (!mode) raise(`unknown cipher: ${name}`);
    const key = vm.checkBytes(L, 2);
    const data = vm.checkBytes(L, 3);
    const given = vm.type(L, 4) > LuaType.nil ? vm.checkBytes(L, 4) : Buffer.alloc(AES);
    if (key.length !== AES || given.length !== AES) raise("crypto op failed");
    const aes = make(`aes-128-${mode}`, key, mode === "ecb" ? null : given).setAutoPadding(false);
    const padded = Buffer.alloc(Math.ceil(data.length / AES) * AES);
    data.copy(padded);
    return this.results(L, Buffer.concat([aes.update(padded), aes.final()]));
  }
}

/** Gives Lua the module crypto. */
export function crypto(host: Host): void {
  new Crypto(host).install();
}
