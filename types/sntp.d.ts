/** Gets the time from the network. ESP8266 only, off by default; ESP32 has `time`. */
declare namespace sntp {
  /** `sntp` on ESP8266. */
  interface Esp8266 {
    /**
     * Asks for the time, and sets `rtctime` if the build has it. Errors: "sync in progress", "out of memory" and the like.
     * @param server name, address, or several; default the last one, else the NodeMCU pool
     * @param done gets seconds since 1970, microseconds, the server and what else is known
     * @param failed gets 1 name not found, 2 no memory, 3 sending failed, 4 no answer, and a text
     * @param repeat not nil: every 1000 seconds
     * @example
     * sntp.sync(undefined, (seconds) => print(seconds), (err) => print("failed", err));
     */
    sync(
      this: void,
      server?: string | string[],
      done?: (this: void, seconds: number, microseconds: number, server: string, info: Info) => void,
      failed?: (this: void, err: 1 | 2 | 3 | 4, text: string | undefined) => void,
      repeat?: boolean | number,
    ): void;
    /** Sets the difference between the clock and network time in seconds. Only with leap seconds in the build. */
    setoffset(this: void, offset: number): void;
    /** Returns that difference. Only with leap seconds in the build. */
    getoffset(this: void): number;
  }

  interface Info {
    /** Seconds that the clock was changed; for large changes. */
    offset_s?: number;
    /** µs that the clock was changed. */
    offset_us?: number;
    /** µs to the server and back. */
    delay_us?: number;
    root_delay_us?: number;
    root_dispersion_us?: number;
    root_maxerr_us?: number;
    stratum: number;
    /** 0 none, 1 a second more, 2 a second less at the end of the month. */
    leap: number;
    pending_leap?: number;
  }
}
