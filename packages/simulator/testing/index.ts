// Tests of an app on a simulated board, in mocha, node:test, vitest or anything else: the board's time is the test's, and the same test is
// the same run every time.
//
//   const board = await boot({ app: "src" });
//   const response = await board.fetch("/status");
//   board.advance("10 min");

export { ds18b20, type Thermometer } from "../devices/ds18b20.ts";
export type { I2cDevice } from "../devices/i2c.ts";
export { type OneWireDevice, romOf } from "../devices/one-wire.ts";
export type { Pulses } from "../devices/wiring.ts";
export { type BootOptions, boot } from "./boot.ts";
export type { Duration } from "./duration.ts";
export type { FaultName } from "./faults.ts";
export type { BoardRequest } from "./request.ts";
export type { Heap, Restart, TestBoard } from "./test-board.ts";
