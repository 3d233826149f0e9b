/** Wi-Fi. In every default build of both chips, which have almost nothing in common here. */
declare namespace wifi {
  /** A mode: `NULLMODE` 0, `STATION` 1, `SOFTAP` 2, `STATIONAP` 3. */
  type Mode = 0 | 1 | 2 | 3;

  /** What both chips have. */
  interface Common {
    /** Wi-Fi off. */
    readonly NULLMODE: 0;
    /** The board joins a network. */
    readonly STATION: 1;
    /** The board is an access point. */
    readonly SOFTAP: 2;
    /** Both, on one channel. */
    readonly STATIONAP: 3;
    /** Returns the mode. Error on ESP32: "failed to get mode, code N". */
    getmode(this: void): Mode;
  }

  /** `wifi` on ESP8266. It connects by itself, with the stored settings. */
  interface Esp8266 extends Common {
    readonly sta: Station;
    readonly ap: AccessPoint;
    /**
     * Events of the connection. In default builds (WIFI_SDK_EVENT_MONITOR_ENABLE).
     * @example
     * wifi.eventmon.register(wifi.eventmon.STA_GOT_IP, (info) => print(info.IP));
     */
    readonly eventmon: EventMonitor;
    /** Only in builds with `wifi_monitor`; off by default. */
    readonly monitor: Monitor;

    readonly PHYMODE_B: PhyMode;
    readonly PHYMODE_G: PhyMode;
    readonly PHYMODE_N: PhyMode;
    readonly NONE_SLEEP: SleepType;
    readonly LIGHT_SLEEP: SleepType;
    readonly MODEM_SLEEP: SleepType;
    readonly OPEN: Auth;
    readonly WPA_PSK: Auth;
    readonly WPA2_PSK: Auth;
    readonly WPA_WPA2_PSK: Auth;
    readonly STA_IDLE: Status;
    readonly STA_CONNECTING: Status;
    readonly STA_WRONGPWD: Status;
    readonly STA_APNOTFOUND: Status;
    readonly STA_FAIL: Status;
    readonly STA_GOTIP: Status;
    readonly COUNTRY_AUTO: 0;
    readonly COUNTRY_MANUAL: 1;

    /** Returns the channel. */
    getchannel(this: void): number;
    /** Returns the country settings. Error: "Unable to get country info". */
    getcountry(this: void): Country;
    /** Sets the country; what is left out gets its default. Errors name the field; "Unable to set country info". */
    setcountry(this: void, country: Partial<Country>): true;
    /** Returns the mode that is stored in flash. */
    getdefaultmode(this: void): Mode;
    /**
     * Sets the mode and returns it. Error: "Invalid mode".
     * @param save default true: keep it in flash
     * @example
     * wifi.setmode(wifi.STATION);
     * wifi.sta.config({ ssid: "home", pwd: "a secret", got_ip_cb: (info) => print(info.IP) });
     */
    setmode(this: void, mode: Mode, save?: boolean): Mode;
    /** Returns the physical mode. */
    getphymode(this: void): PhyMode;
    /** Sets the physical mode and returns it. Error: "wrong arg type". `PHYMODE_N` not as access point. */
    setphymode(this: void, mode: PhyMode): PhyMode;
    /** Sets the transmit power. Error (for 0 too): "tx power out of range (0->82)". @param power 1 to 82, in 0.25 dBm */
    setmaxtxpower(this: void, power: number): void;
    /** Returns, and sets if given, whether the radio sleeps in `NULLMODE`. */
    nullmodesleep(this: void, enable?: boolean): boolean;
    /** Old place of `wifi.sta.sleeptype`. @deprecated */
    sleeptype(this: void, type?: SleepType): SleepType | undefined;

