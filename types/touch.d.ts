/** Touch sensors. Only the original ESP32, off by default. */
declare namespace touch {
  type HighVoltage = FirmwareConstant<"touch.hvolt">;
  type LowVoltage = FirmwareConstant<"touch.lvolt">;
  type Attenuation = FirmwareConstant<"touch.atten">;
  type Trigger = FirmwareConstant<"touch.trigger">;

  interface Settings {
    /** 0 to 9, which are GPIO 4, 0, 2, 15, 13, 12, 14, 27, 33, 32. */
    pad: number | readonly number[];
    /** Called with the touched pads as keys. */
    cb?: (this: void, pads: Record<number, true>) => void;
    /** Whether interrupts are on from the start, default true. */
    intrInitAtStart?: boolean;
    /** Documented, but the firmware does not read it: use `setThres`. */
    thres?: number;
    /** Default `touch.TOUCH_TRIGGER_BELOW`. */
    thresTrigger?: Trigger;
    /** Period of the filter in ms; none if 0. */
    filterMs?: number;
    lvolt?: LowVoltage;
    hvolt?: HighVoltage;
    atten?: Attenuation;
    /** 0 to 7; the firmware reads it and does nothing with it. */
    slope?: number;
    isDebug?: boolean;
  }

  /** `touch` on ESP32. */
  interface Esp32 {
    readonly TOUCH_HVOLT_KEEP: HighVoltage;
    readonly TOUCH_HVOLT_2V4: HighVoltage;
    readonly TOUCH_HVOLT_2V5: HighVoltage;
    readonly TOUCH_HVOLT_2V6: HighVoltage;
    readonly TOUCH_HVOLT_2V7: HighVoltage;
    readonly TOUCH_HVOLT_MAX: HighVoltage;
    readonly TOUCH_LVOLT_KEEP: LowVoltage;
    readonly TOUCH_LVOLT_0V5: LowVoltage;
    readonly TOUCH_LVOLT_0V6: LowVoltage;
    readonly TOUCH_LVOLT_0V7: LowVoltage;
    readonly TOUCH_LVOLT_0V8: LowVoltage;
    readonly TOUCH_LVOLT_MAX: LowVoltage;
    readonly TOUCH_HVOLT_ATTEN_KEEP: Attenuation;
    readonly TOUCH_HVOLT_ATTEN_1V5: Attenuation;
    readonly TOUCH_HVOLT_ATTEN_1V: Attenuation;
    readonly TOUCH_HVOLT_ATTEN_0V5: Attenuation;
    readonly TOUCH_HVOLT_ATTEN_0V: Attenuation;
    readonly TOUCH_TRIGGER_BELOW: Trigger;
    readonly TOUCH_TRIGGER_ABOVE: Trigger;
    /**
     * Makes the sensor; there can be one. Errors: "Only 1 touch pad object allowed in touch library.", and what is wrong
     * with the pads.
     * @example
     * const sensor = touch.create({
     *   pad: [2, 3],
     *   filterMs: 10,
     *   cb: (pads) => print("touched", pads[2]),
     * });
     * const [raw] = sensor.read();
     * sensor.setThres(2, raw[2] - 30);
     * sensor.intrEnable();
     */
    create(this: void, settings: Settings): Sensor;
  }

  /** The sensor. @userdata touch.pctr */
  interface Sensor {
    /** Returns the values by pad, and with a filter the filtered ones. */
    read(): LuaMultiReturn<[raw: Record<number, number>, filtered: Record<number, number> | undefined]>;
    intrEnable(): void;
    intrDisable(): void;
    /** Sets the threshold of a pad. @param threshold 0 to 65536 */
    setThres(pad: number, threshold: number): void;
    setTriggerMode(mode: Trigger): void;
  }
}
