/** A web page on an own access point that asks for the network to join. ESP8266 only, off by default. */
declare namespace enduser_setup {
  /**
   * `enduser_setup` on ESP8266.
   * @example
   * enduser_setup.start(
   *   "Lamp",
   *   () => print("connected to", wifi.sta.getip()[0]),
   *   (err, text) => print(err, text),
   * );
   */
  interface Esp8266 {
    /** Returns, and sets if given, whether the access point is left to you. */
    manual(this: void, enable?: boolean): boolean;
    /**
     * Starts the page; it ends by itself once the board has an address.
     * @param connected called then
     * @param failed gets a number and a text
     * @param debug gets texts, in builds with ENDUSER_SETUP_DEBUG_ENABLE
     */
    start(
      this: void,
      connected?: (this: void) => void,
      failed?: (this: void, err: number, text: string) => void,
      debug?: (this: void, text: string) => void,
    ): void;
    /** @param ssid name of the access point */
    start(
      this: void,
      ssid: string,
      connected?: (this: void) => void,
      failed?: (this: void, err: number, text: string) => void,
      debug?: (this: void, text: string) => void,
    ): void;
    /** Ends the page. */
    stop(this: void): void;
  }
}