    /** Tells whether the radio is awake 0, about to sleep 1, asleep 2. Only in builds with PMSLEEP_ENABLE, else the error "wifi.suspend is unavailable". */
    suspend(this: void): 0 | 1 | 2;
    /** Puts the radio to sleep, soon. Error: "must be table". */
    suspend(this: void, options: SuspendOptions): void;
    /** Wakes the radio, soon. Errors: "WIFI not suspended", "wifi.suspend is unavailable". */
    resume(this: void, resumed?: (this: void) => void): void;

    /**
     * Waits for a phone to tell name and password. Only in builds with WIFI_SMART_ENABLE.
     * Errors: "Smart link only in STATION mode", "wrong arg range".
     * @param type 0 ESP-Touch (default), 1 AirKiss
     */
    startsmart(this: void, type: 0 | 1, done?: (this: void, ssid: string, password: string) => void): void;
    startsmart(this: void, done?: (this: void, ssid: string, password: string) => void): void;
    /** Ends `startsmart`. Only in builds with WIFI_SMART_ENABLE. */
    stopsmart(this: void): void;
  }

  /** `wifi` on ESP32. Order: `mode`, `start`, `sta.config`, `sta.connect`; the address comes with the event "got_ip". */
  interface Esp32 extends Common {
    readonly sta: Esp32Station;
    readonly ap: Esp32AccessPoint;

    readonly AUTH_OPEN: Esp32Auth;
    readonly AUTH_WEP: Esp32Auth;
    readonly AUTH_WPA_PSK: Esp32Auth;
    readonly AUTH_WPA2_PSK: Esp32Auth;
    readonly AUTH_WPA_WPA2_PSK: Esp32Auth;
    readonly AUTH_WPA2_ENTERPRISE: Esp32Auth;
    readonly AUTH_WPA3_PSK: Esp32Auth;
    readonly AUTH_WPA2_WPA3_PSK: Esp32Auth;
    readonly AUTH_WAPI_PSK: Esp32Auth;
    readonly SAE_PWE_UNSPECIFIED: SaePwe;
    readonly SAE_PWE_HUNT_AND_PECK: SaePwe;
    readonly SAE_PWE_HASH_TO_ELEMENT: SaePwe;
    readonly SAE_PWE_BOTH: SaePwe;
    readonly STR_WIFI_SECOND_CHAN_NONE: SecondChannel;
    readonly STR_WIFI_SECOND_CHAN_ABOVE: SecondChannel;
    readonly STR_WIFI_SECOND_CHAN_BELOW: SecondChannel;

    /** Returns the channel and where the second one lies. Error: "failed to get channel, code N". */
    getchannel(this: void): LuaMultiReturn<[primary: number, secondary: SecondChannel]>;
    /** Sets the mode. Errors: "invalid wifi mode N", "failed to set mode, code N". @param save default false: keep it in flash */
    mode(this: void, mode: Mode, save?: boolean): void;
    /** Starts Wi-Fi. Error: "failed to start wifi, code N". */
    start(this: void): void;
    /** Stops Wi-Fi. Error: "failed to stop wifi, code N". */
    stop(this: void): void;
  }

  /** `wifi` for code that runs on both chips. Which chip it is: `wifi.start` is absent on ESP8266. */
  interface Portable
    extends Common,
      Partial<Omit<Esp8266, keyof Common | "sta" | "ap" | "getchannel">>,
      Partial<Omit<Esp32, keyof Common | "sta" | "ap" | "getchannel">> {
    readonly sta: PortableStation;
    readonly ap: PortableAccessPoint;
    /** Returns the channel (ESP32: and where the second one lies). */
    getchannel(this: void): LuaMultiReturn<[primary: number, secondary?: number]>;
  }

  /** What differs in more than its presence has to be called through a chip's own types. */
  interface PortableStation
    extends Partial<Omit<Station, keyof Esp32Station>>,
      Partial<Omit<Esp32Station, keyof Station>> {
    /** Sets the network to join (ESP8266: and joins it). @param save ESP32 only */
    config(this: void, config: { ssid: string; pwd?: string }, save?: boolean): boolean | void;
    connect(this: void): void;
    disconnect(this: void): void;
    getmac(this: void): string;
    sethostname(this: void, name: string): boolean;
    setip(this: void, address: Required<Address>): boolean | void;
    /** A table on ESP32; on ESP8266 with `true` as argument. */
    getconfig(this: void, table: true): { ssid: string; pwd?: string; bssid?: string };
  }

