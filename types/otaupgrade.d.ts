/** Replaces the firmware over the network. ESP32 only, off by default; the partition table must have two places for it. */
declare namespace otaupgrade {
  /** What a partition holds; nothing if it was never written. */
  interface Partition {
    state?: "new" | "testing" | "valid" | "invalid" | "aborted" | "undefined";
    name?: string;
    version?: string;
    secure_version?: number;
    date?: string;
    time?: string;
    idf_version?: string;
  }

  /**
   * `otaupgrade` on ESP32.
   * @example
   * otaupgrade.commence();
   * otaupgrade.write("the bytes of the image");
   * otaupgrade.complete(1);
   */
  interface Esp32 {
    /** Starts an upgrade: erases the other partition. Blocks for some seconds. Error: "no OTA partition available". */
    commence(this: void): void;
    /** Writes the next bytes of the image. Error: "no upgrade in progress". */
    write(this: void, data: string): void;
    /** Ends the upgrade and makes the new image the next one to start. Error: "no upgrade in progress". @param reboot 1: restarts */
    complete(this: void, reboot?: 0 | 1): void;
    /** Keeps the new image; call it once it proved good, else the next restart goes back. Error: "firmware accept failed". */
    accept(this: void): void;
    /** Goes back to the former image and restarts. */
    rollback(this: void): void;
    /** Returns the name of the partition that runs, of the one that starts next, and what each partition holds, by name. */
    info(
      this: void,
    ): LuaMultiReturn<
      [running: string | undefined, next: string | undefined, partitions: Record<string, Partition>]
    >;
  }
}
