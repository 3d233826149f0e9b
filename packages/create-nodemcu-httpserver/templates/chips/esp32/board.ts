// What is this chip's own: everything else of the app runs on any.

/** GPIO 4. */
export const LED = 4;
/** GPIO 5: a button that pulls the pin to 0. */
export const BUTTON = 5;

/** Makes a pin an output that can be read, too. */
export function output(pin: number): void {
  // an output that is not an input too cannot be read
  gpio.config({ gpio: pin, dir: gpio.IN_OUT });
}

/** Makes a pin an input that is 1 unless something pulls it to 0. */
export function input(pin: number): void {
  gpio.config({ gpio: pin, dir: gpio.IN, pull: gpio.PULL_UP });
}

/** Opens a file in flash. */
export function open(name: string): LuaFile | undefined {
  const [opened] = io.open(name);
  return opened;
}
