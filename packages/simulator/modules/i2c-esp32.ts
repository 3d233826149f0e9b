// Module i2c (ESP32-C3): a bus in software, and one in hardware whose commands are queued until transfer(). Nobody in the simulated world is a
// master, so there is no slave side.
import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import { I2cBus } from "../devices/i2c.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";
import { DIRECTIONS, SPEEDS, writeData } from "./i2c.ts";

const SW = 0;
const HW0 = 1;
const HW1 = 2;
/** The clock that the C3's hardware divides [Hz]. */
const SOURCE = 40_000_000;
/** A hardware time-out is a power of two of its clock's cycles: the exponent's limit. */
const MOST_TIMEOUT = 31;
const BITS_OF_BYTE = 9;

/** One command in the queue of a hardware bus; true: the slave has to acknowledge. */
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

export function i2cEsp32(host: Host): void {
  const { vm, board } = host;
  /** Until setup() nobody is wired to it. */
  let software = new I2cBus(new Map(), 0, 0);
  let hardware: Hardware | undefined;

  function checkId(L: number): number {
    const id = vm.checkInteger(L, 1);
    if (id < SW || id > HW1) vm.argumentError(L, 1, "invalid i2c interface id");
    return id;
  }
  function checkHardware(L: number, id: number): void {
    if (id !== HW0) vm.argumentError(L, 1, "invalid hardware id");
  }
  /** The hardware bus that was set up, with its queue. */
  function queueOf(L: number, id: number): Hardware {
    checkHardware(L, id);
    return hardware ?? raise("no commands scheduled");
  }
  function checkedBoolean(L: number, index: number): boolean {
    if (vm.type(L, index) <= LuaType.nil) return true;
    if (vm.type(L, index) !== LuaType.boolean) vm.api.luaL_checktype!(L, index, LuaType.boolean);
    return vm.boolean(L, index);
  }
  function existing(pin: number): number {
    return pin >= 0 && pin < CHIPS.esp32.pins ? pin : raise(`gpio ${pin} does not exist`);
  }

  function setupHardware(L: number, id: number, [sda, scl, speed]: [number, number, number]): number {
    const stretch = vm.api.lua_gettop!(L) > 4 ? vm.checkInteger(L, 5) : 1;
    checkHardware(L, id);
    if (speed === 0) vm.argumentError(L, 4, "invalid speed");
    if (stretch <= 0) vm.argumentError(L, 5, "invalid stretch factor");
    const timeout = timeoutOf(speed) * stretch;
    if (timeout * stretch > MOST_TIMEOUT) vm.argumentError(L, 5, "excessive stretch factor");
    // the driver is there already
    if (hardware) raise("i2c command failed or NACK from slave");
    const bus = new I2cBus(board.wiring.i2c, sda, scl);
    hardware = { bus, speed, job: { commands: [], size: undefined } };
    return timeout;
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

  function transfer(L: number): number {
    const bus = queueOf(L, vm.checkInteger(L, 1));
    const isLater = vm.type(L, 2) === LuaType.function;
    vm.optionalInteger(L, isLater ? 3 : 2, 0);
    const { job } = bus;
    bus.job = { commands: [], size: undefined };
    if (!isLater) {
      const { data, isGood } = carryOut(bus, job);
      vm.pushValue(L, isGood ? data : undefined);
      vm.pushValue(L, isGood);
      return 2;
    }
    const done = vm.ref(L, 2);
    const { data, isGood, time } = carryOut(bus, job);
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
  }

  defineModule(
    vm,
    "i2c",
    {
      setup: (L) => {
        const id = vm.checkInteger(L, 1);
        const pins = [vm.checkInteger(L, 2), vm.checkInteger(L, 3)] as const;
        const speed = vm.checkInteger(L, 4);
        checkId(L);
        const [sda, scl] = [existing(pins[0]), existing(pins[1])];
        if (id === SW) {
          if (speed < 0 || speed > SPEEDS.SLOW)
            vm.argumentError(L, 4, "i2c speed too high for i2c.SW interface");
          if (speed !== SPEEDS.SLOW) raise("setup failed");
          software = new I2cBus(board.wiring.i2c, sda, scl);
          vm.pushValue(L, speed);
          return 1;
        }
        if (speed < 0 || speed > SPEEDS.FASTPLUS)
          vm.argumentError(L, 4, "i2c speed too high for i2c.HWx interfaces");
        vm.pushValue(L, setupHardware(L, id, [sda, scl, speed]));
        return 1;
      },
      start: (L) => {
        const id = checkId(L);
        if (id === SW) software.start();
        else queueOf(L, id).job.commands.push({ kind: "start" });
        return 0;
      },
      stop: (L) => {
        const id = checkId(L);
        if (id === SW) software.stop();
        else queueOf(L, id).job.commands.push({ kind: "stop" });
        return 0;
      },
      address: (L) => {
        const id = checkId(L);
        const address = vm.checkInteger(L, 2);
        if (address < 0 || address > 127) vm.argumentError(L, 2, "i2c address out of 7-bit range");
        const direction = vm.checkInteger(L, 3);
        if (direction !== DIRECTIONS.TRANSMITTER && direction !== DIRECTIONS.RECEIVER)
          vm.argumentError(L, 3, "invalid i2c address direction");
        const checks = checkedBoolean(L, 4);
        const byte = (address << 1) | direction;
        if (id === SW) vm.pushValue(L, software.send(byte));
        else {
          queueOf(L, id).job.commands.push({ kind: "send", byte, checks });
          vm.pushValue(L, true);
        }
        return 1;
      },
      write: (L) => {
        const id = checkId(L);
        let checks = true;
        if (vm.type(L, -1) === LuaType.boolean) {
          checks = vm.boolean(L, -1);
          vm.pop(L);
        }
        if (vm.api.lua_gettop!(L) < 2) raise("not enough or wrong arg types for i2c.write");
        const send = (byte: number): boolean => {
          if (id === SW) return software.send(byte) || !checks;
          queueOf(L, id).job.commands.push({ kind: "send", byte, checks });
          return true;
        };
        const wrote = writeData(host, L, send, {
          inNumber: "numeric value for i2c.write does not fit in 1 byte",
          inTable: "table value for i2c.write does not fit in 1 byte",
        });
        vm.pushValue(L, wrote);
        return 1;
      },
      read: (L) => {
        const id = checkId(L);
        const size = vm.checkInteger(L, 2);
        if (size === 0) vm.argumentError(L, 2, "i2c read size of 0 is invalid");
        if (id === SW) {
          vm.push(
            L,
            Uint8Array.from({ length: size }, () => software.receive()),
          );
          return 1;
        }
        const { job } = queueOf(L, id);
        if (job.size !== undefined) raise("only one read per transfer supported");
        job.size = size;
        job.commands.push({ kind: "read" });
        return 0;
      },
      transfer,
    },
    { ...SPEEDS, ...DIRECTIONS, SW, HW0, HW1 },
  );
}
