// WebAssembly that we make ourselves, from text or by changing other WebAssembly. The package on npm has it ready in files beside the
// code, so that it needs no toolkit; in a clone it is made when a program starts.
import { existsSync, readFileSync } from "node:fs";

const place = (name: string) => new URL(`./${name}`, import.meta.url);

/** Made when the package is packed, all of them together. */
const isReady = existsSync(place("host.wasm"));

/** What reads and writes WebAssembly. */
export type Toolkit = Awaited<ReturnType<typeof import("wabt")>>;
const toolkit: Toolkit | undefined = isReady ? undefined : await (await import("wabt")).default();

/**
 * The bytes of a WebAssembly module.
 * @param name its file where it is ready, such as host.wasm
 * @param make makes it with the toolkit where it is not
 */
export function readyMade(name: string, make: (toolkit: Toolkit) => Uint8Array): Uint8Array<ArrayBuffer> {
  return (toolkit ? make(toolkit) : readFileSync(place(name))) as Uint8Array<ArrayBuffer>;
}
