/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/5.1.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./file.d.ts" />
/// <reference path="./gpio.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./sjson.d.ts" />
/// <reference path="./tmr.d.ts" />
/// <reference path="./uart.d.ts" />
/// <reference path="./wifi.d.ts" />
/**
 * The ESP8266 firmware (branch `dev`), with Lua 5.1.
 * Name this file in `types` or `include`, and no other.
 */

/** @customName bit */
declare const bit_: bit_.Esp8266;
declare const file: file.Esp8266;
declare const gpio: gpio.Esp8266;
declare const net: net.Esp8266;
declare const node: node.Esp8266;
declare const sjson: sjson.Esp8266;
declare const tmr: tmr.Esp8266;
declare const uart: uart.Esp8266;
declare const wifi: wifi.Esp8266;
