// Mistakes that the types of "nodemcu-httpserver/testing" make visible; npm run check fails if one of them is no error. Nothing here is run.
import { boot, type Duration, ds18b20, type FaultName } from "../../packages/simulator/testing/index.ts";

export async function mistakes(): Promise<void> {
  // @ts-expect-error: no such option
  await boot({ apps: "src" });
  // @ts-expect-error: no such chip
  await boot({ chip: "esp64" });
  // @ts-expect-error: no such version of Lua
  await boot({ lua: "5.2" });
  // @ts-expect-error: a number of bytes
  await boot({ heap: "40 KB" });
  // @ts-expect-error: no such place for code
  await boot({ code: "flash" });

  const board = await boot();
  board.advance(250);
  board.advance("10 min");
  board.advance("1.5 s");
  // @ts-expect-error: the unit is min
  board.advance("10 minutes");
  // @ts-expect-error: a space between number and unit
  board.advance("10min");
  // @ts-expect-error: no number
  board.advance("some ms");

  // @ts-expect-error: no such option
  await board.fetch("/", { methods: "POST" });
  // @ts-expect-error: no such fault
  await board.fetch("/", { fault: "client explodes" });
  // @ts-expect-error: a number of bytes
  await board.fetch("/", { fault: "client vanishes after a while" });
  // @ts-expect-error: a duration
  await board.fetch("/", { timeout: "1 minute" });

  // @ts-expect-error: a level is 0 or 1
  board.pins.set(4, 2);
  // @ts-expect-error: a level is a number or gives one
  board.adc.set(0, "512");
  // @ts-expect-error: read gives bytes
  board.i2c.attach(0x48, { read: () => "bytes" });
  // @ts-expect-error: degrees are a number
  board.ow.attach(4, ds18b20("21.5"));
  // @ts-expect-error: what the board is doing can be read, not set
  board.console = "";
}

export const fine: [Duration, FaultName][] = [
  ["1 d", "client vanishes after 100 bytes"],
  [0, "packet loss"],
];
