/** Converts values to and from C structures. Off by default on both chips; Lua 5.3 has `string.pack`. */
declare namespace struct {
  /**
   * What both chips have. Errors: "invalid format option '…'", and others that name the option.
   * @example
   * const data = struct.pack("<I2s", 1, "text");
   * const [n, text] = struct.unpack("<I2s", data);
   * print(n, text, struct.size("<I2"));
   */
  interface Common {
    /**
     * Packs values. Error: "string too short".
     * @param format "<" or ">" byte order, "!n" alignment, "x" padding, "b" "B" "h" "H" "l" "L" "in" "In" integers (capitals without
     * sign), "f" "d" floats, "s" ends with zero, "cn" n bytes
     */
    pack(this: void, format: string, ...values: (string | number)[]): string;
    /** Unpacks values; after them comes the position behind. Errors: "data string too short", "unfinished string in data". @param position default 1 */
    unpack(this: void, format: string, data: string, position?: number): LuaMultiReturn<any[]>;
    /** Returns the size of what the format packs. Errors: "option 's' has no fixed size", "option 'c0' has no fixed size". */
    size(this: void, format: string): number;
  }
  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}
}
