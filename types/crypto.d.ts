/** Hashes and ciphers. Off by default on both chips, which share only hashes made in steps. */
declare namespace crypto {
  /**
   * What both chips have. Names of algorithms in any case; strings are binary, see `encoder.toHex`.
   * @example
   * const hash = crypto.new_hash("SHA256");
   * hash.update("first part");
   * hash.update("second part");
   * const digest: string = hash.finalize();
   * print(digest.length);
   */
  interface Common {
    /** Starts a hash. Errors: "unknown hash mech" (ESP8266), "Unsupported algorithm: …" (ESP32). */
    new_hash(this: void, algorithm: CommonAlgorithm): Hash;
    /** Starts a hash with a key (HMAC). Errors as `new_hash`. */
    new_hmac(this: void, algorithm: CommonAlgorithm, key: string): Hash;
  }

  type CommonAlgorithm = "MD5" | "SHA1" | "SHA256" | "SHA384" | "SHA512" | (string & Record<never, never>);
  /** 128 bits; ECB hides little. */
  type Cipher = "AES-ECB" | "AES-CBC";

  /**
   * `crypto` on ESP8266. SHA256 and longer unless the build leaves them out.
   * @example
   * print(encoder.toHex(crypto.hmac("sha1", "data", "key")));
   * const cipher = crypto.encrypt("AES-ECB", "1234567890abcdef", "secret");
   * print(crypto.decrypt("AES-ECB", "1234567890abcdef", cipher));
   */
  interface Esp8266 extends Common {
    /** Returns the SHA1 of a string, 20 bytes. */
    sha1(this: void, data: string): string;
    /** Returns the hash of a string. Error: "unknown hash mech". */
    hash(this: void, algorithm: CommonAlgorithm, data: string): string;
    /** Returns the hash of a file. Errors: "unknown hash mech", "file does not exist". */
    fhash(this: void, algorithm: CommonAlgorithm, filename: string): string;
    /** Returns the HMAC of a string. Error: "unknown hash mech". */
    hmac(this: void, algorithm: CommonAlgorithm, data: string, key: string): string;
    /** Returns the string with every byte xor-ed with the mask's, which repeats. Error: "invalid argument: mask". */
    mask(this: void, data: string, mask: string): string;
    /**
     * Encrypts. Errors: "unknown cipher: …", "crypto op failed".
     * @param key 16 bytes
     * @param data zeros are added up to a multiple of 16 bytes
     * @param iv 16 bytes for CBC, default zeros
     */
    encrypt(this: void, cipher: Cipher, key: string, data: string, iv?: string): string;
    /** Decrypts; what was added stays. Arguments and errors as `encrypt`. */
    decrypt(this: void, cipher: Cipher, key: string, data: string, iv?: string): string;
  }

  /** `crypto` on ESP32, with RIPEMD160 and SHA224 too. Results of SHA224 and SHA384 are longer than they should be. */
  interface Esp32 extends Common {}

  /** `crypto` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  /** A hash in the making. @userdata crypto.hash esp8266 @userdata HASH_METATABLE esp32 */
  interface Hash {
    /** Adds data. */
    update(data: string): void;
    /** Returns the hash; the object is of no more use. */
    finalize(): string;
  }
}