  interface PortableAccessPoint
    extends Partial<Omit<AccessPoint, keyof Esp32AccessPoint>>,
      Partial<Omit<Esp32AccessPoint, keyof AccessPoint>> {
    /** Sets up the access point. @param save ESP32 only */
    config(
      this: void,
      config: {
        ssid: string;
        pwd?: string;
        channel?: number;
        hidden?: boolean;
        max?: number;
        beacon?: number;
      },
      save?: boolean,
    ): boolean | void;
    getmac(this: void): string;
    setip(this: void, address: Required<Address>): boolean | void;
  }

  type PhyMode = FirmwareConstant<"wifi.phymode">;
  type SleepType = FirmwareConstant<"wifi.sleep">;
  type Auth = FirmwareConstant<"wifi.auth">;
  type Status = FirmwareConstant<"wifi.status">;
  type Esp32Auth = FirmwareConstant<"wifi.auth">;
  type SaePwe = FirmwareConstant<"wifi.sae_pwe">;
  type SecondChannel = FirmwareConstant<"wifi.second_chan">;
  type DisconnectReason = FirmwareConstant<"wifi.reason">;

  interface Country {
    /** Two letters; default "CN". */
    country: string;
    /** First channel, 1 to 14; default 1. */
    start_ch: number;
    /** Last channel, 1 to 14; default 13. */
    end_ch: number;
    /** `COUNTRY_AUTO` (default): as the access point says; `COUNTRY_MANUAL`: these. */
    policy: 0 | 1;
  }

  interface SuspendOptions {
    /** µs, 0 for ever, else 50000 to 268435454. */
    duration?: number;
    suspend_cb?: (this: void) => void;
    resume_cb?: (this: void) => void;
    /** Default true: the mode is as before after waking. */
    preserve_mode?: boolean;
  }

  interface Address {
    ip?: string;
    netmask?: string;
    gateway?: string;
  }

  /** The station on ESP8266. */
  interface Station {
    /** Connects at the start of the board, or does not. Error: "0 or 1". */
    autoconnect(this: void, enable: 0 | 1): void;
    /** Changes to a stored access point. Error: "Valid range: 1-5". @param index 1 to 5 */
    changeap(this: void, index: number): boolean;
    /** Forgets the stored network. */
    clearconfig(this: void): boolean;
    /** Sets the network to join, and joins it unless `auto` is false. Errors name the field. */
    config(this: void, config: StationConfig): boolean;
    /** Connects. @param connected as `connect_cb` of `config` */
    connect(this: void, connected?: (this: void, info: EventInfo["STA_CONNECTED"]) => void): void;
    /** Disconnects. @param disconnected as `disconnect_cb` of `config` */
    disconnect(this: void, disconnected?: (this: void, info: EventInfo["STA_DISCONNECTED"]) => void): void;

    /**
     * Looks for access points. Errors: "Can't list ap in SOFTAP mode", "wrong arg type", and those that name a field.
     * @param found gets, by name, a string "auth,RSSI,BSSID,channel"
     */
    getap(this: void, found: (this: void, list: Record<string, string | undefined>) => void): void;
    /** @param format 0: as above; 1: by BSSID, a string "SSID,RSSI,auth,channel" */
    getap(
      this: void,
      format: 0 | 1,
      found: (this: void, list: Record<string, string | undefined>) => void,
    ): void;
    getap(
      this: void,
      filter: ScanFilter,
      found: (this: void, list: Record<string, string | undefined>) => void,
    ): void;
    getap(
      this: void,
      filter: ScanFilter | undefined,
      format: 0 | 1,
      found: (this: void, list: Record<string, string | undefined>) => void,
    ): void;

