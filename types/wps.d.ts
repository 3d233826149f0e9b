/** Gets the Wi-Fi settings from the access point (WPS). ESP8266 only, off by default. */
declare namespace wps {
  type Status = FirmwareConstant<"wps.status">;
  /**
   * `wps` on ESP8266.
   * @example
   * wifi.setmode(wifi.STATION);
   * wps.enable();
   * wps.start((status) => {
   *   if (status === wps.SUCCESS) wifi.sta.connect();
   *   wps.disable();
   * });
   */
  interface Esp8266 {
    readonly SUCCESS: Status;
    readonly FAILED: Status;
    readonly TIMEOUT: Status;
    readonly WEP: Status;
    readonly SCAN_ERR: Status;
    /** Turns WPS on. */
    enable(this: void): void;
    /** Turns WPS off. */
    disable(this: void): void;
    /** Starts; the settings are then stored, but not used. Error: "Argument not a function". */
    start(this: void, done: (this: void, status: Status) => void): void;
  }
}
