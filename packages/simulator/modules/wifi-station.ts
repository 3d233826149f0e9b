// wifi.sta (ESP8266): a station that joins whatever network it is told. At the start of the board it has joined already, as with
// settings kept in flash; while it has not, and the board's own access point is not on, the board is off the air.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineSubmodule, type Fields, type Functions, pushFields, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { EVENTS, REASONS, type WifiEvents } from "./wifi-events.ts";
import { booleanField, functionField, textField } from "./wifi-fields.ts";
import { interfaceFunctions } from "./wifi-interface.ts";
import { BSSID, CHANNEL, JOIN_TIME, MAC, RSSI, SCAN_TIME, SSID, stationAddress } from "./wifi-network.ts";

export const STATUS = { idle: 0, connecting: 1, gotIp: 5 } as const;
export const AUTH = { OPEN: 0, WPA_PSK: 2, WPA2_PSK: 3, WPA_WPA2_PSK: 4 };
/** The functions that wifi.sta.config takes along: its fields, their events, their names in errors. */
const CALLBACKS: [field: string, event: number, name: string][] = [
  ["connect_cb", EVENTS.STA_CONNECTED, "connect_cb"],
  ["disconnect_cb", EVENTS.STA_DISCONNECTED, "disconnect_cb"],
  ["authmode_change_cb", EVENTS.STA_AUTHMODE_CHANGE, "authmode_change_cb"],
  ["got_ip_cb", EVENTS.STA_GOT_IP, "gotip_cb"],
  ["dhcp_timeout_cb", EVENTS.STA_DHCP_TIMEOUT, "dhcp_timeout_cb"],
];
const LONGEST_SSID = 32;
const LONGEST_PASSWORD = 64;
const NO_BSSID = "00:00:00:00:00:00";
/** Access points that the firmware can store. */
const MOST_STORED = 5;

/** What the station asks of the module wifi. */
export interface WifiMode {
  /** The board's own access point is on. */
  readonly isAccessPoint: boolean;
  /** The board is an access point and nothing else. */
  readonly isOnlyAccessPoint: boolean;
  /** The function sleeptype, which wifi.sta has too. */
  sleeptype(L: number): number;
}

export class Station extends FirmwareModule {
  readonly #wifi: WifiMode;
  readonly #events: WifiEvents;
  #status: number = STATUS.gotIp;
  #cancelJoin = () => {};
  #ssid = SSID;
  #password = "";
  #bssidWanted: string | undefined;
  #hostname = "NODE-C0FFEE";
  readonly #address = stationAddress(this.board);