    /** Returns which stored access point is in use, 1 to 5. */
    getapindex(this: void): number;
    /** Returns the stored access points, from 1. */
    getapinfo(
      this: void,
    ): { [index: number]: { ssid: string; pwd?: string; bssid?: string } } & { qty: number };
    /** Returns the broadcast address, nil without an address. */
    getbroadcast(this: void): string | undefined;
    /** Returns the settings as a table. */
    getconfig(this: void, table: true): StoredStation;
    /** Returns name, password, whether the BSSID was set, BSSID. */
    getconfig(
      this: void,
      table?: false,
    ): LuaMultiReturn<[ssid: string, pwd: string, bssid_set: 0 | 1, bssid: string]>;
    /** As `getconfig`, of what is stored in flash. */
    getdefaultconfig(this: void, table: true): StoredStation;
    getdefaultconfig(
      this: void,
      table?: false,
    ): LuaMultiReturn<[ssid: string, pwd: string, bssid_set: 0 | 1, bssid: string]>;
    /** Returns the host name. */
    gethostname(this: void): string;
    /** Returns address, netmask and gateway; nil without an address. */
    getip(
      this: void,
    ): LuaMultiReturn<[ip: string, netmask: string, gateway: string] | [undefined, undefined, undefined]>;
    /** Returns the hardware address, "18:fe:34:a2:d7:34". */
    getmac(this: void): string;
    /** Returns the signal strength in dBm, nil if not connected. */
    getrssi(this: void): number | undefined;
    /** Sets how many access points are stored; takes effect at the next start. Error: "Valid range: 1-5". */
    setaplimit(this: void, count: number): boolean;
    /** Sets the host name: letters, digits, hyphens, at most 32. Error: "Invalid hostname". */
    sethostname(this: void, name: string): boolean;
    /** Sets a fixed address; DHCP stops. Error: "wrong arg type". */
    setip(this: void, address: Address): boolean;
    /** Sets the hardware address. Error: "MAC:FF:FF:FF:FF:FF:FF". */
    setmac(this: void, mac: string): boolean;
    /** Returns, and sets if given, how the radio sleeps while connected; nil if it could not be set. Error: "range:0-2". */
    sleeptype(this: void, type?: SleepType): SleepType | undefined;
    /** Returns the state of the connection: `wifi.STA_…`. */
    status(this: void): Status;
  }

  interface StationConfig {
    /** 0 to 32 bytes; empty clears the settings. */
    ssid: string;
    /** 0 to 64 bytes. */
    pwd?: string;
    /** Only this access point, "AA:BB:CC:DD:EE:FF". */
    bssid?: string;
    /** Default true: connect now and at every start. */
    auto?: boolean;
    /** Default true: keep it in flash. */
    save?: boolean;
    connect_cb?: (this: void, info: EventInfo["STA_CONNECTED"]) => void;
    disconnect_cb?: (this: void, info: EventInfo["STA_DISCONNECTED"]) => void;
    authmode_change_cb?: (this: void, info: EventInfo["STA_AUTHMODE_CHANGE"]) => void;
    got_ip_cb?: (this: void, info: EventInfo["STA_GOT_IP"]) => void;
    dhcp_timeout_cb?: (this: void, info: EventInfo["STA_DHCP_TIMEOUT"]) => void;
  }

  interface StoredStation {
    ssid: string;
    pwd?: string;
    bssid_set: boolean;
    bssid: string;
  }

  interface ScanFilter {
    /** At most 32 bytes. */
    ssid?: string;
    /** "AA:BB:CC:DD:EE:FF" */
    bssid?: string;
    /** 1 to 13, 0 all (default). */
    channel?: number;
    /** 1: also networks without a name; default 0. */
    show_hidden?: 0 | 1;
  }

