/** Sends and receives trains of pulses (remote controls, one-wire protocols). ESP32 only, off by default. */
declare namespace rmt {
  interface TransmitOptions {
    /** Inverts the output. */
    invert?: boolean;
    /** Hz of a carrier. */
    carrier_hz?: number;
    /** Percent. */
    carrier_duty?: number;
    /** Level between the trains. */
    idle_level?: 0 | 1;
    /** Number of memory blocks of the channel, 1 to 8. */
    slots?: number;
  }

  interface ReceiveOptions {
    /** Inverts the input. */
    invert?: boolean;
    /** Ignores shorter pulses, in ticks of 12.5 ns, 0 to 255. */
    filter_ticks?: number;
    /** A train ends after this many bit times, 0 to 65535. */
    idle_threshold?: number;
    /** Number of memory blocks of the channel, 1 to 8. */
    slots?: number;
  }

  /**
   * `rmt` on ESP32. Errors: "Bit time out of range", "no spare RMT channel", "Failed to configure RMT",
   * "Failed to install RMT driver".
   */
  interface Esp32 {
    /**
     * Makes a channel that sends; returns it and the bit time in force, in ps.
     * @param gpio the pin
     * @param bitTime ps
     * @example
     * const [channel, bitTime] = rmt.txsetup(4, 50000000, { carrier_hz: 38000, carrier_duty: 33 });
     * print(bitTime);
     * channel.send("\x0a\x80\x14\x00" + "\x0a\x80");
     * channel.close();
     */
    txsetup(
      this: void,
      gpio: number,
      bitTime: number,
      options?: TransmitOptions,
    ): LuaMultiReturn<[channel: Transmitter, bitTime: number]>;
    /** Makes a channel that receives; returns it and the bit time in force, in ps. @param bitTime ps */
    rxsetup(
      this: void,
      gpio: number,
      bitTime: number,
      options?: ReceiveOptions,
    ): LuaMultiReturn<[channel: Receiver, bitTime: number]>;
  }

  /** What every channel has. */
  interface Channel {
    /** Gives the channel back. */
    close(): void;
  }

  /** A channel that sends. @userdata rmt.channel */
  interface Transmitter extends Channel {
    /**
     * Sends a train. Errors: "Length must be a multiple of 2", "Cannot allocate memory". The table of trains that the
     * documentation speaks of raises an error in this firmware: join them yourself.
     * @param data pairs of bytes: low byte first, the top bit is the level, the others the bit times
     * @param done called at the end; without it, this call waits for the end
     */
    send(data: string, done?: (this: void, code: number) => void): void;
  }

  /** A channel that receives. @userdata rmt.channel */
  interface Receiver extends Channel {
    /** Sets the handler of trains, once. Error: "Can only call 'on' once". */
    on(event: "data", handler: (this: void, data: string) => void): void;
  }
}
