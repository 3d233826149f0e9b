/** ESP-NOW: frames between boards without an access point. ESP32 only, off by default. */
declare namespace espnow {
  /** A frame that arrived. */
  interface Frame {
    /** MAC of the sender. */
    src: string;
    /** MAC it was sent to. */
    dst: string;
    /** dBm. */
    rssi: number;
    data: string;
  }

  /** The handler of each event. */
  interface Events {
    /** @param mac where to @param acknowledged 1 if it arrived, nil if not */
    sent: (this: void, mac: string, acknowledged: 1 | undefined) => void;
    receive: (this: void, frame: Frame) => void;
  }

  /** What to know of a peer. */
  interface Peer {
    /** 0 to 14; 0 is the current one. */
    channel?: number;
    /** Local master key, 32 hex digits. */
    lmk?: string;
    /** 1: frames to this peer are encrypted. */
    encrypt?: 0 | 1;
  }

  /**
   * `espnow` on ESP32. Wi-Fi must be started. A failure of the system is raised with its name, for example "ESP_ERR_ESPNOW_NOT_INIT".
   * @example
   * espnow.start();
   * espnow.on("receive", (frame) => print(frame.src, frame.data));
   * espnow.addpeer("AA:BB:CC:DD:EE:FF");
   * espnow.send("AA:BB:CC:DD:EE:FF", "hello");
   */
  interface Esp32 {
    start(this: void): void;
    stop(this: void): void;
    /** Returns the version of the protocol. */
    getversion(this: void): number;
    /** Sets the primary master key. Error: "PMK must be 32 hex digits". @param key 32 hex digits */
    setpmk(this: void, key: string): void;
    /** Sets for how long the radio listens. Error: "wake window out of bounds". @param window ms, 0 to 65535 */
    setwakewindow(this: void, window: number): void;
    /** Adds a peer. Errors: "bad peer address", "LMK must be 32 hex digits", "invalid hex digit '…'", "No wifi interface found". @param mac "AA:BB:…" */
    addpeer(this: void, mac: string, options?: Peer): void;
    /** Removes a peer. Error: "bad peer address". */
    delpeer(this: void, mac: string): void;
    /** Sets, or without handler removes, the handler of an event. Errors: "unknown event type", "expected function". */
    on<Event extends keyof Events>(this: void, event: Event, handler?: Events[Event]): void;
    /** Sends a frame. Error: "bad peer address". @param peer nil for all peers @param data at most 250 bytes */
    send(this: void, peer: string | undefined, data: string): void;
  }
}
