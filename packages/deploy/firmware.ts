// Writes NodeMCU itself to a board through the chip's boot loader, with esptool-js behind an adapter. Corrections to
// esptool-js 0.7.0, each for a defect that was measured: the reset at the end did not reset, the flash chip of an ESP8266
// was misread, progress and traces went to the console, images were changed, and nothing was verified unless asked.
import { createHash } from "node:crypto";
import type { ESPLoader, HardReset, ROM, Transport } from "esptool-js";
import { Mistake } from "../command/mistake.ts";
import { Problem } from "./diagnose.ts";
import type { SerialLink } from "./link.ts";
import { WebSerialPort } from "./webserial.ts";

export interface Image {
  address: number;
  data: Buffer;
  /** For messages. */
  path: string;
}

export interface FirmwareOptions {
  /** Refuse any other chip; "auto" takes what is there. */
  chip: string;
  /** Rate for the transfer. */
  baud: number;
  /** false for ports without DTR and RTS: the board is in its boot loader already, and is reset by hand. */
  reset?: boolean;
}

export interface Flashed {
  chip: string;
  mac: string;
  flashSize: string;
}

/** The rate at which every boot loader starts. */
const ROM_BAUD = 115200;
/** How long the chip's reset line (EN) is held low [ms]. */
const RESET_PULSE = 100;
/** Addresses at which code starts on each chip. They tell which chip an image is for if it has no chip id. */
const ENTRIES: [string, number, number][] = [
  ["ESP8266", 0x40100000, 0x40110000],
  ["ESP32", 0x40080000, 0x400a0000],
  ["ESP32-C3", 0x4037c000, 0x403e0000],
];
const IMAGE_MAGIC = 0xe9;
/** The chip ids of images with an extended header. */
const CHIP_IDS: Record<number, string> = {
  0: "ESP32",
  2: "ESP32-S2",
  5: "ESP32-C3",
  9: "ESP32-S3",
  13: "ESP32-C6",
};
/** A whole-flash image of an ESP32 begins with its boot loader here. */
const ESP32_BOOT = 0x1000;

/** The chip that an image is for; undefined if it does not say (data, a partition table). */
export function imageChip(data: Buffer): string | undefined {
  for (const at of [0, ESP32_BOOT]) {
    if (data[at] !== IMAGE_MAGIC || data.length < at + 24) continue;
    const entry = data.readUInt32LE(at + 4);
    const byEntry = ENTRIES.find(([, from, to]) => entry >= from && entry < to)?.[0];
    if (byEntry === "ESP8266") return byEntry;
    return CHIP_IDS[data.readUInt16LE(at + 12)] ?? byEntry;
  }
  return undefined;
}

/** Flash is erased in sectors of this size, and no chip has more of it [bytes]. */
const SECTOR = 4096;
const LARGEST_FLASH = 16 * 1024 * 1024;

