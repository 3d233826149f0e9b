/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/5.3.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./tmr.d.ts" />
/**
 * The ESP32 firmware (branch `dev-esp32`), with Lua 5.3. Name this file in `types` or `include` and nothing else.
 */

declare const bit: bit.Esp32;
declare const net: net.Esp32;
declare const node: node.Esp32;
declare const tmr: tmr.Esp32;