  /** The access point on ESP8266. */
  interface AccessPoint {
    readonly dhcp: Dhcp;
    /** Sets up the access point. Errors name the field. */
    config(this: void, config: AccessPointConfig): boolean;
    /** Throws out a client, or all. Error: "MAC:FF:FF:FF:FF:FF:FF". */
    deauth(this: void, mac?: string): boolean;
    /** Returns the broadcast address, nil without an address. */
    getbroadcast(this: void): string | undefined;
    /** Returns the clients: addresses by hardware address. Error: "Can't list clients in STATION mode". */
    getclient(this: void): Record<string, string | undefined>;
    /** Returns the settings as a table. */
    getconfig(this: void, table: true): StoredAccessPoint;
    /** Returns name and password (nil if open). */
    getconfig(this: void, table?: false): LuaMultiReturn<[ssid: string, pwd: string | undefined]>;
    /** As `getconfig`, of what is stored in flash. */
    getdefaultconfig(this: void, table: true): StoredAccessPoint;
    getdefaultconfig(this: void, table?: false): LuaMultiReturn<[ssid: string, pwd: string | undefined]>;
    /** Returns address, netmask and gateway; nil without an address. */
    getip(
      this: void,
    ): LuaMultiReturn<[ip: string, netmask: string, gateway: string] | [undefined, undefined, undefined]>;
    /** Returns the hardware address. */
    getmac(this: void): string;
    /** Sets the address. Error: "wrong arg type". */
    setip(this: void, address: Address): boolean;
    /** Sets the hardware address. Error: "MAC:FF:FF:FF:FF:FF:FF". */
    setmac(this: void, mac: string): boolean;
  }

  interface AccessPointConfig {
    /** 1 to 32 bytes. */
    ssid: string;
    /** 8 to 64 bytes; left out: open. */
    pwd?: string;
    /** Default `wifi.OPEN` without, `wifi.WPA_WPA2_PSK` with a password. */
    auth?: Auth;
    /** 1 to 13, default 6. */
    channel?: number;
    /** Default false: the name is visible. */
    hidden?: boolean | 0 | 1;
    /** Clients, 1 to 4; default 4. */
    max?: number;
    /** ms, 100 to 60000; default 100. */
    beacon?: number;
    /** Default true: keep it in flash. */
    save?: boolean;
    staconnected_cb?: (this: void, info: EventInfo["AP_STACONNECTED"]) => void;
    stadisconnected_cb?: (this: void, info: EventInfo["AP_STADISCONNECTED"]) => void;
    probereq_cb?: (this: void, info: EventInfo["AP_PROBEREQRECVED"]) => void;
  }

  interface StoredAccessPoint {
    ssid: string;
    pwd?: string;
    auth: Auth;
    channel: number;
    hidden: boolean;
    max: number;
    beacon: number;
  }

  interface Dhcp {
    /** Sets the first address to give away; returns first and last. Error: "wrong arg type". */
    config(this: void, config: { start: string }): LuaMultiReturn<[first: string, last: string]>;
    /** Starts the DHCP server. */
    start(this: void): boolean;
    /** Stops the DHCP server. */
    stop(this: void): boolean;
  }

  /** What an event tells, by its name. */
  interface EventInfo {
    STA_CONNECTED: { SSID: string; BSSID: string; channel: number };
    /** The reason is one of `wifi.eventmon.reason`. */
    STA_DISCONNECTED: { SSID: string; BSSID: string; reason: DisconnectReason };
    STA_AUTHMODE_CHANGE: { old_auth_mode: Auth; new_auth_mode: Auth };
    STA_GOT_IP: { IP: string; netmask: string; gateway: string };
    STA_DHCP_TIMEOUT: Record<never, never>;
    AP_STACONNECTED: { MAC: string; AID: number };
    AP_STADISCONNECTED: { MAC: string; AID: number };
    AP_PROBEREQRECVED: { MAC: string; RSSI: number };
    WIFI_MODE_CHANGED: { old_mode: Mode; new_mode: Mode };
    EVENT_MAX: { info: string };
  }

  /** An event of `wifi.eventmon`, a number that knows its name. */
  type Event<Name extends keyof EventInfo = keyof EventInfo> = number & { readonly __event: Name };

