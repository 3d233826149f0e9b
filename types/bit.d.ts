/**
 * Bitwise arithmetic on 32-bit integers. In the default build of ESP8266; off by default on ESP32.
 *
 * Written `bit_` in TypeScript and compiled to `bit`: TypeScriptToLua refuses the identifier `bit`.
 * @example
 * print(bit_.band(0xff, 0x0f));
 */
declare namespace bit_ {
  /** What both chips have. */
  interface Common {
    /** Returns the bitwise not. */
    bnot(this: void, value: number): number;
    /** Returns the bitwise and of all arguments. */
    band(this: void, value: number, ...rest: number[]): number;
    /** Returns the bitwise or of all arguments. */
    bor(this: void, value: number, ...rest: number[]): number;
    /** Returns the bitwise exclusive or of all arguments. */
    bxor(this: void, value: number, ...rest: number[]): number;
    /** Shifts left. @param count 0 to 31 */
    lshift(this: void, value: number, count: number): number;
    /** Shifts right, zeros come in. @param count 0 to 31 */
    rshift(this: void, value: number, count: number): number;
    /** Shifts right, the sign stays. @param count 0 to 31 */
    arshift(this: void, value: number, count: number): number;
    /** Returns a number with one bit set. @param position 0 to 31 */
    bit(this: void, position: number): number;
    /** Returns the value with these bits set. @param positions 0 to 31 each */
    set(this: void, value: number, ...positions: number[]): number;
    /** Returns the value with these bits cleared. @param positions 0 to 31 each */
    clear(this: void, value: number, ...positions: number[]): number;
    /** Tells whether a bit is set. @param position 0 to 31 */
    isset(this: void, value: number, position: number): boolean;
    /** Tells whether a bit is clear. @param position 0 to 31 */
    isclear(this: void, value: number, position: number): boolean;
  }

  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}
}
