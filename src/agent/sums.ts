// Checks of files, to be compared with those of the computer: size and SHA-1, or Adler-32, which needs no table, no bit operations
// and no number above 31 bits.
import { type Open, open } from "./firmware";

/** @customName __o */
declare let opened: Open | undefined;
/** The sum of a file. @customName __h */
declare let sum: ((this: void, name: string) => string) | undefined;
/** A file's size and sum, or nothing if there is none; the sum only if `size` is nil or the file's. @customName __c */
declare let check:
  | ((this: void, name: string, size?: number | false) => LuaMultiReturn<[size?: number, sum?: string]>)
  | undefined;

const MODULUS = 65521;

const hex = (bytes: string): string =>
  string.gsub(bytes, ".", (char) => string.format("%02x", string.byte(char)!))[0];

/** @param hashes the firmware has crypto.fhash; @param hashesInSteps it has crypto.new_hash */
export function sums(hashes: boolean, hashesInSteps: boolean): void {
  opened = open;
  if (hashes) sum = (name) => hex(crypto!.fhash!("sha1", name));
  else if (hashesInSteps)
    sum = (name) => {
      const hash = crypto!.new_hash("SHA1");
      const source = opened!(name, "r")!;
      let data = source.read(1024);
      while (data) {
        hash.update(data);
        data = source.read(1024);
      }
      source.close();
      return hex(hash.finalize());
    };
  else
    sum = (name) => {
      let a = 1;
      let b = 0;
      const source = opened!(name, "r")!;
      let data = source.read(1024);
      while (data) {
        for (const i of $range(1, data.length)) {
          a += string.byte(data, i)!;
          b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
        data = source.read(1024);
      }
      source.close();
      return a + ":" + b;
    };
  check = (name, size) => {
    const source = opened!(name, "r");
    if (!source) return $multi();
    const found = source.seek("end");
    source.close();
    if (size && found !== size) return $multi(found, "");
    return $multi(found, sum!(name));
  };
}

/** Prints a file's size and sum. */
export function printCheck(name: string): void {
  print("\x01", ...check!(name));
}

/** Frees what summing took. */
export function forgetSums(): void {
  opened = undefined;
  sum = undefined;
  check = undefined;
}
