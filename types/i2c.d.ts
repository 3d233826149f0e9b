/** I²C master, and on ESP32 slave. In the default build of both chips. */
declare namespace i2c {
  /** Bits per second. */
  type Speed = number;
  type Direction = FirmwareConstant<"i2c.direction">;
  /** Bytes: a string, or numbers 0 to 255. */
  type Data = string | number | number[];

  /**
   * What both chips have. Errors name what is wrong with an argument.
   * @example
   * const bus = 0;
   * i2c.setup(bus, 5, 6, i2c.SLOW);
   * i2c.start(bus);
   * if (i2c.address(bus, 0x48, i2c.TRANSMITTER)) i2c.write(bus, 0);
   * i2c.stop(bus);
   */
  interface Common {
    /** 100000. */
    readonly SLOW: Speed;
    /** 400000. */
    readonly FAST: Speed;
    /** 1000000. */
    readonly FASTPLUS: Speed;
    readonly TRANSMITTER: Direction;
    readonly RECEIVER: Direction;
    /** Sends a start condition (ESP32 hardware: queues it). */
    start(this: void, id: number): void;
    /** Sends a stop condition (ESP32 hardware: queues it). */
    stop(this: void, id: number): void;
    /** Sends (queues) an address; false if nobody acknowledged. @param address 7 bits */
    address(this: void, id: number, address: number, direction: Direction): boolean;
    /** Sends (queues) bytes and returns their number. */
    write(this: void, id: number, ...data: [Data, ...Data[]]): number;
    /** Reads bytes (ESP32 hardware: queues that and returns nothing). @param length at least 1 */
    read(this: void, id: number, length: number): string;
    /** Sets up a bus. @param speed bit/s */
    setup(this: void, id: number, sda: number, scl: number, speed: Speed): number;
  }

  /** `i2c` on ESP8266, in software: buses 0 to 9. */
  interface Esp8266 extends Common {
    /**
     * Sets up a bus and returns its speed. Errors: "i2c SDA on D0 is not supported", "wrong arg range",
     * "failed to initialize i2c N".
     * @param id 0 to 9
     * @param sda pin, D1…D12
     * @param scl pin, D0…D12
     * @param speed bit/s, 25000 to 1000000
     */
    setup(this: void, id: number, sda: number, scl: number, speed: Speed): Speed;
  }

  /** A bus of the ESP32. */
  type Bus = FirmwareConstant<"i2c.bus">;

  /**
   * `i2c` on ESP32.
   * @example
   * i2c.setup(i2c.HW0, 5, 6, i2c.FAST);
   * i2c.start(i2c.HW0);
   * i2c.address(i2c.HW0, 0x48, i2c.RECEIVER, true);
   * i2c.read(i2c.HW0, 2);
   * i2c.stop(i2c.HW0);
   * i2c.transfer(i2c.HW0, (data, ack) => {
   *   if (ack && data !== undefined) print(string.byte(data));
   * });
   */
  interface Esp32 extends Common {
    /** In software, master only, up to 100000 bit/s. */
    readonly SW: Bus;
    /** Hardware: what is called is queued until `transfer`. */
    readonly HW0: Bus;
    readonly HW1: Bus;
    readonly slave: Slave;
    /**
     * Sets up a bus as master. Software: returns the speed. Hardware: returns the timeout in CPU cycles.
     * Errors: "i2c speed too high …", "setup failed", "invalid sda pin", "invalid scl pin", "invalid stretch factor",
     * "excessive stretch factor".
     * @param stretch multiplies the timeout, hardware only; default 1
     */
    setup(this: void, id: Bus, sda: number, scl: number, speed: Speed, stretch?: number): number;
    /** Sends (queues) an address; false if nobody acknowledged (hardware: always true). @param check for an acknowledgement, hardware only; default true */
    address(this: void, id: Bus, address: number, direction: Direction, check?: boolean): boolean;
    /** Sends (queues) bytes and returns their number. A boolean at the end: check for acknowledgements. */
    write(this: void, id: Bus, ...data: [Data, ...Data[]] | [Data, ...Data[], boolean]): number;
    /** Does what is queued and calls a function with what was read. Error: "no commands scheduled". */
    transfer(this: void, id: Bus, done: (this: void, data: string | undefined, ack: boolean) => void): void;
    /** Does what is queued and waits; returns what was read. @param timeout ms, default 0 (no limit) */
    transfer(this: void, id: Bus, timeout?: number): LuaMultiReturn<[data: string | undefined, ack: boolean]>;
  }

  /** `i2c` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  /** The slave side, hardware buses only. */
  interface Slave {
    /** Sets up a bus as slave. Errors: "invalid sda pin", "invalid scl pin", "invalid slave address", "invalid rxbuf_len". */
    setup(this: void, id: Bus, options: SlaveOptions): void;
    /** Sets what is called when data came; without a function removes it. */
    on(
      this: void,
      id: Bus,
      event: "receive",
      handler?: (this: void, err: number, data: string | undefined) => void,
    ): void;
    /** Puts bytes in the send buffer, and waits if it is full; returns their number. */
    send(this: void, id: Bus, ...data: [Data, ...Data[]]): number;
  }

  interface SlaveOptions {
    sda: number;
    scl: number;
    /** 7 or 10 bits. */
    addr: number;
    /** Default false. */
    "10bit"?: boolean;
    /** Bytes, default 128. */
    rxbuf_len?: number;
    /** Bytes, default 128. */
    txbuf_len?: number;
  }
}