  interface EventMonitor {
    readonly reason: Reasons;
    readonly STA_CONNECTED: Event<"STA_CONNECTED">;
    readonly STA_DISCONNECTED: Event<"STA_DISCONNECTED">;
    readonly STA_AUTHMODE_CHANGE: Event<"STA_AUTHMODE_CHANGE">;
    readonly STA_GOT_IP: Event<"STA_GOT_IP">;
    readonly STA_DHCP_TIMEOUT: Event<"STA_DHCP_TIMEOUT">;
    readonly AP_STACONNECTED: Event<"AP_STACONNECTED">;
    readonly AP_STADISCONNECTED: Event<"AP_STADISCONNECTED">;
    readonly AP_PROBEREQRECVED: Event<"AP_PROBEREQRECVED">;
    readonly WIFI_MODE_CHANGED: Event<"WIFI_MODE_CHANGED">;
    /** Events that have no handler of their own kind. */
    readonly EVENT_MAX: Event<"EVENT_MAX">;

    /**
     * Sets the handler of an event; without one removes it. Error: "valid wifi events:0-N".
     */
    register<Name extends keyof EventInfo>(
      this: void,
      event: Event<Name>,
      handler?: (this: void, info: EventInfo[Name]) => void,
    ): void;
    /** Removes the handler of an event. */
    unregister(this: void, event: Event): void;
  }

  /** Why a connection ended. In default builds (WIFI_EVENT_MONITOR_DISCONNECT_REASON_LIST_ENABLE). */
  interface Reasons {
    readonly UNSPECIFIED: DisconnectReason;
    readonly AUTH_EXPIRE: DisconnectReason;
    readonly AUTH_LEAVE: DisconnectReason;
    readonly ASSOC_EXPIRE: DisconnectReason;
    readonly ASSOC_TOOMANY: DisconnectReason;
    readonly NOT_AUTHED: DisconnectReason;
    readonly NOT_ASSOCED: DisconnectReason;
    readonly ASSOC_LEAVE: DisconnectReason;
    readonly ASSOC_NOT_AUTHED: DisconnectReason;
    readonly DISASSOC_PWRCAP_BAD: DisconnectReason;
    readonly DISASSOC_SUPCHAN_BAD: DisconnectReason;
    readonly IE_INVALID: DisconnectReason;
    readonly MIC_FAILURE: DisconnectReason;
    readonly "4WAY_HANDSHAKE_TIMEOUT": DisconnectReason;
    readonly GROUP_KEY_UPDATE_TIMEOUT: DisconnectReason;
    readonly IE_IN_4WAY_DIFFERS: DisconnectReason;
    readonly GROUP_CIPHER_INVALID: DisconnectReason;
    readonly PAIRWISE_CIPHER_INVALID: DisconnectReason;
    readonly AKMP_INVALID: DisconnectReason;
    readonly UNSUPP_RSN_IE_VERSION: DisconnectReason;
    readonly INVALID_RSN_IE_CAP: DisconnectReason;
    readonly "802_1X_AUTH_FAILED": DisconnectReason;
    readonly CIPHER_SUITE_REJECTED: DisconnectReason;
    readonly BEACON_TIMEOUT: DisconnectReason;
    readonly NO_AP_FOUND: DisconnectReason;
    readonly AUTH_FAIL: DisconnectReason;
    readonly ASSOC_FAIL: DisconnectReason;
    readonly HANDSHAKE_TIMEOUT: DisconnectReason;
  }

