/** MQTT client. In the default build of ESP8266; off by default on ESP32. */
declare namespace mqtt {
  /** Why a connection failed: `mqtt.CONN_FAIL_…` and `mqtt.CONNACK_…` of ESP8266; on ESP32 always -6. */
  type Reason = FirmwareConstant<"mqtt.reason">;
  /** 0 at most once, 1 at least once, 2 exactly once. */
  type Qos = 0 | 1 | 2;

  /** What both chips have. */
  interface Common {
    /**
     * Makes a client.
     * @param keepalive seconds
     * @param cleanSession default 1 on ESP32, 0 on ESP8266
     * @example
     * const client = mqtt.Client("board", 120);
     * client.on("message", (c, topic, data) => print(topic, data));
     * client.connect("192.168.1.2", 1883, undefined, (c) => {
     *   c.subscribe("lamp", 0);
     * });
     */
    Client(this: void, id: string, keepalive: number, username?: string): Client;
    Client(
      this: void,
      id: string,
      keepalive: number,
      username: string,
      password: string,
      cleanSession?: 0 | 1,
    ): Client;
  }

  /** `mqtt` on ESP8266. */
  interface Esp8266 extends Common {
    readonly CONN_FAIL_SERVER_NOT_FOUND: Reason;
    readonly CONN_FAIL_NOT_A_CONNACK_MSG: Reason;
    readonly CONN_FAIL_DNS: Reason;
    readonly CONN_FAIL_TIMEOUT_RECEIVING: Reason;
    readonly CONN_FAIL_TIMEOUT_SENDING: Reason;
    readonly CONNACK_ACCEPTED: Reason;
    readonly CONNACK_REFUSED_PROTOCOL_VER: Reason;
    readonly CONNACK_REFUSED_ID_REJECTED: Reason;
    readonly CONNACK_REFUSED_SERVER_UNAVAILABLE: Reason;
    readonly CONNACK_REFUSED_BAD_USER_OR_PASS: Reason;
    readonly CONNACK_REFUSED_NOT_AUTHORIZED: Reason;

    /**
     * Makes a client. The firmware takes the arguments one after the other: what follows one that is nil is lost.
     * @param id default made from the chip's id
     * @param keepalive seconds, default 60
     */
    Client(this: void, id?: string): Esp8266Client;
    Client(this: void, id: string, keepalive: number, username?: string): Esp8266Client;
    /** @param cleanSession default 0, unlike the documentation @param maxMessageLength bytes, default 1024; longer ones come as "overflow" */
    Client(
      this: void,
      id: string,
      keepalive: number,
      username: string,
      password: string,
      cleanSession?: 0 | 1,
      maxMessageLength?: number,
    ): Esp8266Client;
  }

  /** `mqtt` on ESP32. */
  interface Esp32 extends Common {
    Client(
      this: void,
      id: string,
      keepalive: number,
      username?: string,
      password?: string,
      cleanSession?: 0 | 1,
    ): Esp32Client;
  }

  /** `mqtt` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  /** The events that both chips have. */
  interface ClientEvents<Self> {
    connect: (this: void, client: Self) => void;
    /** An established connection ended. */
    offline: (this: void, client: Self) => void;
    /** A message came; an empty one without data. */
    message: (this: void, client: Self, topic: string, data?: string) => void;
  }

  /** The events that only ESP8266 has. */
  interface Esp8266ClientEvents<Self> {
    connfail: (this: void, client: Self, reason: Reason) => void;
    /** As `message`, cut to the greatest length. */
    overflow: (this: void, client: Self, topic: string, data?: string) => void;
    puback: (this: void, client: Self) => void;
    suback: (this: void, client: Self) => void;
    unsuback: (this: void, client: Self) => void;
  }

  /** A client: what both chips have. */
  interface Client {
    /**
     * Connects.
     * @param port default 1883
     * @param secure TLS, where the firmware has it
     * @param connected called once connected
     * @param failed called if that failed
     */
    connect(
      host: string,
      port?: number,
      secure?: undefined,
      connected?: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): void;
    /** Disconnects. */
    close(): void;
    /** Sets the message that the broker sends when the connection breaks; before `connect`. @param qos default 0 @param retain default 0 */
    lwt(topic: string, message: string, qos?: Qos, retain?: 0 | 1): void;
    /** Sets the handler of an event. */
    on<Event extends keyof ClientEvents<this>>(event: Event, handler: ClientEvents<this>[Event]): void;
    /** Sends a message; false if that failed. Error on ESP8266: "not connected". @param done called when it is acknowledged */
    publish(
      topic: string,
      message: string,
      qos: Qos,
      retain: 0 | 1,
      done?: (this: void, client: this) => void,
    ): boolean;
    /** Asks for the messages of a topic; false if that failed. Error on ESP8266: "not connected". @param done called when it is acknowledged */
    subscribe(topic: string, qos: Qos, done?: (this: void, client: this) => void): boolean;
    /** Ends `subscribe`; false if that failed. Error on ESP8266: "not connected". @param done called when it is acknowledged */
    unsubscribe(topic: string, done?: (this: void, client: this) => void): boolean;
  }

  /**
   * A client on ESP8266. An error in a callback reboots the board. Errors: "not connected", "already connected",
   * "invalid domain", "ssl not available", "not enough memory".
   * @userdata mqtt.socket esp8266
   */
  interface Esp8266Client extends Client {
    /** @param secure default false */
    connect(
      host: string,
      port?: number,
      secure?: boolean,
      connected?: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): void;
    connect(
      host: string,
      connected: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): void;
    connect(
      host: string,
      port: number,
      connected: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): void;
    on<Event extends keyof ClientEvents<this>>(event: Event, handler: ClientEvents<this>[Event]): void;
    on<Event extends keyof Esp8266ClientEvents<this>>(
      event: Event,
      handler: Esp8266ClientEvents<this>[Event],
    ): void;
    subscribe(topic: string, qos: Qos, done?: (this: void, client: this) => void): boolean;
    /** Asks for several topics, each with its quality of service. Errors: "no topics found", "buffer overflow, can't enqueue all subscriptions". */
    subscribe(topics: Record<string, Qos>, done?: (this: void, client: this) => void): boolean;
    unsubscribe(topic: string, done?: (this: void, client: this) => void): boolean;
    /** Ends several topics: the keys of the table. Errors: "no topics found", "buffer overflow, can't enqueue all unsubscriptions". */
    unsubscribe(topics: Record<string, unknown>, done?: (this: void, client: this) => void): boolean;
  }

  /** Certificates (PEM). */
  interface Esp32Secure {
    ca_cert?: string;
    client_cert?: string;
    client_key?: string;
  }

  /** A client on ESP32. Errors of `connect`: "MQTT library failed to start", "Error starting mqtt client". @userdata MQTT_METATABLE esp32 */
  interface Esp32Client extends Client {
    /**
     * Connects; the host can be a whole URI ("mqtts://…"), then without port and secure.
     * @param secure 1: TLS; a table: TLS with certificates
     */
    connect(
      host: string,
      port?: number,
      secure?: 0 | 1 | Esp32Secure,
      connected?: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): true;
    connect(
      host: string,
      connected: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): true;
    connect(
      host: string,
      port: number,
      connected: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): true;
    /** @param reconnect 1: connects again when the connection breaks. @deprecated */
    connect(
      host: string,
      port: number,
      secure: 0 | 1 | Esp32Secure,
      reconnect: 0 | 1,
      connected?: (this: void, client: this) => void,
      failed?: (this: void, client: this, reason: Reason) => void,
    ): true;
  }
}
