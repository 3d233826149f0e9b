// The network that the station of a simulated board is in, or joins when it is told to, and what the air tells of it.
import type { Hardware } from "../hardware.ts";

/** Name of the network that the station is in when the board starts. */
export const SSID = "simulated";
/** Address of its access point. */
export const BSSID = "02:00:00:00:00:01";
export const CHANNEL = 6;
/** Strength with which it is received [dBm]. */
export const RSSI = -55;
/** The station's own address. */
export const MAC = "02:00:00:c0:ff:ee";
/** A station takes this long to join [ms]. */
export const JOIN_TIME = 50;
/** A scan takes this long [ms]. */
export const SCAN_TIME = 2000;

export interface Address {
  ip: string;
  netmask: string;
  gateway: string;
}

/** @returns what the network gives the station, until Lua sets something else */
export function stationAddress({ network }: Hardware): Address {
  return { ip: network.address, netmask: "255.255.255.0", gateway: "192.168.4.1" };
}
