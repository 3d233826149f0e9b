/**
 * Helper types of the declarations in this folder. Nothing here exists at run time.
 */

/**
 * A number that is a named constant of one group, for example `gpio.OUTPUT` of the group "gpio.mode".
 * A plain number passes where one is expected (no cast is ever needed); a constant of another group does not.
 */
type FirmwareConstant<Group extends string> = number & { readonly __group?: Group };

/** A value that only the firmware makes and reads: keep it, compare it, hand it back. */
type FirmwareHandle<Name extends string> = { readonly __handle: Name };

/**
 * A module as code for both chips sees it: what both have, and, as possibly absent, what only one of them has.
 * Testing a member (`if (net.ping)`) makes it callable.
 */
type FirmwarePortable<Common, Esp8266, Esp32> = Common &
  Partial<Omit<Esp8266, keyof Common | keyof Esp32>> &
  Partial<Omit<Esp32, keyof Common | keyof Esp8266>>;
