/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/5.3.d.ts" />
/// <reference path="./lua/io.d.ts" />
/// <reference path="./adc.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./crypto.d.ts" />
/// <reference path="./dac.d.ts" />
/// <reference path="./dht.d.ts" />
/// <reference path="./encoder.d.ts" />
/// <reference path="./file.d.ts" />
/// <reference path="./gpio.d.ts" />
/// <reference path="./http.d.ts" />
/// <reference path="./httpd.d.ts" />
/// <reference path="./i2c.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./sjson.d.ts" />
/// <reference path="./tmr.d.ts" />
/// <reference path="./uart.d.ts" />
/// <reference path="./wifi.d.ts" />
/**
 * The ESP32 firmware (branch `dev-esp32`), with Lua 5.3.
 * Name this file in `types` or `include`, and no other.
 */

declare const io: LuaIo;
declare const adc: adc.Esp32;
/** @customName bit */
declare const bit_: bit_.Esp32;
declare const crypto: crypto.Esp32;
declare const dac: dac.Esp32;
declare const dht: dht.Esp32;
declare const encoder: encoder.Esp32;
declare const file: file.Esp32;
declare const gpio: gpio.Esp32;
declare const http: http.Esp32;
declare const httpd: httpd.Esp32;
declare const i2c: i2c.Esp32;
declare const net: net.Esp32;
declare const node: node.Esp32;
declare const pipe: pipe.Esp32;
declare const sjson: sjson.Esp32;
declare const tmr: tmr.Esp32;
declare const uart: uart.Esp32;
declare const wifi: wifi.Esp32;
