// Module i2c (ESP32-C3): a bus in software, and one in hardware whose commands are queued until transfer(). Nobody in the simulated world is a
// master, so there is no slave side.
import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import { I2cBus } from "../devices/i2c.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise } from "./binding.ts";
import { DIRECTIONS, SPEEDS, writeData } from "./i2c.ts";
import { FirmwareModule } from "./module.ts";

const SW = 0;
const HW0 = 1;
const HW1 = 2;
/** The clock that the C3's hardware divides [Hz]. */
const SOURCE = 40_000_000;
/** A hardware time-out is a power of two of its clock's cycles: the exponent's limit. */
const MOST_TIMEOUT = 31;
const BITS_OF_BYTE = 9;

/** One command in the queue of a hardware bus; checks: the slave has to acknowledge. */
type Command = { kind: "start" | "stop" | "read" } | { kind: "send"; byte: number; checks: boolean };

/** What is to be done at the next transfer. */
interface Job {
  commands: Command[];
  /** Bytes to read; undefined: none. */
  size: number | undefined;
}

interface Hardware {
  bus: I2cBus;
  speed: number;
  job: Job;
}

/** The exponent of the time-out that IDF calculates for a speed (hal/esp32c3/i2c_ll.h). */
function timeoutOf(speed: number): number {
  const divider = Math.floor(SOURCE / (speed * 1024)) + 1;
  const halfCycle = Math.floor(SOURCE / divider / speed / 2);
  return 32 - Math.clz32(5 * halfCycle) + 2;
}

/** Does what is queued. @returns what was read, whether all was acknowledged, and how long it took [ms] */
function carryOut({ bus, speed }: Hardware, { commands, size }: Job) {
  // what an interrupted transfer leaves in the firmware's buffer is anything
  const read = new Uint8Array(size ?? 0);
  let bytes = 0;
  let isGood = true;
  for (const command of commands) {
    if (command.kind === "send") {
      bytes++;
      if (bus.send(command.byte) || !command.checks) continue;
      isGood = false;
      bus.stop();
      break;
    }
    if (command.kind === "start") bus.start();
    else if (command.kind === "stop") bus.stop();
    else {
      for (let i = 0; i < read.length; i++) read[i] = bus.receive();
      bytes += read.length;
    }
  }
  return {
    data: size === undefined ? undefined : read,
    isGood,
    time: (bytes * BITS_OF_BYTE * 1000) / speed,
  };
}

class I2c extends FirmwareModule {
  /** Until setup() nobody is wired to it. */
  #software = new I2cBus(new Map(), 0, 0);
  #hardware: Hardware | undefined;

  readonly #functions: Functions = {
    setup: (L) => {
      const id = this.vm.checkInteger(L, 1);
      const pins = [this.vm.checkInteger(L, 2), this.vm.checkInteger(L, 3)] as const;
      const speed = this.vm.checkInteger(L, 4);
      this.#checkId(L);
      for (const pin of pins) if (pin < 0 || pin >= CHIPS.esp32.pins) raise(`gpio ${pin} does not exist`);
      const set = id === SW ? this.#setupSoftware(L, pins, speed) : this.#setupHardware(L, id, pins, speed);
      return this.results(L, set);
    },
    start: (L) => this.#command(L, "start"),
    stop: (L) => this.#command(L, "stop"),
    address: (L) => {
      const { vm } = this;
      const id = this.#checkId(L);
      const address = vm.checkInteger(L, 2);
      if (address < 0 || address > 127) vm.argumentError(L, 2, "i2c address out of 7-bit range");
      const direction = vm.checkInteger(L, 3);
      if (direction !== DIRECTIONS.TRANSMITTER && direction !== DIRECTIONS.RECEIVER)
        vm.argumentError(L, 3, "invalid i2c address direction");
      const checks = this.#checkedBoolean(L, 4);
      return this.results(L, this.#send(L, id, (address << 1) | direction, checks));
    },
    write: (L) => {
      const { vm } = this;
      const id = this.#checkId(L);
      let checks = true;
      if (vm.type(L, -1) === LuaType.boolean) {
        checks = vm.boolean(L, -1);
        vm.pop(L);
      }
      if (vm.api.lua_gettop!(L) < 2) raise("not enough or wrong arg types for i2c.write");
      const wrote = writeData(this.host, L, (byte) => this.#send(L, id, byte, checks) || !checks, {
        inNumber: "numeric value for i2c.write does not fit in 1 byte",
        inTable: "table value for i2c.write does not fit in 1 byte",
      });
      return this.results(L, wrote);
    },
    read: (L) => {
      const id = this.#checkId(L);
      const size = this.vm.checkInteger(L, 2);
      if (size === 0) this.vm.argumentError(L, 2, "i2c read size of 0 is invalid");
      if (id === SW) {
        const bytes = Uint8Array.from({ length: size }, () => this.#software.receive());
        this.vm.push(L, bytes);
        return 1;
      }
      const { job } = this.#queue(L, id);
      if (job.size !== undefined) raise("only one read per transfer supported");
      job.size = size;
      job.commands.push({ kind: "read" });
      return 0;
    },
    transfer: (L) => {
      const { vm, host } = this;
      const bus = this.#queue(L, vm.checkInteger(L, 1));
      const isLater = vm.type(L, 2) === LuaType.function;
      vm.optionalInteger(L, isLater ? 3 : 2, 0);
      const { job } = bus;
      bus.job = { commands: [], size: undefined };
      const { data, isGood, time } = carryOut(bus, job);
      if (!isLater) {
        vm.pushValue(L, isGood ? data : undefined);
        vm.pushValue(L, isGood);
        return 2;
      }
      const done = vm.ref(L, 2);
      host.after(time, () => {
        host.post(1, () => {
          host.callProtected(done, (thread) => {
            vm.pushValue(thread, data);
            vm.pushValue(thread, isGood);
            return 2;
          });
          vm.unref(done);
        });
      });
      return 0;
    },
  };

