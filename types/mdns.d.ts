/** Tells name and services to the local network (Bonjour). ESP8266 only, off by default. */
declare namespace mdns {
  /**
   * `mdns` on ESP8266.
   * @example
   * mdns.register("lamp", { service: "http", port: 80, description: "A lamp" });
   */
  interface Esp8266 {
    /**
     * Starts, or starts anew. Errors: "No network connection" (no address yet), "Unable to start mDns daemon".
     * @param hostname letters and digits; the board is then `hostname.local`
     * @param attributes `port` (default 80), `service` (default "http"), `description` (below 63 characters), and up to
     * ten strings of one's own
     */
    register(
      this: void,
      hostname: string,
      attributes?: { port?: number; service?: string; description?: string } & Record<
        string,
        string | number | undefined
      >,
    ): void;
    /** Stops. */
    close(this: void): void;
  }
}