  readonly #functions: Functions = {
    config: (L) => this.#config(L),
    connect: (L) => {
      if (this.vm.type(L, 1) === LuaType.function) this.#events.register(L, EVENTS.STA_CONNECTED, 1);
      this.join();
      return 0;
    },
    disconnect: (L) => {
      if (this.vm.type(L, 1) === LuaType.function) this.#events.register(L, EVENTS.STA_DISCONNECTED, 1);
      this.leave();
      return 0;
    },
    autoconnect: (L) => {
      const on = this.vm.checkInteger(L, 1);
      if (on !== 0 && on !== 1) this.vm.argumentError(L, 1, "0 or 1");
      return 0;
    },
    status: (L) => this.results(L, this.#status),
    ...interfaceFunctions(this.vm, this.#address, MAC, () => this.isJoined),
    getconfig: (L) => this.#getconfig(L),
    getdefaultconfig: (L) => this.#getconfig(L),
    clearconfig: (L) => {
      this.leave();
      this.#ssid = "";
      this.#password = "";
      this.#bssidWanted = undefined;
      return this.results(L, true);
    },
    // one access point is stored, the current one
    getapindex: (L) => this.results(L, 1),
    getapinfo: (L) => {
      const { vm } = this;
      pushFields(vm, L, { qty: this.#ssid === "" ? 0 : 1 });
      if (this.#ssid === "") return 1;
      pushFields(vm, L, this.#stored());
      vm.api.lua_rawseti!(L, -2, 1);
      return 1;
    },
    changeap: (L) => this.results(L, this.#storedIndex(L) === 1),
    setaplimit: (L) => {
      this.#storedIndex(L);
      return this.results(L, true);
    },
    getap: (L) => this.#getap(L),
    sleeptype: (L) => this.#wifi.sleeptype(L),
    getrssi: (L) => this.results(L, this.isJoined ? RSSI : undefined),
    gethostname: (L) => this.results(L, this.#hostname),
    sethostname: (L) => {
      const name = this.vm.checkString(L, 1);
      if (!/^[a-z\d]([a-z\d-]{0,30}[a-z\d])?$/i.test(name)) this.vm.argumentError(L, 1, "Invalid hostname");
      this.#hostname = name;
      return this.results(L, true);
    },
  };

  constructor(host: Host, wifi: WifiMode, events: WifiEvents) {
    super(host);
    this.#wifi = wifi;
    this.#events = events;
  }

  override install(): void {
    defineSubmodule(this.vm, "wifi", "sta", this.#functions);
  }

  /** It is in a network. */
  get isJoined(): boolean {
    return this.#status === STATUS.gotIp;
  }

  /** Begins to join the network that it was told, unless it has joined or has begun. */
  join(): void {
    if (this.#status !== STATUS.idle) return;
    this.#status = STATUS.connecting;
    this.#cancelJoin = this.host.after(JOIN_TIME, () => {
      this.#status = STATUS.gotIp;
      this.board.network.online?.(true);
      this.#events.fire(EVENTS.STA_CONNECTED, { SSID: this.#ssid, BSSID, channel: CHANNEL });
      const { ip, netmask, gateway } = this.#address;
      this.#events.fire(EVENTS.STA_GOT_IP, { IP: ip, netmask, gateway });
    });
  }

  /** Leaves the network; the board stays on the air if its own access point is on. */
  leave(): void {
    this.#cancelJoin();
    const wasJoined = this.isJoined;
    this.#status = STATUS.idle;
    if (!wasJoined) return;
    if (!this.#wifi.isAccessPoint) this.goOffAir();
    this.#events.fire(EVENTS.STA_DISCONNECTED, { SSID: this.#ssid, BSSID, reason: REASONS.ASSOC_LEAVE });
  }

  /** Nobody hears the board any more, and its connections are lost. */
  goOffAir(): void {
    this.board.network.online?.(false);
    this.host.addressLost();
  }

  #config(L: number): number {
    const { vm } = this;
    if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "config table not found!");
    const ssid = textField(vm, L, "ssid", LONGEST_SSID) ?? vm.argumentError(L, 1, "ssid required");
    const password = textField(vm, L, "pwd", LONGEST_PASSWORD) ?? "";
    const bssid = textField(vm, L, "bssid", Number.POSITIVE_INFINITY);
    if (bssid !== undefined && bssid.length !== BSSID.length)
      vm.argumentError(L, 1, "bssid: FF:FF:FF:FF:FF:FF");
    const joins = booleanField(vm, L, "auto");
    booleanField(vm, L, "save");
    for (const [field, event, shown] of CALLBACKS)
      functionField(vm, L, field, shown, () => this.#events.register(L, event, -1));
    this.leave();
    this.#ssid = ssid;
    this.#password = password;
    this.#bssidWanted = bssid;
    if (joins) this.join();
    return this.results(L, true);
  }

  #getconfig(L: number): number {
    const bssid = this.#bssidWanted ?? NO_BSSID;
    const isSet = this.#bssidWanted !== undefined;
    if (!this.vm.boolean(L, 1)) return this.results(L, this.#ssid, this.#password, isSet ? 1 : 0, bssid);
    pushFields(this.vm, L, { ...this.#stored(), bssid_set: isSet, bssid });
    return 1;
  }

  #stored(): Fields {
    return {
      ssid: this.#ssid,
      ...(this.#password === "" ? {} : { pwd: this.#password }),
      ...(this.#bssidWanted === undefined ? {} : { bssid: this.#bssidWanted }),
    };
  }

  #storedIndex(L: number): number {
    const index = this.vm.checkInteger(L, 1) & 0xff;
    if (index < 1 || index > MOST_STORED) this.vm.argumentError(L, 1, `Valid range: 1-${MOST_STORED}`);
    return index;
  }

  #getap(L: number): number {
    const { vm } = this;
    if (this.#wifi.isOnlyAccessPoint) raise("Can't list ap in SOFTAP mode");
    let at = 1;
    if (vm.type(L, at) === LuaType.table || vm.type(L, at) === LuaType.nil) at++;
    let byBssid = false;
    if (vm.type(L, at) === LuaType.number) {
      const format = vm.checkInteger(L, at++);
      if (format !== 0 && format !== 1) raise("wrong arg type");
      byBssid = format === 1;
    }
    if (vm.type(L, at) !== LuaType.function) {
      if (at === 1) raise("wrong arg type");
      return 0;
    }
    this.#scan(vm.ref(L, at), byBssid);
    return 0;
  }

  /** Calls a registry reference once with the only access point there is. */
  #scan(found: number, byBssid: boolean): void {
    this.host.after(SCAN_TIME, () => {
      this.host.callProtected(found, (L) => {
        this.vm.unref(found);
        const name = this.#ssid || SSID;
        const auth = this.#password === "" ? AUTH.OPEN : AUTH.WPA2_PSK;
        pushFields(
          this.vm,
          L,
          byBssid
            ? { [BSSID]: `${name},${RSSI},${auth},${CHANNEL}` }
            : { [name]: `${auth},${RSSI},${BSSID},${CHANNEL}` },
        );
        return 1;
      });
    });
  }
}
