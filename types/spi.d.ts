/** SPI bus. In the default build of ESP8266; off by default on ESP32. The chips share only the name. */
declare namespace spi {
  type Role = FirmwareConstant<"spi.role">;
  type Polarity = FirmwareConstant<"spi.cpol">;
  type Phase = FirmwareConstant<"spi.cpha">;
  type Duplex = FirmwareConstant<"spi.duplex">;
  /** 0 SPI (the flash is on it), 1 HSPI. */
  type Bus = 0 | 1;

  /**
   * `spi` on ESP8266. Errors of `setup` and `send`: "wrong arg type", "out of range". Items that end beyond bit 512:
   * "data range exceeded > 512 bits" in `set_mosi`, "out of range" in `get_miso`. The other limits of `set_mosi`, `get_miso`
   * and `transaction` are not enforced: the firmware's checks of them have no effect.
   * @example
   * spi.setup(1, spi.MASTER, spi.CPOL_LOW, spi.CPHA_LOW, 8, 8, spi.FULLDUPLEX);
   * const [count, received] = spi.send(1, "\x01\x02");
   * print(count, received);
   */
  interface Esp8266 {
    readonly MASTER: Role;
    readonly SLAVE: Role;
    readonly CPOL_LOW: Polarity;
    readonly CPOL_HIGH: Polarity;
    readonly CPHA_LOW: Phase;
    readonly CPHA_HIGH: Phase;
    readonly DATABITS_8: 8;
    readonly HALFDUPLEX: Duplex;
    readonly FULLDUPLEX: Duplex;
    /**
     * Sets up a bus; returns 1.
     * @param role only `spi.MASTER`
     * @param databits of an item, 1 to 32
     * @param divider of 80 MHz; 0: 8
     * @param duplex default `spi.HALFDUPLEX`
     */
    setup(
      this: void,
      id: Bus,
      role: Role,
      polarity: Polarity,
      phase: Phase,
      databits: number,
      divider: number,
      duplex?: Duplex,
    ): number;
    /** Sends items; returns how many, and with `spi.FULLDUPLEX` what came, each as it was given. */
    send<Items extends [Data, ...Data[]]>(
      this: void,
      id: Bus,
      ...items: Items
    ): LuaMultiReturn<[count: number, ...received: Partial<Items>]>;
    /** Receives items as a string. @param filler what is sent meanwhile, default all ones */
    recv(this: void, id: Bus, size: number, filler?: number): string;
    /** Puts bytes in the send buffer. @param data at most 64 bytes */
    set_mosi(this: void, id: Bus, data: string): void;
    /** Puts items in the send buffer. @param offset bits, 0 to 511 @param bits of an item, 1 to 32 */
    set_mosi(this: void, id: Bus, offset: number, bits: number, ...items: [number, ...number[]]): void;
    /** Returns bytes of the receive buffer. @param length 1 to 64 */
    get_miso(this: void, id: Bus, length: number): string;
    /** Returns items of the receive buffer. @param offset bits, 0 to 511 @param bits of an item, 1 to 32 */
    get_miso(this: void, id: Bus, offset: number, bits: number, count: number): LuaMultiReturn<number[]>;
    /**
     * Does a transaction with the buffers. Lengths in bits.
     * @param commandBits 0 to 16
     * @param addressBits 0 to 32
     * @param mosiBits 0 to 512
     * @param dummyBits 0 to 256
     * @param misoBits 0 to 512; negative: full duplex
     */
    transaction(
      this: void,
      id: Bus,
      commandBits: number,
      command: number,
      addressBits: number,
      address: number,
      mosiBits: number,
      dummyBits: number,
      misoBits: number,
    ): void;
    /** Sets the divider of 80 MHz and returns the previous one. */
    set_clock_div(this: void, id: Bus, divider: number): number;
  }

  /** What to send: a string, or numbers of `databits`. */
  type Data = string | number | number[];

  /** A bus of the ESP32. */
  type Host = FirmwareConstant<"spi.host">;

  /**
   * `spi` on ESP32. Which buses there are depends on the chip.
   * @example
   * const bus = spi.master(spi.HSPI, { sclk: 14, mosi: 13, miso: 12 });
   * const device = bus.device({ mode: 0, freq: 1000000, cs: 15 });
   * print(device.transfer("\x01\x02"));
   * device.transfer({ cmd: 0x9f, rxlen: 3 });
   */
  interface Esp32 {
    /** The flash is on it. Original ESP32 only, as the next two. */
    readonly SPI: Host;
    readonly HSPI: Host;
    readonly VSPI: Host;
    readonly SPI1: Host;
    readonly SPI2: Host;
    readonly SPI3: Host;
    /**
     * Makes a bus; without pins it must be set up already. Errors: "out of range", "bus init failed".
     * @param dma channel, 0 none (at most 32 bytes at a time); default 1
     */
    master(this: void, host: Host, pins?: Pins, dma?: 0 | 1 | 2): Master;
  }

  interface Pins {
    sclk?: number;
    mosi?: number;
    miso?: number;
    quadwp?: number;
    quadhd?: number;
  }

  /** A bus with its devices. @userdata UD_HOST_STR esp32 */
  interface Master {
    /** Adds a device. Errors: "no active bus host", "failed to configure gpio", "failed to add device". */
    device(options: DeviceOptions): Device;
    /** Closes the bus, after its devices were removed. */
    close(): void;
  }

  interface DeviceOptions {
    /** 0 to 3. */
    mode: 0 | 1 | 2 | 3;
    /** Hz, at most 80000000. */
    freq: number;
    /** Pin. */
    cs?: number;
    /** 0 to 16, default 0. */
    command_bits?: number;
    /** 0 to 64, default 0. */
    address_bits?: number;
    /** Default 0. */
    dummy_bits?: number;
    cs_ena_pretrans?: number;
    cs_ena_posttrans?: number;
    duty_cycle_pos?: number;
    tx_lsb_first?: boolean;
    rx_lsb_first?: boolean;
    wire3?: boolean;
    positive_cs?: boolean;
    halfduplex?: boolean;
    clk_as_cs?: boolean;
  }

  /** A device on a bus. @userdata UD_DEVICE_STR esp32 */
  interface Device {
    /** Sends and receives; returns as many bytes as were sent. Errors: "no device", and those of the driver. */
    transfer(data: string): string;
    /** Sends and receives; returns `rxlen` bytes. */
    transfer(transaction: Transaction): string;
    /** Removes the device. */
    remove(): void;
  }

  interface Transaction {
    cmd?: number;
    addr?: number;
    txdata?: string;
    /** Bytes, default the length of `txdata`. */
    rxlen?: number;
    /** Lines; default "sio". */
    mode?: "sio" | "dio" | "qio";
    /** The address also in this mode; default false. */
    addr_mode?: boolean;
  }

  /** `spi` for code that runs on both chips: nothing is the same. */
  interface Portable extends Partial<Esp8266>, Partial<Esp32> {}
}
