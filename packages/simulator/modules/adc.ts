// Module adc of both chips. ESP8266: pin A0, 0 to 1023, or the supply voltage. ESP32 (C3): channels 0 to 4 of the first converter, 12 bits,
// as IDF's driver for that chip has it.
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

const MOST = 1023;
const MOST_ESP32 = 4095;
const SUPPLY = 3300;
/** What a converter gives that is set to measure something else. */
const OTHER_MODE = 65535;
const INIT = { INIT_ADC: 0x00, INIT_VDD33: 0xff };

/** Gives Lua the module adc of ESP8266. */
export function adc(host: Host): void {
  const { vm, board } = host;
  defineModule(
    vm,
    "adc",
    {
      read: (L) => {
        const id = vm.checkInteger(L, 1);
        if (id !== 0) raise(`adc ${id} does not exist`);
        vm.pushValue(L, board.measuresSupply ? OTHER_MODE : board.wiring.analogLevel(0, MOST));
        return 1;
      },
      readvdd33: (L) => {
        vm.pushValue(L, board.measuresSupply ? SUPPLY : OTHER_MODE);
        return 1;
      },
      force_init_mode: (L) => {
        const mode = vm.checkInteger(L, 1) & 0xff;
        if (mode !== INIT.INIT_ADC && mode !== INIT.INIT_VDD33) vm.argumentError(L, 1, "Invalid mode");
        vm.pushValue(L, board.setMeasuresSupply(mode === INIT.INIT_VDD33));
        return 1;
      },
    },
    INIT,
  );
}

/** Channels of the C3's first converter; the firmware lets 8 through, and the driver refuses. */
const CHANNELS = 5;
const CHANNELS_CHECKED = 8;
const ONLY_WIDTH = 12;
const ATTENUATION = { ATTEN_0db: 0, ATTEN_2_5db: 1, ATTEN_6db: 2, ATTEN_11db: 3 };

/** Gives Lua the module adc of ESP32. */
export function adcEsp32(host: Host): void {
  const { vm, board } = host;
  function checkConverter(L: number): void {
    const id = vm.checkInteger(L, 1);
    if (id !== 1) raise(`adc ${id} does not exist`);
  }
  function checkChannel(L: number): number {
    const channel = vm.checkInteger(L, 2);
    if (channel < 0 || channel >= CHANNELS_CHECKED) raise(`channel ${channel} does not exist in ADC1`);
    return channel;
  }
  defineModule(
    vm,
    "adc",
    {
      setwidth: (L) => {
        checkConverter(L);
        if (vm.checkInteger(L, 2) !== ONLY_WIDTH) raise("adc_set_width failed");
        return 0;
      },
      setup: (L) => {
        checkConverter(L);
        const channel = checkChannel(L);
        const attenuation = vm.checkInteger(L, 3);
        const isKnown = Object.values(ATTENUATION).includes(attenuation);
        if (channel >= CHANNELS || !isKnown) raise("adc_setup failed");
        return 0;
      },
      read: (L) => {
        checkConverter(L);
        const channel = checkChannel(L);
        if (channel >= CHANNELS) raise("adc_read failed");
        vm.pushValue(L, board.wiring.analogLevel(channel, MOST_ESP32));
        return 1;
      },
      read_hall_sensor: () => {
        host.print(
          "Warning, deprecated API! msg. It will be removed IDFv5. See documentation for details.\n",
        );
        return raise("ADC hall sensor no longer supported in IDF, sorry");
      },
    },
    { ...ATTENUATION, ADC1: 1 },
  );
}
