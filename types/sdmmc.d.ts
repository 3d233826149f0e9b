/** SD cards. ESP32 only (not on every variant), off by default. */
declare namespace sdmmc {
  /** Where the card is: `sdmmc.HS1`, `sdmmc.HS2`, or on SPI `sdmmc.HSPI`, `sdmmc.VSPI`, `sdmmc.SPI2`, `sdmmc.SPI3`. */
  type Slot = FirmwareConstant<"sdmmc.slot">;
  type Width = FirmwareConstant<"sdmmc.width">;

  interface Settings {
    /** GPIO that tells that a card is there. */
    cd_pin?: number;
    /** GPIO that tells that it is protected. */
    wp_pin?: number;
    /** Greatest frequency in Hz, default 20000000. */
    fmax?: number;
    /** Data lines, default `sdmmc.W1BIT`; SDMMC slots only. */
    width?: Width;
    /** Ignored. @deprecated set up the bus with `spi.master` */
    sck_pin?: number;
    /** Ignored. @deprecated set up the bus with `spi.master` */
    mosi_pin?: number;
    /** Ignored. @deprecated set up the bus with `spi.master` */
    miso_pin?: number;
    /** SPI slots only. */
    cs_pin?: number;
  }

  /** What a card tells of itself. */
  interface Info {
    ocr: number;
    cid: { date: number; mfg_id: number; name: string; oem_id: number; revision: number; serial: number };
    csd: {
      capacity: number;
      card_command_class: number;
      csd_ver: number;
      mmc_ver: number;
      read_block_len: number;
      /** Bytes. */
      sector_size: number;
      tr_speed: number;
    };
    scr: { sd_spec: number; bus_width: number };
    rca: number;
  }

  /**
   * `sdmmc` on ESP32.
   * @example
   * const card = sdmmc.init(sdmmc.HS2, { width: sdmmc.W1BIT });
   * if (card.mount("/SD0")) print(card.get_info().cid.name);
   */
  interface Esp32 {
    readonly HS1: Slot;
    readonly HS2: Slot;
    /** The original ESP32 only. */
    readonly HSPI: Slot;
    /** The original ESP32 only. */
    readonly VSPI: Slot;
    readonly SPI2: Slot;
    readonly SPI3: Slot;
    readonly W1BIT: Width;
    readonly W4BIT: Width;
    readonly W8BIT: Width;
    /** Starts a card. Errors: "invalid slot", "missing slot configuration table", "too many cards", "failed to init card", "failed to init slot". @param settings needed for SPI slots */
    init(this: void, slot: Slot, settings?: Settings): Card;
  }

  /** A card. @userdata sdmmc.card */
  interface Card {
    /** Reads sectors of 512 bytes. @param start number of the first @param count default 1 */
    read(start: number, count?: number): string;
    /** Writes sectors. Error: "must be multiple of 512". @param start number of the first @param data a multiple of 512 bytes */
    write(start: number, data: string): void;
    get_info(): Info;
    /**
     * Mounts the file system for `file`; false if that failed. Errors: "already mounted",
     * "only first partition supported since IDFv5".
     * @param drive where, for example "/SD0"
     * @param partition default 0
     */
    mount(drive: string, partition?: number): boolean;
    /** Errors: "not mounted", "unmount reported error code …". */
    umount(): void;
  }
}