  install(): void {
    defineModule(this.vm, "i2c", this.#functions, { ...SPEEDS, ...DIRECTIONS, SW, HW0, HW1 });
  }

  #setupSoftware(L: number, [sda, scl]: readonly [number, number], speed: number): number {
    if (speed < 0 || speed > SPEEDS.SLOW)
      this.vm.argumentError(L, 4, "i2c speed too high for i2c.SW interface");
    if (speed !== SPEEDS.SLOW) raise("setup failed");
    this.#software = new I2cBus(this.board.wiring.i2c, sda, scl);
    return speed;
  }

  #setupHardware(L: number, id: number, [sda, scl]: readonly [number, number], speed: number): number {
    const { vm } = this;
    if (speed < 0 || speed > SPEEDS.FASTPLUS)
      vm.argumentError(L, 4, "i2c speed too high for i2c.HWx interfaces");
    const stretch = vm.api.lua_gettop!(L) > 4 ? vm.checkInteger(L, 5) : 1;
    this.#checkHardware(L, id);
    if (speed === 0) vm.argumentError(L, 4, "invalid speed");
    if (stretch <= 0) vm.argumentError(L, 5, "invalid stretch factor");
    const timeout = timeoutOf(speed) * stretch;
    if (timeout * stretch > MOST_TIMEOUT) vm.argumentError(L, 5, "excessive stretch factor");
    // the driver is there already
    if (this.#hardware) raise("i2c command failed or NACK from slave");
    const bus = new I2cBus(this.board.wiring.i2c, sda, scl);
    this.#hardware = { bus, speed, job: { commands: [], size: undefined } };
    return timeout;
  }

  #command(L: number, kind: "start" | "stop"): number {
    const id = this.#checkId(L);
    if (id === SW) this.#software[kind]();
    else this.#queue(L, id).job.commands.push({ kind });
    return 0;
  }

  /** Sends a byte, or queues it. @returns whether it was acknowledged; true for one that is queued */
  #send(L: number, id: number, byte: number, checks: boolean): boolean {
    if (id === SW) return this.#software.send(byte);
    this.#queue(L, id).job.commands.push({ kind: "send", byte, checks });
    return true;
  }

  /** The bus in the first argument. */
  #checkId(L: number): number {
    const id = this.vm.checkInteger(L, 1);
    if (id < SW || id > HW1) this.vm.argumentError(L, 1, "invalid i2c interface id");
    return id;
  }

  #checkHardware(L: number, id: number): void {
    if (id !== HW0) this.vm.argumentError(L, 1, "invalid hardware id");
  }

  /** The hardware bus that was set up, with its queue. */
  #queue(L: number, id: number): Hardware {
    this.#checkHardware(L, id);
    return this.#hardware ?? raise("no commands scheduled");
  }

  #checkedBoolean(L: number, index: number): boolean {
    const { vm } = this;
    if (vm.type(L, index) <= LuaType.nil) return true;
    if (vm.type(L, index) !== LuaType.boolean) vm.api.luaL_checktype!(L, index, LuaType.boolean);
    return vm.boolean(L, index);
  }
}

/** Gives Lua the module i2c of ESP32. */
export function i2cEsp32(host: Host): void {
  new I2c(host).install();
}