  /** Listens to the management frames of all networks; ends the connection. */
  interface Monitor {
    /**
     * Starts on channel 1, with management frames. Errors: "Must supply offset and value", "Missing callback".
     */
    start(this: void, received: (this: void, packet: Packet) => void): void;
    /**
     * Starts with the frames whose byte at an offset has a value.
     * @param offset from 1: 12 bytes of radio header, then the frame
     * @param mask bits of the byte that count; default 255
     */
    start(this: void, offset: number, value: number, received: (this: void, packet: Packet) => void): void;
    start(
      this: void,
      offset: number,
      value: number,
      mask: number,
      received: (this: void, packet: Packet) => void,
    ): void;
    /** Ends listening. */
    stop(this: void): void;
    /** Returns the channel and changes it if given. Error: "Channel number (N) is out of range". @param channel 1 to 15 */
    channel(this: void, channel?: number): number;
  }

  /** A frame; about 110 bytes of it. Its fields have names, and its information elements also numbers. */
  interface Packet {
    /** Returns a byte of the radio header, nothing outside it. @param position from 1 */
    radio_byte(position: number): number | undefined;
    /** Returns a byte of the frame, nothing outside it. @param position from 1 */
    frame_byte(position: number): number | undefined;
    /** As `string.sub`, of the radio header. */
    radio_sub(i: number, j?: number): string;
    /** As `string.sub`, of the frame. */
    frame_sub(i: number, j?: number): string;
    /** As `radio_sub`, in hexadecimal digits. */
    radio_subhex(i: number, j?: number, separator?: string): string;
    /** As `frame_sub`, in hexadecimal digits. */
    frame_subhex(i: number, j?: number, separator?: string): string;
    /** Returns the information elements by number; 0 is the SSID. */
    ie_table(): Record<number, string | undefined>;
    /** An information element by number. */
    readonly [element: number]: string | undefined;
    readonly bssid: string;
    readonly bssid_hex: string;
    readonly channel: number;
    readonly dstmac: string;
    readonly dstmac_hex: string;
    readonly frame: string;
    readonly frame_hex: string;
    readonly header: string;
    readonly ie_ssid?: string;
    readonly radio: string;
    /** dBm. */
    readonly rssi: number;
    readonly srcmac: string;
    readonly srcmac_hex: string;
    readonly subtype: number;
    readonly type: number;
    /** Any other field of the firmware's list, such as `beacon_interval` or `ie_country`. */
    readonly [field: string]: unknown;
  }

  /** What an event of the ESP32's station tells. */
  interface Esp32StationEvents {
    start: Record<never, never>;
    stop: Record<never, never>;
    connected: { ssid: string; bssid: string; channel: number; auth: Esp32Auth };
    disconnected: { ssid: string; bssid: string; reason: number };
    authmode_changed: { old_mode: Esp32Auth; new_mode: Esp32Auth };
    got_ip: { ip: string; netmask: string; gw: string };
  }

  /** The station on ESP32. */
  interface Esp32Station {
    readonly PMF_AVAILABLE: 1;
    readonly PMF_REQUIRED: 2;

    /** Sets the network to join. Errors: "failed to set wifi config, code N", "invalid BSSID: …". @param save default false: keep it in flash */
    config(this: void, config: Esp32StationConfig, save?: boolean): void;
    /** Connects. Error: "connect failed, code N". */
    connect(this: void): void;
    /** Disconnects. Error: "disconnect failed, code N". */
    disconnect(this: void): void;
    /** Returns the settings. Error: "failed to get config, code N". */
    getconfig(this: void): Required<Omit<Esp32StationConfig, "bssid">> & { bssid?: string };
    /** Returns the hardware address. Error: "failed to get mac, code N". */
    getmac(this: void): string;
    /** Returns how the radio saves power. */
    getpowersave(this: void): PowerSave;

    /**
     * Sets the handler of an event; without one removes it. Error: "unknown event: …".
     * @example
     * wifi.sta.on("got_ip", (event, info) => print(info.ip));
     */
    on<Name extends keyof Esp32StationEvents>(
      this: void,
      event: Name,
      handler?: (this: void, event: Name, info: Esp32StationEvents[Name]) => void,
    ): void;

