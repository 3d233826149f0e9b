/** Base64 and hexadecimal. Off by default on both chips. */
declare namespace encoder {
  /** What both chips have. */
  interface Common {
    /**
     * Encodes in Base64.
     * @example
     * print(encoder.toBase64("hello"));
     */
    toBase64(this: void, data: string): string;
    /** Decodes Base64. Error: "Invalid base64 string". */
    fromBase64(this: void, text: string): string;
    /** Writes every byte as two hexadecimal digits. */
    toHex(this: void, data: string): string;
    /** Reads hexadecimal digits. Error: "Invalid hex string". */
    fromHex(this: void, text: string): string;
  }
  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}
}
