/** Sound through the sigma-delta generator: 8 bits without sign, one channel. ESP8266 only, off by default. */
declare namespace pcm {
  type Rate = FirmwareConstant<"pcm.rate">;
  /**
   * `pcm` on ESP8266.
   * @example
   * const player = pcm.new(pcm.SD, 1);
   * if (player) {
   *   player.on("data", () => "\x80\x90\xa0");
   *   player.on("drained", (p) => p.close());
   *   player.play(pcm.RATE_8K);
   * }
   */
  interface Esp8266 {
    /** The sigma-delta driver. */
    readonly SD: FirmwareConstant<"pcm.driver">;
    /** 1000 samples a second, and so on. */
    readonly RATE_1K: Rate;
    readonly RATE_2K: Rate;
    readonly RATE_4K: Rate;
    readonly RATE_5K: Rate;
    readonly RATE_8K: Rate;
    readonly RATE_10K: Rate;
    readonly RATE_12K: Rate;
    readonly RATE_16K: Rate;
    /** Makes a player; nothing if it cannot start. Error: "invalid driver". @param pin D1…D10 */
    new: (this: void, driver: FirmwareConstant<"pcm.driver">, pin: number) => Player | undefined;
  }

  interface PlayerEvents {
    /** Returns the next piece. */
    data: (this: void, player: Player) => string | undefined | void;
    /** There was no more data. */
    drained: (this: void, player: Player) => void;
    paused: (this: void, player: Player) => void;
    stopped: (this: void, player: Player) => void;
    /** The peak since the last call. */
    vu: (this: void, player: Player, peak: number) => void;
  }

  /** A player. @userdata pcm.driver esp8266 */
  interface Player {
    /** Plays, also after a pause. Errors: "invalid bit rate", "pcm driver start". @param rate default `RATE_8K` */
    play(rate?: Rate): void;
    /** Pauses. */
    pause(): void;
    /** Stops and forgets what was not played. */
    stop(): void;
    /** Stops and frees the hardware. */
    close(): void;
    /** Sets the handler of an event; without one removes it. Error: "method not supported". @param frequency of "vu" in Hz, 1 to 200, default 10 */
    on<Event extends keyof PlayerEvents>(
      event: Event,
      handler?: PlayerEvents[Event],
      frequency?: number,
    ): void;
  }
}
