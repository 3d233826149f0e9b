/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/core.d.ts" />
/// <reference path="./lua/io.d.ts" />
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
 * The firmware as code that must run on both chips sees it: what both have is there; what only one has, or what a
 * default build lacks, is possibly undefined and must be tested first. Name this file instead of a chip's.
 */

/** ESP32 only. */
declare const io: LuaIo | undefined;
/** @customName bit */
declare const bit_: bit_.Common | undefined;
declare const file: file.Portable;
declare const gpio: gpio.Portable;
declare const net: net.Portable;
declare const node: node.Portable;
declare const sjson: sjson.Common | undefined;
declare const tmr: tmr.Portable;
declare const uart: uart.Portable;
declare const wifi: wifi.Portable;
