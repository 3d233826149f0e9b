// The flash file system (SPIFFS): flat names of at most 31 characters, a fixed size, whole files kept as bytes.
// It outlives restarts. A file takes its bytes plus one page of 256 for its header, as SPIFFS rounds up.

const PAGE = 256;

export class FileSystem {
  readonly #files = new Map<string, Buffer>();
  /** Asked before every change; false: nothing changes (the power has failed). */
  onChange: ((operation: "write" | "remove" | "rename" | "format", name: string) => boolean) | undefined;

  #size: number;

  /** @param size bytes that all files together may take */
  constructor(size = 1024 * 1024) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get used(): number {
    let used = 0;
    for (const content of this.#files.values()) used += this.#space(content.length);
    return used;
  }

  names(): string[] {
    return [...this.#files.keys()];
  }

  read(name: string): Buffer | undefined {
    return this.#files.get(name);
  }

  /** Replaces a file's whole content. @returns false, and changes nothing, when it does not fit */
  write(name: string, content: Buffer | string): boolean {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    const old = this.#files.get(name);
    const used = this.used - (old ? this.#space(old.length) : 0);
    if (used + this.#space(bytes.length) > this.size) return false;
    if (this.onChange?.("write", name) === false) return false;
    this.#files.set(name, bytes);
    return true;
  }

  remove(name: string): void {
    if (!this.#files.has(name) || this.onChange?.("remove", name) === false) return;
    this.#files.delete(name);
  }

  /** @returns false if `from` is missing or `to` exists: SPIFFS never renames onto a file */
  rename(from: string, to: string): boolean {
    const content = this.#files.get(from);
    if (!content || this.#files.has(to)) return false;
    if (this.onChange?.("rename", from) === false) return false;
    this.#files.delete(from);
    this.#files.set(to, content);
    return true;
  }

  format(): void {
    if (this.onChange?.("format", "") === false) return;
    this.#files.clear();
  }

  /** Another place in flash, or another size: nothing is in it. */
  remake(size: number): void {
    this.#files.clear();
    this.#size = size;
  }

  #space(length: number): number {
    return PAGE + Math.ceil(length / PAGE) * PAGE;
  }
}
