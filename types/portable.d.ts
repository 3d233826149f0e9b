/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/core.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./tmr.d.ts" />
/**
 * The firmware as code that must run on both chips sees it: what both have is there; what only one has, or what a
 * default build lacks, is possibly undefined and must be tested first. Name this file instead of a chip's.
 */

declare const bit: bit.Common | undefined;
declare const net: net.Portable;
declare const node: node.Portable;
declare const tmr: tmr.Portable;
