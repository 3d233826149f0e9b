// The chips that a board can have, and what differs between their boards.

export type Chip = "esp8266" | "esp32";

interface ChipFacts {
  /** What people call it. */
  name: string;
  /** Free heap with Wi-Fi up, the lower end of what boards have (ESP8266: 40 to 45 KB, ESP32: 150 to 250 KB) [bytes]. */
  heap: number;
  /** Pins that gpio addresses: D0 to D12 of an ESP8266 board, GPIO 0 to 21 of an ESP32-C3. */
  pins: number;
  /** Tasks that may wait at each priority, low to high. */
  taskQueues: readonly [number, number, number];
  /** A panic loops until the software watchdog bites (ESP8266), or aborts at once (ESP32) [ms]. */
  watchdog: number;
}

export const CHIPS: Record<Chip, ChipFacts> = {
  esp8266: { name: "ESP8266", heap: 40 * 1024, pins: 13, taskQueues: [8, 8, 8], watchdog: 3200 },
  esp32: { name: "ESP32", heap: 150 * 1024, pins: 22, taskQueues: [25, 125, 100], watchdog: 0 },
};
