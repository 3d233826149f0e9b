// The image that is to run is in the Lua flash store before anything else is in memory. An image's file tells when it was made, and
// so does the store: whatever was cut off, they differ, and it is loaded once more. A new image that did not last makes way for
// the one before.
import { open } from "./firmware";
import { BOOTS, GOOD_IMAGE, HOLD, IMAGE, LOADS } from "./marks";
import { add, number } from "./numbers";
import { BACK, LASTING_SECONDS, MOST_BOOTS, MOST_LOADS, NOT_LOADED } from "./words";

/**
 * When an image was made, from the beginning of its file: gzip's time with Lua 5.1; with 5.3 the number that hashes begin with, which
 * is the time in our images, seven bits a byte behind a header of 21 bytes.
 */
function made(name: string, lua53: boolean): number | undefined {
  const source = open(name, "r");
  const head = (source && source.read(32)) || "";
  if (source) source.close();
  if (lua53) {
    let at = 22;
    let byte = string.byte(head, at);
    let value = byte && byte % 16;
    while (byte && byte > 127) {
      at += 1;
      byte = string.byte(head, at);
      value = value! * 128 + ((byte || 0) % 128);
    }
    return value;
  }
  const [a, b, c, d] = string.byte(head, 5, 8);
  return d && a! + 256 * (b! + 256 * (c! + 256 * d));
}

/** Whether this image is there, and in the store. */
function isLoaded(name: string, lua53: boolean): boolean | undefined {
  return file.exists(name) && node.LFS && made(name, lua53) === node.LFS.time;
}

/** Has the image loaded that is to run. @returns true if the board is about to restart for that */
export function load(lua53: boolean): boolean | undefined {
  const { exists, remove } = file;
  if (exists(HOLD)) {
    remove(HOLD);
    return;
  }
  const hasGood = exists(GOOD_IMAGE);
  if (hasGood && exists(IMAGE) && number(BOOTS) >= MOST_BOOTS) {
    print("the new code did not last " + LASTING_SECONDS + " s in " + MOST_BOOTS + " starts: " + BACK);
    remove(BOOTS);
    remove(IMAGE);
  }
  const name = (exists(IMAGE) && IMAGE) || (hasGood && GOOD_IMAGE);
  if (!name) return;
  if (isLoaded(name, lua53)) {
    if (exists(LOADS)) remove(LOADS);
    return;
  }
  let why: string | true = "it was tried " + MOST_LOADS + " times";
  if (number(LOADS) < MOST_LOADS) {
    add(LOADS);
    print("loading the image of the code");
    why = (node.LFS && node.LFS.reload(name)) || "the firmware has no LFS";
    // Lua 5.3 loads it after a restart that is under way
    if ((why as unknown) === true) return true;
  }
  print(NOT_LOADED + ": " + why);
  if (name === IMAGE && hasGood) {
    print(BACK);
    remove(name);
    remove(LOADS);
    return load(lua53);
  }
  return;
}

/** The image that has lasted is the one to go back to from now on. */
export function becomesGood(lua53: boolean): void {
  if (isLoaded(IMAGE, lua53)) {
    file.remove(GOOD_IMAGE);
    file.rename(IMAGE, GOOD_IMAGE);
  }
}
