/// <reference path="./pipe.d.ts" />
/** The chip and the firmware: memory, restart, sleep, tasks, errors, LFS. In every default build of both chips. */
declare namespace node {
  /** What both chips have. */
  interface Common {
    readonly task: TaskModule;
    readonly LFS: Lfs;
    /** The emergency garbage collector. Only in Lua 5.1 firmware: test it before use. */
    readonly egc?: Egc;

    /**
     * Tells why the board started. The second value is the one to use: 0 power on, 1 hardware watchdog,
     * 2 exception, 3 software watchdog, 4 restart, 5 deep sleep, 6 external reset; ESP32: 7 + the chip's reset reason.
     */
    bootreason(this: void): LuaMultiReturn<[raw: number, reason: number, ...more: number[]]>;

    /**
     * Compiles `name.lua` to `name.lc`, without debug information. Errors: "not a .lua file", "filename invalid",
     * "cannot open/write to file", "writing to file failed", or the compiler's own.
     */
    compile(this: void, filename: string): void;

    /** Returns the free heap in bytes. */
    heap(this: void): number;

    /** Tells about the firmware; the fields differ by chip. */
    info(this: void, group: "lfs"): LfsInfo;
    info(this: void, group: "sw_version"): SoftwareVersion;
    info(this: void, group: "build_config"): BuildConfig;
    info(this: void, group: "hw"): Partial<Esp8266Hardware & Esp32Hardware>;

    /** Runs a line as if it was typed at the console. */
    input(this: void, line: string): void;

    /** Turns the SDK's own messages on or off (off at start). ESP8266: only in builds with DEVELOPMENT_TOOLS. */
    osprint(this: void, enable: boolean): void;

    /** Restarts the board. ESP8266: the call returns, the restart follows. */
    restart(this: void): void;

    /**
     * Sets what is called with the text of an error that nothing caught; without a function the default returns,
     * which prints the error and restarts after 2 s. On ESP8266 errors in `net` callbacks do not come here.
     * @example
     * node.setonerror((err) => {
     *   print(err);
     *   node.restart();
     * });
     */
    setonerror(this: void, handler?: (this: void, err: string) => void): void;

    /** Returns how much debug information later compilations drop: 1 none, 2 names, 3 names and lines. */
    stripdebug(this: void): number;
    /** Sets it, or strips one function. Errors: "Invalid strip level", "not a valid function". */
    stripdebug(this: void, level: 1 | 2 | 3, f?: ((this: void, ...args: any[]) => any) | number): number;

    /** Old name of `node.LFS.get`. @deprecated */
    flashindex(this: void, name: string): LfsFunction | undefined;
    /** Old name of `node.LFS.reload`. @deprecated */
    flashreload(this: void, image: string): string;
  }

  /** `node` on ESP8266. */
  interface Esp8266 extends Common {
    /** What wakes from `sleep`. Only in builds with PMSLEEP_ENABLE, as the next four. */
    readonly INT_UP: FirmwareConstant<"node.int">;
    readonly INT_DOWN: FirmwareConstant<"node.int">;
    readonly INT_BOTH: FirmwareConstant<"node.int">;
    readonly INT_LOW: FirmwareConstant<"node.int">;
    readonly INT_HIGH: FirmwareConstant<"node.int">;
    readonly CPU80MHZ: 80;
    readonly CPU160MHZ: 160;
    /** The emergency garbage collector. Absent if the firmware was built with Lua 5.3. */
    readonly egc: Esp8266Egc;

    /** Returns the chip's id. */
    chipid(this: void): number;

    info(this: void, group: "lfs"): LfsInfo;
    info(this: void, group: "sw_version"): SoftwareVersion;
    info(this: void, group: "build_config"): BuildConfig;
    info(this: void, group: "hw"): Esp8266Hardware;
    /** Returns major, minor, revision, chip id, flash id, flash size in KB, flash mode, flash speed. @deprecated */
    info(this: void): LuaMultiReturn<[number, number, number, number, number, number, number, number]>;

