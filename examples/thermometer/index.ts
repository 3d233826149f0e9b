// A DS18B20 at pin 4, read every ten seconds, and its last value as JSON. Runs on both chips.
//   GET /   {"celsius":21.5}, or 503 while there is no value
import { createServer } from "httpserver";

const PIN = 4;
const EVERY = 10_000;
/** The longest that a conversion takes [ms]. */
const CONVERSION = 750;
const CONVERT = 0x44;
const READ = 0xbe;

/** Sixteenths of a degree. */
let steps: number | undefined;

/** Speaks to the one sensor on the bus. @returns false if there is none */
function command(byte: number): boolean {
  if (ow.reset(PIN) === 0) return false;
  ow.skip(PIN);
  // the line stays high afterwards: a sensor may have no other supply
  ow.write(PIN, byte, 1);
  return true;
}

function read(): void {
  steps = undefined;
  if (!command(READ)) return;
  const data = ow.read_bytes(PIN, 9);
  if (!data || ow.crc8(string.sub(data, 1, 8)) !== string.byte(data, 9)) return;
  const value = string.byte(data, 1)! + 256 * string.byte(data, 2)!;
  steps = value < 32_768 ? value : value - 65_536;
}

function measure(): void {
  if (command(CONVERT)) tmr.create().alarm(CONVERSION, tmr.ALARM_SINGLE, read);
  else steps = undefined;
}

ow.setup(PIN);
measure();
tmr.create().alarm(EVERY, tmr.ALARM_AUTO, measure);

createServer(80, (_req, res) => {
  if (steps === undefined) {
    res.finish("no sensor\n", 503);
    return;
  }
  // in tenths, rounded, so that firmware which counts in integers can do it too
  const tenths = math.floor((steps * 10 + 8) / 16);
  const sign = tenths < 0 ? "-" : "";
  const size = math.abs(tenths);
  res.send_header("Content-Type", "application/json");
  res.finish(string.format('{"celsius":%s%d.%d}', sign, math.floor(size / 10), size % 10));
});