/** Looks for mistakes in what is to be written, before a board is contacted. @throws Mistake */
export function checkImages(images: readonly Image[]): void {
  const hex = (address: number) => `0x${address.toString(16)}`;
  const sorted = [...images].sort((a, b) => a.address - b.address);
  for (const [i, { address, data, path }] of sorted.entries()) {
    if (data.length === 0) throw new Mistake(`${path} is empty: this is no firmware image`);
    if (address % SECTOR !== 0)
      throw new Mistake(
        `${path}: its offset ${hex(address)} is no multiple of ${hex(SECTOR)}, as flash needs it`,
      );
    if (address + data.length > LARGEST_FLASH)
      throw new Mistake(
        `${path}: ${data.length} bytes at ${hex(address)} go beyond ${hex(LARGEST_FLASH)}, more than any board's flash`,
      );
    if (address === 0 && data[0] !== IMAGE_MAGIC && data[ESP32_BOOT] !== IMAGE_MAGIC)
      throw new Mistake(
        `${path} is no firmware image: neither its first byte nor the one at ${hex(ESP32_BOOT)} is ${hex(IMAGE_MAGIC)}. If it goes elsewhere in flash, name its offset: --firmware 0x10000=${path}`,
      );
    const next = sorted[i + 1];
    if (next && next.address < address + data.length)
      throw new Mistake(
        `${path} (${data.length} bytes at ${hex(address)}) and ${next.path} (at ${hex(next.address)}) overlap`,
      );
  }
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * Writes firmware to a board through the boot loader of its chip and verifies what is in flash.
 * @throws Problem that says what the board did not do
 */
export async function writeFirmware(
  link: SerialLink,
  images: readonly Image[],
  options: FirmwareOptions,
  report: { say(text: string): void; progress(name: string, bytes: number, total: number): void },
): Promise<Flashed> {
  // Loading it takes a tenth of a second, which no other command should pay.
  const esptool = await import("esptool-js");
  const port = new WebSerialPort(link) as unknown as ConstructorParameters<typeof Transport>[0];
  const transport = new esptool.Transport(port, false);
  transport.trace = () => {};
  const silent = { clean: () => {}, write: () => {}, writeLine: () => {} };
  const loader = new esptool.ESPLoader({
    transport,
    baudrate: options.baud,
    romBaudrate: ROM_BAUD,
    terminal: silent,
    resetConstructors: { hardReset },
  });
  correctFlashId(loader);
  try {
    await loader.main(options.reset === false ? "no_reset" : "default_reset");
  } catch (error) {
    throw new Problem(
      "boot-loader",
      `the board's boot loader does not answer (${(error as Error).message}): hold its FLASH (BOOT) button, press reset, let go, and run this again`,
    );
  }
  const chip = loader.chip.CHIP_NAME;
  const mac = await loader.chip.readMac(loader);
  const flashSize = await loader.detectFlashSize();
  report.say(`${chip}, MAC ${mac}, ${flashSize ?? "unknown"} of flash`);
  if (options.chip !== "auto" && plain(options.chip) !== plain(chip))
    throw new Problem(
      "wrong-chip",
      `this board is an ${chip}, not the ${options.chip} of the configuration; nothing was written`,
    );
  for (const { data, path } of images) {
    const wanted = imageChip(data);
    if (wanted !== undefined && wanted !== chip)
      throw new Problem(
        "wrong-chip",
        `${path} is for ${wanted}, and this board is an ${chip}; nothing was written`,
      );
  }
  try {
    await loader.writeFlash({
      fileArray: images.map(({ address, data }) => ({ address, data: new Uint8Array(data) })),
      // With any other value esptool-js changes the header of the image and not the digest inside, which is wrong then.
      flashMode: "keep",
      flashFreq: "keep",
      flashSize: "keep",
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (image: Uint8Array) => createHash("md5").update(image).digest("hex"),
      reportProgress: (index: number, written: number, total: number) =>
        report.progress(images[index]!.path, written, total),
    });
  } catch (error) {
    throw new Problem(
      "firmware",
      `writing the firmware failed (${(error as Error).message}); the board may not start until it is written again`,
    );
  }
  await loader.after(options.reset === false ? "no_reset" : "hard_reset");
  await transport.disconnect();
  return { chip, mac, flashSize: flashSize ?? "unknown" };
}

/** Resets the chip into its own program: EN goes low and high again while GPIO0 is high. */
function hardReset(transport: Transport): HardReset {
  const reset = async () => {
    await transport.setSignals(false, true);
    await new Promise((resolve) => setTimeout(resolve, RESET_PULSE));
    await transport.setSignals(false, false);
  };
  return { transport, usingUsbOtg: false, reset } as unknown as HardReset;
}

/**
 * Keeps esptool-js from misreading the id of an ESP8266's flash chip. It sets two length registers that this chip does not have, at offset
 * 0, which is the command register.
 */
function correctFlashId(loader: ESPLoader): void {
  const open = loader as unknown as { applyDetectedChip(chip: ROM): void };
  const apply = open.applyDetectedChip.bind(loader);
  open.applyDetectedChip = (chip) => {
    apply(chip);
    if (chip.CHIP_NAME === "ESP8266")
      Object.assign(chip, { SPI_MOSI_DLEN_OFFS: null, SPI_MISO_DLEN_OFFS: null });
  };
}