    /**
     * Sleeps deeply; the board starts anew afterwards (pin RST tied to D0). Nothing is set by an argument that is nil.
     * Values out of range are not refused, the firmware's checks of them have no effect.
     * @param us microseconds, 0 for ever, less than 36000000000 and see `dsleepMax`
     * @param option radio at wake-up: 0 calibration by init data, 1 calibration, 2 none, 4 radio off
     * @param instant not 0: does not wait for the radio to shut down
     */
    dsleep(this: void, us?: number, option?: 0 | 1 | 2 | 4, instant?: number): void;
    /** Returns the longest possible deep sleep in µs. */
    dsleepMax(this: void): number;

    /** Returns the id of the flash chip. */
    flashid(this: void): number;
    /** Returns the size of the flash in bytes. */
    flashsize(this: void): number;

    /** Returns the CPU's clock in MHz. */
    getcpufreq(this: void): 80 | 160;
    /** Sets the CPU's clock and returns it. @param mhz `node.CPU80MHZ` or `node.CPU160MHZ` */
    setcpufreq(this: void, mhz: 80 | 160): 80 | 160;

    /** Returns where LFS and SPIFFS are in flash, in bytes. */
    getpartitiontable(this: void): PartitionTable;
    /** Changes where LFS and SPIFFS are, and restarts. Raises an error if the values do not fit. In bytes, multiples of 4096. */
    setpartitiontable(this: void, table: Partial<PartitionTable>): void;

    /**
     * Sends what is printed to a pipe that the function reads; without a function output goes to the console again.
     * An error in the function restarts the board.
     * @param serial 0: not to the serial console too; default 1
     */
    output(this: void, reader?: (this: void, output: pipe.Pipe) => boolean | void, serial?: 0 | 1): void;

    /** Returns a true random number in [0, 1), an integer in 1…n, or in low…high. Error: "interval is empty". */
    random(this: void, n?: number): number;
    random(this: void, low: number, high: number): number;

    /** Sets the SDK's stored settings (Wi-Fi) to their defaults. */
    restore(this: void): void;

    /** Sleeps lightly. Only in builds with PMSLEEP_ENABLE and TIMER_SUSPEND_ENABLE; else the error "node.sleep() is unavailable". */
    sleep(this: void, options: SleepOptions): void;

    /** Returns the start options; sets those given (an empty table resets all). Error: "failed to set command". */
    startup(this: void, options?: Partial<StartupOptions>): StartupOptions;
    /** Sets what runs at start instead of init.lua: `"@file"` or `"=Lua code"`. False if it could not be stored. @deprecated use `startup` */
    startupcommand(this: void, command: string): boolean;
    /** Tells how long the steps of the start took. Only in builds with PLATFORM_STARTUP_COUNT. @param marker adds an entry */
    startupcounts(this: void, marker?: number): { name: string; line: number; ccount: number }[];

    /** Reads a reboot configuration record. Only in builds with DEVELOPMENT_TOOLS. */
    readrcr(this: void, id: number): string | undefined;
    /** Writes a reboot configuration record and returns its size. Only in builds with DEVELOPMENT_TOOLS. */
    writercr(this: void, id: number, data: string): number;
    /** Reads the bits of an integer as a float. Only in Lua 5.3 builds with DEVELOPMENT_TOOLS. */
    int2float(this: void, bits: number): number;
    /** Returns the bits of a float as an integer. Only in Lua 5.3 builds with DEVELOPMENT_TOOLS. */
    float2int(this: void, value: number): number;
  }

  /** `node` on ESP32. */
  interface Esp32 extends Common {
    /** Reasons that `sleep` returns. */
    readonly wakeup: Wakeup;

    /** Returns the chip's id as a string "0x…". Only on the original ESP32. */
    chipid(this: void): string;
    /** Returns the chip's model, such as "esp32", "esp32s3", "esp32c3". */
    chipmodel(this: void): string;

