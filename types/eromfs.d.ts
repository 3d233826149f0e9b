/** File systems that are part of the firmware image, read-only. ESP32 only, off by default. */
declare namespace eromfs {
  /**
   * `eromfs` on ESP32.
   * @example
   * for (const volume of eromfs.list()) eromfs.mount(volume, "/" + volume);
   */
  interface Esp32 {
    /** Returns the names of the volumes in the image. */
    list(this: void): string[];
    /** Mounts a volume. Errors: "volume … not found", "failed to mount eromfs; code …". @param point where, for example "/www" */
    mount(this: void, volume: string, point: string): void;
    /** Unmounts a volume. Errors: "unmounting failed; code …", or that another volume is mounted there. */
    unmount(this: void, volume: string, point: string): void;
  }
}
