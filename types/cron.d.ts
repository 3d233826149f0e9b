/** Calls at times given as in crontab, in UTC. Needs `rtctime` with the time set. ESP8266 only, off by default. */
declare namespace cron {
  /**
   * `cron` on ESP8266.
   * @example
   * const morning = cron.schedule("0 8 * * *", () => print("eight o'clock"));
   * morning.unschedule();
   */
  interface Esp8266 {
    /**
     * Calls a function at the times of a mask. Errors: "invalid spec (…)", "out of memory".
     * @param mask minute, hour, day, month, weekday, as "*\/5 * * * *"
     */
    schedule(this: void, mask: string, handler: (this: void, entry: Entry) => void): Entry;
    /** Removes all entries. */
    reset(this: void): void;
  }

  /** An entry. @userdata cron.entry esp8266 */
  interface Entry {
    /** Sets the function. */
    handler(handler: (this: void, entry: Entry) => void): void;
    /** Sets the mask, also after `unschedule`. Errors: "invalid spec (…)", "out of memory". */
    schedule(mask: string): void;
    /** Stops the calls. */
    unschedule(): void;
  }
}
