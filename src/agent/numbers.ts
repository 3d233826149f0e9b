// Numbers that survive a restart, each in a file of its own.
import { open } from "./firmware";

/** @returns 0 if there is none */
export function number(name: string): number {
  const source = open(name, "r");
  const value = source && tonumber(source.read(8));
  if (source) source.close();
  return value || 0;
}

/** Makes the number one larger. */
export function add(name: string): void {
  const value = number(name) + 1;
  const target = open(name, "w");
  if (target) {
    target.write(tostring(value));
    target.close();
  }
}