    /** Sets how the radio saves power. Error: "set powersave failed, code N". */
    powersave(this: void, mode: PowerSave): void;
    /**
     * Looks for access points. Errors: "scan already in progress", "failed to start scan, code N".
     * @param done gets an error text, or nil and the list
     */
    scan(
      this: void,
      filter: Esp32ScanFilter,
      done: (this: void, err: string | undefined, list: Esp32Network[]) => void,
    ): void;
    /** Sets the host name, at most 32 characters. Error: "failed to set hostname, code N". */
    sethostname(this: void, name: string): true;
    /** Sets a fixed address; DHCP stops. Errors: "Could not parse … address, aborting". */
    setip(this: void, address: Required<Address> & { dns?: string }): void;
    /** Sets the transmit power. Error: "failed to set transmit power, code N". @param power dBm, 2 to 20 */
    settxpower(this: void, power: number): true;
  }

  type PowerSave = "none" | "min" | "max";

  interface Esp32StationConfig {
    /** At most 32 bytes. */
    ssid: string;
    /** At most 64 bytes. */
    pwd?: string;
    /** Only this access point, "AA:BB:CC:DD:EE:FF". */
    bssid?: string;
    /** Protected management frames: `PMF_AVAILABLE` or `PMF_REQUIRED`. */
    pmf?: 1 | 2;
    /** Where to look first. */
    channel?: number;
    scan_method?: "fast" | "all";
    /** Beacon intervals. */
    listen_interval?: number;
    sort_by?: "rssi" | "authmode";
    /** dBm. */
    threshold_rssi?: number;
    threshold_authmode?: Esp32Auth;
    /** Radio measurements (802.11k). */
    rm?: boolean;
    /** BSS transition management (802.11v). */
    btm?: boolean;
    /** Multi-band operation. */
    mbo?: boolean;
    sae_pwe?: SaePwe;
  }

  interface Esp32ScanFilter {
    ssid?: string;
    bssid?: string;
    /** 0 all (default). */
    channel?: number;
    /** 1: also networks without a name; default 0. */
    hidden?: 0 | 1;
  }

  interface Esp32Network {
    ssid: string;
    bssid: string;
    channel: number;
    /** dBm. */
    rssi: number;
    auth: Esp32Auth;
    bandwidth: "HT20" | "HT40_ABOVE" | "HT40_BELOW";
  }

  /** What an event of the ESP32's access point tells. */
  interface Esp32AccessPointEvents {
    start: Record<never, never>;
    stop: Record<never, never>;
    sta_connected: { mac: string; id: number };
    sta_disconnected: { mac: string; id: number };
    probe_req: { from: string; rssi: number };
  }

  /** The access point on ESP32. */
  interface Esp32AccessPoint {
    /** Sets up the access point. Errors: "unknown auth mode N", "failed to set wifi config, code N". @param save default false: keep it in flash */
    config(this: void, config: Esp32AccessPointConfig, save?: boolean): void;
    /** Returns the hardware address. Error: "failed to get mac, code N". */
    getmac(this: void): string;
    /** Sets the handler of an event; without one removes it. Error: "unknown event: …". */
    on<Name extends keyof Esp32AccessPointEvents>(
      this: void,
      event: Name,
      handler?: (this: void, event: Name, info: Esp32AccessPointEvents[Name]) => void,
    ): void;
    /** Sets the host name. Error: "failed to set hostname, code N". */
    sethostname(this: void, name: string): true;
    /** Sets the address. Errors: "Could not parse …, aborting". */
    setip(this: void, address: Required<Address> & { dns?: string }): void;
  }

  interface Esp32AccessPointConfig {
    /** At most 32 bytes. */
    ssid: string;
    /** At most 64 bytes; needed unless `auth` is `AUTH_OPEN`. */
    pwd?: string;
    /** Default `wifi.AUTH_WPA2_PSK`. */
    auth?: Esp32Auth;
    /** Default 11. */
    channel?: number;
    /** Default false: the name is visible. */
    hidden?: boolean;
    /** Clients, default 4. */
    max?: number;
    /** ms, default 100. */
    beacon?: number;
  }
}