    info(this: void, group: "lfs"): LfsInfo;
    info(this: void, group: "sw_version"): SoftwareVersion & { node_version: string };
    info(
      this: void,
      group: "build_config",
    ): BuildConfig & {
      esp_console?: "uart" | "usb_serial_jtag" | "usb_cdc";
    };
    info(this: void, group: "hw"): Esp32Hardware;

    /** Sleeps deeply; the board starts anew afterwards. @param us microseconds */
    dsleep(this: void, us: number): never;
    dsleep(this: void, options: DeepSleepOptions): never;

    /**
     * Sends what is printed to a function; without one output goes to the console again.
     * @param serial 0: not to the serial console too; default 1
     */
    output(this: void, handler?: (this: void, text: string) => void, serial?: 0 | 1): void;

    /**
     * Sleeps lightly and returns why it woke (`node.wakeup`).
     * Error: "WiFi and BT must be stopped before sleeping".
     */
    sleep(this: void, options: LightSleepOptions): number;

    /** Returns the µs since the start and their overflow count. A float in the default build: exact for about 16 s. */
    uptime(this: void): LuaMultiReturn<[us: number, high: number]>;
  }

  /** `node` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {
    /** ESP8266: a number. ESP32: a string, and only on the original ESP32. */
    readonly chipid?: (this: void) => number | string;
    /** Sends what is printed to a function: a pipe on ESP8266, a string on ESP32. */
    output(this: void, handler?: (this: void, output: any) => void, serial?: 0 | 1): void;
  }

  /** The priority of a task: 0 low, 1 medium, 2 high. */
  type Priority = 0 | 1 | 2;

  interface TaskModule {
    readonly LOW_PRIORITY: 0;
    readonly MEDIUM_PRIORITY: 1;
    readonly HIGH_PRIORITY: 2;
    /**
     * Runs a function after the current one has returned; higher priorities first.
     * Errors: "invalid  priority", "Task queue overflow. Task not posted" (ESP8266: 8 per priority).
     * @example
     * node.task.post(() => print("later"));
     * node.task.post(node.task.HIGH_PRIORITY, () => print("sooner"));
     */
    post(this: void, task: (this: void, priority: Priority) => void): void;
    /** @param priority default `MEDIUM_PRIORITY` */
    post(this: void, priority: Priority, task: (this: void, priority: Priority) => void): void;
  }

  /** A compiled file of the LFS region. */
  type LfsFunction = (this: void, ...args: any[]) => any;

  /** The Lua flash store. Any other field is a short form of `get`. */
  interface Lfs {
    /** Where the region is and how much of it is used. */
    readonly config: LfsInfo;
    /** When the image was made, seconds since 1970; nil if there is none. */
    readonly time?: number;
    /** Returns the function of that name, nil if there is none. */
    get(this: void, name: string): LfsFunction | undefined;
    /** Returns the names in the region, sorted; nil if there is no image. */
    list(this: void): string[] | undefined;
    /** Loads an image and restarts; returns the text of the error if the image is not good. */
    reload(this: void, image: string): string;
  }

  interface LfsInfo {
    /** Bytes from the start of the flash. */
    lfs_base: number;
    /** Address in memory. */
    lfs_mapped: number;
    /** Bytes. */
    lfs_size: number;
    /** Bytes. */
    lfs_used: number;
  }

  interface SoftwareVersion {
    git_branch: string;
    git_commit_id: string;
    git_release: string;
    /** Time of the commit, "202404261200". */
    git_commit_dts: string;
    node_version_major: number;
    node_version_minor: number;
    node_version_revision: number;
  }

  interface BuildConfig {
    ssl: boolean;
    /** Bytes. */
    lfs_size: number;
    /** Names, separated by commas. */
    modules: string;
    number_type: string;
  }

  interface Esp8266Hardware {
    chip_id: number;
    flash_id: number;
    /** KB. */
    flash_size: number;
    /** 0 QIO, 1 QOUT, 2 DIO, 15 DOUT. */
    flash_mode: number;
    /** Hz. */
    flash_speed: number;
  }

  interface Esp32Hardware {
    chip_model: string;
    /** Bits: what the chip has. */
    chip_features: number;
    chip_major_rev: number;
    chip_minor_rev: number;
    cpu_cores: number;
    /** KB. */
    flash_size: number;
    flash_id: number;
  }

  /** A mode of the emergency garbage collector. */
  type EgcMode = FirmwareConstant<"node.egc">;

  /** The emergency garbage collector: what both chips have. */
  interface Egc {
    /** No forced collection. */
    readonly NOT_ACTIVE: EgcMode;
    /** Collects when an allocation fails. */
    readonly ON_ALLOC_FAILURE: EgcMode;
    /** Collects when the limit is passed. */
    readonly ON_MEM_LIMIT: EgcMode;
    /** Collects before every allocation: the setting at start. */
    readonly ALWAYS: EgcMode;
    /**
     * Sets the mode. Errors: "invalid mode", "limit must be non-zero".
     * @param limit bytes that Lua may use; negative (ESP8266): bytes to leave free. For `ON_MEM_LIMIT`.
     */
    setmode(this: void, mode: EgcMode, limit?: number): void;
  }

  interface Esp8266Egc extends Egc {
    /** Returns the bytes that Lua has allocated, and the collector's estimate of those in use. */
    meminfo(this: void): LuaMultiReturn<[allocated: number, used: number]>;
  }

  interface Wakeup {
    readonly GPIO: FirmwareConstant<"node.wakeup">;
    readonly TIMER: FirmwareConstant<"node.wakeup">;
    readonly TOUCHPAD: FirmwareConstant<"node.wakeup">;
    readonly UART: FirmwareConstant<"node.wakeup">;
    readonly ULP: FirmwareConstant<"node.wakeup">;
  }

  interface PartitionTable {
    lfs_addr: number;
    lfs_size: number;
    spiffs_addr: number;
    spiffs_size: number;
  }

  /** Light sleep on ESP8266. */
  interface SleepOptions {
    /** Pin that wakes, 1 to 12. */
    wake_pin: number;
    /** What at the pin wakes; default `node.INT_LOW`. */
    int_type?: FirmwareConstant<"node.int">;
    /** Called after Wi-Fi woke. */
    resume_cb?: (this: void) => void;
    /** Default true: Wi-Fi is as before after waking. */
    preserve_mode?: boolean;
  }

  interface StartupOptions {
    /** What runs at start instead of init.lua; absent: init.lua. */
    command?: string;
    /** Print the banner; default true. */
    banner: boolean;
    /** MHz at start; default `node.CPU80MHZ`. */
    frequency: 80 | 160;
    /** Mount the file system at its first use only; default false. */
    delay_mount: boolean;
  }

  /** Times add up. */
  interface SleepTime {
    /** Microseconds. */
    us?: number;
    /** Seconds. */
    secs?: number;
  }

  /** Deep sleep on ESP32. Errors name what the chip cannot do. */
  interface DeepSleepOptions extends SleepTime {
    /** Pins that wake; RTC pins only. */
    gpio?: number | number[];
    /** Level at the pins that wakes; default 1. */
    level?: 0 | 1;
    /** Keep pull-ups and pull-downs powered; default false. */
    pull?: boolean;
    /** Pins to disconnect while asleep. */
    isolate?: number[];
    /** Wake on touch; default false. */
    touch?: boolean;
  }

  /** Light sleep on ESP32. */
  interface LightSleepOptions extends SleepTime {
    /** UARTs that wake. */
    uart?: number | number[];
    /** Wake by pins set up with `gpio.wakeup`; default false. */
    gpio?: boolean;
    /** Wake on touch; default false. */
    touch?: boolean;
    /** Wake by the ultra-low-power processor; default false. */
    ulp?: boolean;
  }
}
