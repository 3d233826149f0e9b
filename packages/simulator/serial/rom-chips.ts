// What a chip's mask ROM tells flashers of itself. That of the ESP32-C3 is checked against test/vectors/rom-esp32c3.json.

export type RomChip = "esp8266" | "esp32" | "esp32c3";

export interface RomDescription {
  /** Bytes of status at the end of the ROM's answers; the loaded one's are always 2. */
  status: number;
  spi: { base: number; usr: number; usr2: number; w0: number };
  /** What registers hold that flashers read to tell the chip, its MAC and its crystal. */
  registers: Record<number, number>;
  /** Answer of the flash chip to READ_ID. */
  flashId: number;
  /** Answer to GET_SECURITY_INFO in hex, of chips that have it. */
  security?: string;
  /** What the chip prints when it is reset into its boot loader. */
  greeting: string;
}

export const ROMS: Record<RomChip, RomDescription> = {
  esp8266: {
    status: 2,
    spi: { base: 0x60000200, usr: 0x1c, usr2: 0x24, w0: 0x40 },
    registers: {
      1073745920: 0xfff0c101,
      1072693328: 0x77000000,
      1072693332: 0x02c0ffee & 0xffff,
      1072693336: 0x00009000,
      1072693340: 0x8c5cf7ff & 0xffffff,
      1610612756: 451,
    },
    flashId: 0x1640ef,
    greeting: "",
  },
  esp32: {
    status: 4,
    spi: { base: 0x3ff42000, usr: 0x1c, usr2: 0x24, w0: 0x80 },
    registers: {
      1073745920: 0x00f01d83,
      1073061892: 0xc4c0ffee,
      1073061896: 0x00a0240a,
      1073061900: 0,
      1072955412: 347,
    },
    flashId: 0x1640c8,
    greeting:
      "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n",
  },
  esp32c3: {
    status: 4,
    spi: { base: 0x60002000, usr: 0x18, usr2: 0x20, w0: 0x58 },
    registers: {
      1073745920: 0x1b31506f,
      1610647620: 0xc4000010,
      1610647624: 0x0000240a,
      1610647632: 0x000c0000,
      1610620952: 0x800000c0,
      1610620960: 0x70000000,
    },
    flashId: 0x1640c8,
    security: "00000000000000000000000c0500000003000000",
    greeting:
      "ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\nrst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n",
  },
};
