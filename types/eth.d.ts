/** Ethernet. Only the original ESP32, off by default. */
declare namespace eth {
  /** A kind of transceiver: `eth.PHY_…`. */
  type Phy = FirmwareConstant<"eth.phy">;

  interface Settings {
    /** Address of the transceiver, 0 to 31; found out if absent. */
    addr?: number;
    /** GPIO of MDC. */
    mdc: number;
    /** GPIO of MDIO. */
    mdio: number;
    phy: Phy;
    /** GPIO that switches the transceiver's power. */
    power?: number;
  }

  /** The addresses in an "got_ip" event. */
  interface Address {
    ip: string;
    netmask: string;
    gw: string;
  }

  /** The handler of each event. */
  interface Events {
    start: (this: void, event: "start", info: object) => void;
    stop: (this: void, event: "stop", info: object) => void;
    connected: (this: void, event: "connected", info: object) => void;
    disconnected: (this: void, event: "disconnected", info: object) => void;
    got_ip: (this: void, event: "got_ip", info: Address) => void;
  }

  /** A fixed address. */
  interface FixedAddress {
    ip: string;
    netmask: string;
    gateway: string;
    dns: string;
  }

  /**
   * `eth` on ESP32.
   * @example
   * eth.init({ phy: eth.PHY_LAN87XX, addr: 0, mdc: 23, mdio: 18, power: 12 });
   * eth.on("got_ip", (event, info) => print(event, info.ip));
   */
  interface Esp32 {
    readonly PHY_DP83848: Phy;
    readonly PHY_IP101: Phy;
    readonly PHY_KSZ80XX: Phy;
    /** @deprecated use `eth.PHY_KSZ80XX` */
    readonly PHY_KSZ8041: Phy;
    /** @deprecated use `eth.PHY_KSZ80XX` */
    readonly PHY_KSZ8081: Phy;
    readonly PHY_LAN87XX: Phy;
    /** @deprecated use `eth.PHY_LAN87XX` */
    readonly PHY_LAN8720: Phy;
    readonly PHY_RTL8201: Phy;
    /** Sets up the interface. Errors: "ethernet interface already set up", "failed to init ethernet, code …". */
    init(this: void, settings: Settings): void;
    /** Sets, or without handler removes, the handler of an event. Error: "unknown event: …". */
    on<Event extends keyof Events>(this: void, event: Event, handler?: Events[Event]): void;
    /** Returns the speed in Mbit/s. Error: "failed to get eth speed". */
    get_speed(this: void): 10 | 100;
    get_mac(this: void): string;
    /** Sets the MAC. Errors: "invalid mac string", "error setting mac". @param mac "aa:bb:…" */
    set_mac(this: void, mac: string): void;
    /** Sets a fixed address. Error: "failed to parse …". */
    set_ip(this: void, address: FixedAddress): void;
    /** Sets the name that DHCP is told. */
    set_hostname(this: void, name: string): void;
  }
}
