// What is this chip's own: everything else of the app runs on any.

/** D4: the LED of most ESP8266 boards, which is on while the pin is low. */
export const LED = 4;
/** D3: the FLASH button of most ESP8266 boards, which pulls the pin to 0. */
export const BUTTON = 3;

/** Makes a pin an output. */
export function output(pin: number): void {
  gpio.mode(pin, gpio.OUTPUT);
}

/** Makes a pin an input that is 1 unless something pulls it to 0. */
export function input(pin: number): void {
  gpio.mode(pin, gpio.INPUT, gpio.PULLUP);
}

/** Opens a file in flash. */
export function open(name: string): file.File | undefined {
  return file.open(name) ?? undefined;
}
