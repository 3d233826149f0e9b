/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/5.1.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./tmr.d.ts" />
/**
 * The ESP8266 firmware (branch `dev`), with Lua 5.1. Name this file in `types` or `include` and nothing else.
 */

declare const bit: bit.Esp8266;
declare const net: net.Esp8266;
declare const node: node.Esp8266;
declare const tmr: tmr.Esp8266;
