// wifi.eventmon (ESP8266): what happens to the station and to the access point, for Lua functions that have asked for it.

import type { Host } from "../host.ts";
import { type Fields, type Functions, pushFields, pushTable, raise } from "./binding.ts";
import { Callbacks } from "./callbacks.ts";
import { FirmwareModule } from "./module.ts";

export const EVENTS = {
  STA_CONNECTED: 0,
  STA_DISCONNECTED: 1,
  STA_AUTHMODE_CHANGE: 2,
  STA_GOT_IP: 3,
  STA_DHCP_TIMEOUT: 4,
  AP_STACONNECTED: 5,
  AP_STADISCONNECTED: 6,
  AP_PROBEREQRECVED: 7,
  WIFI_MODE_CHANGED: 8,
  EVENT_MAX: 10,
};
/** Why a connection ended (wifi.eventmon.reason). */
export const REASONS = {
  UNSPECIFIED: 1,
  AUTH_EXPIRE: 2,
  AUTH_LEAVE: 3,
  ASSOC_EXPIRE: 4,
  ASSOC_TOOMANY: 5,
  NOT_AUTHED: 6,
  NOT_ASSOCED: 7,
  ASSOC_LEAVE: 8,
  ASSOC_NOT_AUTHED: 9,
  DISASSOC_PWRCAP_BAD: 10,
  DISASSOC_SUPCHAN_BAD: 11,
  IE_INVALID: 13,
  MIC_FAILURE: 14,
  "4WAY_HANDSHAKE_TIMEOUT": 15,
  GROUP_KEY_UPDATE_TIMEOUT: 16,
  IE_IN_4WAY_DIFFERS: 17,
  GROUP_CIPHER_INVALID: 18,
  PAIRWISE_CIPHER_INVALID: 19,
  AKMP_INVALID: 20,
  UNSUPP_RSN_IE_VERSION: 21,
  INVALID_RSN_IE_CAP: 22,
  "802_1X_AUTH_FAILED": 23,
  CIPHER_SUITE_REJECTED: 24,
  BEACON_TIMEOUT: 200,
  NO_AP_FOUND: 201,
  AUTH_FAIL: 202,
  ASSOC_FAIL: 203,
  HANDSHAKE_TIMEOUT: 204,
};

export class WifiEvents extends FirmwareModule {
  readonly #handlers: Callbacks<number>;

  constructor(host: Host) {
    super(host);
    this.#handlers = new Callbacks(this.vm);
  }

  /** Puts the table eventmon into the global table wifi. */
  override install(): void {
    const { vm } = this;
    const setHandler = (L: number) => {
      const event = vm.checkInteger(L, 1) & 0xff;
      if (event > EVENTS.EVENT_MAX) raise(`valid wifi events:0-${EVENTS.EVENT_MAX}`);
      this.register(L, event, 2);
      return 0;
    };
    const functions: Functions = { register: setHandler, unregister: setHandler };
    vm.getGlobal("wifi");
    pushTable(vm, functions, EVENTS);
    pushTable(vm, {}, REASONS);
    vm.setField(vm.L, -2, "reason");
    vm.setField(vm.L, -2, "eventmon");
    vm.pop(vm.L);
  }

  /** Sets the handler for an event: the function at `index`, or none. */
  register(L: number, event: number, index: number): void {
    this.#handlers.set(L, event, index);
  }

  /** Tells the handler of an event in a task, with a table of fields. */
  fire(event: number, fields: Fields): void {
    if (!this.#handlers.has(event)) return;
    this.host.post(0, () => {
      const handler = this.#handlers.get(event);
      if (handler === undefined) return;
      this.host.callProtected(handler, (L) => {
        pushFields(this.vm, L, fields);
        return 1;
      });
    });
  }
}
