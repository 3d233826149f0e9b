/** Bluetooth Low Energy at the level of HCI commands. ESP32 only, off by default. */
declare namespace bthci {
  /**
   * Told the outcome of a command.
   * @param err nil if it worked
   * @param extra further bytes of the controller's answer
   */
  type Done = (this: void, err: string | undefined, extra: string) => void;

  /** A kind of advertising: `bthci.adv.CONN_UNDIR` and so on. */
  type AdvertisingType = FirmwareConstant<"bthci.adv.type">;
  /** A set of advertising channels: `bthci.adv.CHAN_…`, which can be added up. */
  type ChannelMap = FirmwareConstant<"bthci.adv.channel">;

  /** How to advertise. */
  interface AdvertisingParameters {
    /** In units of 0.625 ms, default 1024. */
    interval_min?: number;
    /** In units of 0.625 ms, default 2048. */
    interval_max?: number;
    /** Default `bthci.adv.CONN_UNDIR`. */
    type?: AdvertisingType;
    /** 0 public (default), 1 random. */
    own_addr_type?: number;
    /** 0 public (default), 1 random. */
    peer_addr_type?: number;
    /** Default `bthci.adv.CHAN_ALL`. */
    channel_map?: ChannelMap;
    /** Default 0. */
    filter_policy?: number;
  }

  /** How to scan. */
  interface ScanParameters {
    /** 0 passive (default), 1 active. */
    mode?: 0 | 1;
    /** In units of 0.625 ms, default 16. */
    interval?: number;
    /** In units of 0.625 ms, default 16. */
    window?: number;
    /** 0 public (default), 1 random. */
    own_addr_type?: number;
    /** Default 0. */
    filter_policy?: number;
  }

  /** `bthci.adv`: advertising. */
  interface Advertising {
    readonly CONN_UNDIR: AdvertisingType;
    readonly CONN_DIR_HI: AdvertisingType;
    readonly SCAN_UNDIR: AdvertisingType;
    readonly NONCONN_UNDIR: AdvertisingType;
    readonly CONN_DIR_LO: AdvertisingType;
    readonly CHAN_37: ChannelMap;
    readonly CHAN_38: ChannelMap;
    readonly CHAN_39: ChannelMap;
    readonly CHAN_ALL: ChannelMap;
    /** Starts (1) or stops (0) advertising. */
    enable(this: void, onoff: 0 | 1, done?: Done): void;
    /** Sets what is advertised. @param data at most 31 bytes, longer data is cut */
    setdata(this: void, data: string, done?: Done): void;
    /** Sets how to advertise. Not while advertising. */
    setparams(this: void, parameters: AdvertisingParameters, done?: Done): void;
  }

  /** `bthci.scan`: looking for advertisers. */
  interface Scan {
    /** Starts (1) or stops (0) a scan. */
    enable(this: void, onoff: 0 | 1, done?: Done): void;
    /** Sets how to scan. */
    setparams(this: void, parameters: ScanParameters, done?: Done): void;
    /** Sets, or without handler removes, the handler of advertising reports (raw bytes). Error: "unknown event '…'". */
    on(this: void, event: "adv_report", handler?: (this: void, report: string) => void): void;
  }

  /**
   * `bthci` on ESP32.
   * @example
   * bthci.adv.setdata("\x02\x01\x06\x06\x09ESP32", (err) => {
   *   if (err === undefined) bthci.adv.enable(1);
   * });
   */
  interface Esp32 {
    readonly adv: Advertising;
    readonly scan: Scan;
    /** Sends a command as it is. Error: "definitely not a valid HCI command". @param command bytes of the command */
    rawhci(this: void, command: string, done?: Done): void;
    /** Resets the controller. */
    reset(this: void, done?: Done): void;
  }
}
