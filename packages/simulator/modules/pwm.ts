// Module pwm (ESP8266): six pins at one frequency.
import { CHIPS } from "../chips.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

const MOST_PINS = 6;
const DEPTH = 1023;
const MOST_FREQUENCY = 1000;
const FIRST_FREQUENCY = 500;

/** Gives Lua the module pwm. */
export function pwm(host: Host): void {
  const { vm, board } = host;
  const { pulses } = board.wiring;
  /** The duty that start() gives a pin; while it is stopped, its own is 0. */
  const duties = new Map<number, number>();
  let frequency = FIRST_FREQUENCY;
  pulses.clear();

  function checkPin(L: number): number {
    const pin = vm.checkInteger(L, 1);
    if (pin <= 0 || pin >= CHIPS.esp8266.pins) raise(`pwm ${pin} does not exist`);
    return pin;
  }
  function setFrequency(hertz: number): void {
    frequency = Math.max(1, Math.min(MOST_FREQUENCY, hertz & 0xffff));
    for (const one of pulses.values()) one.frequency = frequency;
  }
  const clamp = (duty: number) => (duty < 0 || duty > DEPTH ? DEPTH : duty);

  defineModule(vm, "pwm", {
    setup: (L) => {
      if (vm.checkInteger(L, 1) === 0) raise("no pwm for D0");
      const pin = checkPin(L);
      const hertz = vm.checkInteger(L, 2);
      if (hertz <= 0) raise("wrong arg range");
      const duty = vm.checkInteger(L, 3);
      if (duty < 0 || duty > DEPTH) raise("wrong arg range");
      // the firmware makes the pin a plain output first, which takes it from pwm
      pulses.delete(pin);
      if (pulses.size >= MOST_PINS) raise("too many pwms.");
      pulses.set(pin, { frequency, duty: 0 });
      duties.set(pin, duty);
      setFrequency(hertz);
      vm.pushValue(L, frequency);
      return 1;
    },
    close: (L) => {
      pulses.delete(checkPin(L));
      return 0;
    },
    start: (L) => {
      const pin = checkPin(L);
      const one = pulses.get(pin) ?? raise("Unable to start PWM output");
      one.duty = duties.get(pin) ?? 0;
      return 0;
    },
    stop: (L) => {
      const one = pulses.get(checkPin(L));
      if (one) one.duty = 0;
      return 0;
    },
    setclock: (L) => {
      const pin = checkPin(L);
      const hertz = vm.checkInteger(L, 2);
      if (hertz <= 0) raise("wrong arg range");
      if (pulses.has(pin)) setFrequency(hertz);
      vm.pushValue(L, pulses.has(pin) ? frequency : 0);
      return 1;
    },
    getclock: (L) => {
      vm.pushValue(L, pulses.has(checkPin(L)) ? frequency : 0);
      return 1;
    },
    setduty: (L) => {
      const pin = checkPin(L);
      const duty = vm.checkInteger(L, 2);
      if (duty > DEPTH) raise("wrong arg range");
      const one = pulses.get(pin);
      if (one) {
        one.duty = clamp(duty);
        duties.set(pin, one.duty);
      }
      vm.pushValue(L, one?.duty ?? 0);
      return 1;
    },
    getduty: (L) => {
      const pin = checkPin(L);
      vm.pushValue(L, pulses.has(pin) ? (duties.get(pin) ?? 0) : 0);
      return 1;
    },
  });
}
