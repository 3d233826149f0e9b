// The thermometer DS18B20 as its data sheet has it: a conversion takes up to 750 ms, until its end the old value is read, and the first value
// is 85 °C.
import { crc8, type OneWireDevice, romOf } from "./one-wire.ts";

const FAMILY = 0x28;
const CONVERT = 0x44;
const READ_SCRATCHPAD = 0xbe;
const WRITE_SCRATCHPAD = 0x4e;
const READ_POWER = 0xb4;
/** At 12 bits; each bit less takes half [ms]. */
const LONGEST_CONVERSION = 750;
/** What it has measured before its first conversion. */
const AT_POWER_ON = 85;
const COLDEST = -55;
const HOTTEST = 125;

/** A thermometer whose temperature a test sets. */
export interface Thermometer extends OneWireDevice {
  /** What it will measure, -55 to 125 [°C]. */
  celsius: number;
}

/**
 * A DS18B20 with a supply of its own.
 * @param celsius what it measures until a test sets another temperature
 * @param serial its number, up to 48 bits; those on one bus need different ones
 * @throws RangeError for a temperature that it cannot measure, when it is to measure it
 */
export function ds18b20(celsius: number, serial = 1): Thermometer {
  /** High alarm, low alarm, configuration. */
  let settings = [0x4b, 0x46, 0x7f];
  let measured = AT_POWER_ON;
  let conversion: { until: number; value: number } | undefined;
  let toWrite = 0;
  let output: number[] = [];

  const resolution = () => ((settings[2]! >> 5) & 3) + 9;
  function finish(now: number): void {
    if (!conversion || now < conversion.until) return;
    measured = conversion.value;
    conversion = undefined;
  }
  function scratchpad(): number[] {
    const steps = Math.round(measured * 16) & (0xffff << (12 - resolution()));
    const bytes = [steps & 0xff, (steps >> 8) & 0xff, ...settings, 0xff, 0x0c, 0x10];
    return [...bytes, crc8(bytes)];
  }

  const device: Thermometer = {
    celsius,
    rom: romOf(FAMILY, serial),
    isInAlarm: () => {
      const signed = (byte: number) => (byte << 24) >> 24;
      const whole = Math.floor(measured);
      return whole >= signed(settings[0]!) || whole <= signed(settings[1]!);
    },
    reset: () => {
      toWrite = 0;
      output = [];
    },
    write(byte, now) {
      finish(now);
      if (toWrite > 0) {
        settings[3 - toWrite] = toWrite === 1 ? (byte & 0x60) | 0x1f : byte;
        toWrite--;
      } else if (byte === CONVERT) {
        if (!(device.celsius >= COLDEST && device.celsius <= HOTTEST))
          throw new RangeError(
            `a DS18B20 measures from ${COLDEST} to ${HOTTEST} °C, and is told that it has ${device.celsius}`,
          );
        conversion = {
          until: now + LONGEST_CONVERSION / 2 ** (12 - resolution()),
          value: device.celsius,
        };
      } else if (byte === READ_SCRATCHPAD) output = scratchpad();
      else if (byte === READ_POWER) output = [0xff];
      else if (byte === WRITE_SCRATCHPAD) {
        settings = [...settings];
        toWrite = 3;
      }
    },
    read(now) {
      finish(now);
      const next = output.shift();
      if (next !== undefined) return next;
      // while it measures it holds the line down
      return conversion ? 0x00 : 0xff;
    },
  };
  return device;
}
