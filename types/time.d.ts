/** Clock, calendar and NTP. ESP32 only, off by default. */
declare namespace time {
  /** A date and time. */
  interface Calendar {
    /** 1970 to 2037. */
    year: number;
    /** 1 to 12. */
    mon: number;
    /** 1 to 31. */
    day: number;
    hour: number;
    min: number;
    sec: number;
    /** Day of the year, 1 to 366. */
    yday: number;
    /** Day of the week, 1 Sunday. */
    wday: number;
    /** Whether it is summer time: above 0 yes, 0 no, below 0 unknown. */
    dst: number;
  }

  /**
   * `time` on ESP32.
   * @example
   * time.settimezone("CET-1CEST,M3.5.0,M10.5.0/3");
   * time.initntp();
   * const now = time.getlocal();
   * print(now.year, now.mon, now.day);
   */
  interface Esp32 {
    /** Returns the time since 1970 UTC. */
    get(this: void): LuaMultiReturn<[seconds: number, microseconds: number]>;
    /** Sets the clock. @param seconds since 1970 UTC @param microseconds default 0 */
    set(this: void, seconds: number, microseconds?: number): void;
    /** Returns the local time. */
    getlocal(this: void): Calendar;
    /** Sets the time zone. @param zone as POSIX has it, for example "EST+5EDT,M3.2.0/2,M11.1.0/2" */
    settimezone(this: void, zone: string): void;
    /** Starts to keep the clock by NTP. @param server default "pool.ntp.org" */
    initntp(this: void, server?: string): void;
    ntpenabled(this: void): boolean;
    ntpstop(this: void): void;
    /** Turns seconds since 1970 into a date, UTC. Error: "wrong arg range". */
    epoch2cal(this: void, seconds: number): Calendar;
    /** Turns a local date into seconds since 1970. The firmware does not read `dst`, `yday`, `wday`. */
    cal2epoch(this: void, calendar: Partial<Calendar>): number;
  }
}
