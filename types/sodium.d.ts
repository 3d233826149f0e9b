/** Random numbers and sealed boxes of libsodium. ESP32 only, off by default. */
declare namespace sodium {
  /** `sodium.random`. Needs the radio on for good numbers. */
  interface Random {
    /** Returns 32 random bits as a signed number, -2147483648 to 2147483647. */
    random(this: void): number;
    /** Returns 0 to one less than `bound`. @param bound beyond 2147483648 the result can be negative */
    uniform(this: void, bound: number): number;
    /** Returns random bytes. @param length number of bytes */
    buf(this: void, length: number): string;
  }

  /** `sodium.crypto_box`: X25519 and XSalsa20-Poly1305. Errors: "Bad public key size!", "Bad secret key size!". */
  interface CryptoBox {
    /** Makes a pair of keys, 32 bytes each. */
    keypair(this: void): LuaMultiReturn<[publicKey: string, secretKey: string]>;
    /** Encrypts for the owner of a public key. */
    seal(this: void, message: string, publicKey: string): string;
    /** Decrypts, nil if that failed. */
    seal_open(this: void, cipher: string, publicKey: string, secretKey: string): string | undefined;
  }

  /**
   * `sodium` on ESP32.
   * @example
   * const [publicKey, secretKey] = sodium.crypto_box.keypair();
   * const sealed = sodium.crypto_box.seal("secret", publicKey);
   * print(sodium.crypto_box.seal_open(sealed, publicKey, secretKey));
   */
  interface Esp32 {
    readonly random: Random;
    readonly crypto_box: CryptoBox;
  }
}
