// Module ow of both chips, with thermometers on the bus.
import assert from "node:assert/strict";
import { ds18b20 } from "../../../packages/simulator/devices/ds18b20.ts";
import { crc8, romOf } from "../../../packages/simulator/devices/one-wire.ts";
import { Rig } from "../rig.ts";

const PIN = 4;
const MEASURE = `ow.reset(4) ow.skip(4) ow.write(4, 0x44, 1)`;
/** Sixteenths of a degree, and whether the checksum fits. */
const READ = `ow.reset(4) ow.skip(4) ow.write(4, 0xBE, 1)
  local data = ow.read_bytes(4, 9)
  local low, high = data:byte(1, 2)
  local steps = low + 256 * high
  if steps > 32767 then steps = steps - 65536 end
  return steps, ow.crc8(data:sub(1, 8)) == data:byte(9)`;
const SEARCH = `ow.reset_search(4)
  local all = {}
  for rom in function() return ow.search(4) end do
    all[#all + 1] = rom:gsub(".", function(c) return string.format("%02x", c:byte()) end)
  end
  return table.concat(all, " ")`;

const hex = (rom: Uint8Array) => Buffer.from(rom).toString("hex");

for (const chip of ["esp8266", "esp32"] as const)
  describe(`ow on ${chip}`, () => {
    let rig: Rig;
    beforeEach(() => {
      rig = new Rig("ow.setup(4)", { chip, peripherals: true });
      rig.printed();
    });
    const attach = (celsius: number, serial?: number) => {
      const device = ds18b20(celsius, serial);
      rig.board.wiring.oneWire(PIN).devices.add(device);
      return device;
    };

    it("measures a temperature: 85 °C before the first conversion, the new one 750 ms after it was asked for", () => {
      const device = attach(21.5);
      assert.deepEqual(rig.lua(READ), [85 * 16, true]);
      rig.lua(MEASURE);
      rig.wait(740);
      assert.deepEqual(rig.lua(READ), [85 * 16, true], "too early");
      rig.lua(MEASURE);
      rig.wait(750);
      assert.deepEqual(rig.lua(READ), [21.5 * 16, true]);
      device.celsius = -10.125;
      rig.lua(MEASURE);
      rig.wait(750);
      assert.deepEqual(rig.lua(READ), [-10.125 * 16, true]);
    });

    it("holds the line down while it measures", () => {
      attach(20);
      rig.lua(MEASURE);
      assert.equal(rig.value("ow.read(4)"), 0);
      rig.wait(750);
      assert.equal(rig.value("ow.read(4)"), 255);
    });

    it("measures faster with fewer bits", () => {
      attach(21.5625);
      rig.lua('ow.reset(4) ow.skip(4) ow.write_bytes(4, "\\78\\0\\0\\31")');
      rig.lua(MEASURE);
      rig.wait(94);
      assert.deepEqual(rig.lua(READ), [21.5 * 16, true]);
    });

    it("finds every device, and speaks to one of many", () => {
      const roms = [1, 2, 3, 0x123456].map((serial) => hex(attach(serial % 100, serial).rom));
      assert.deepEqual(
        String(rig.value(`(function() ${SEARCH} end)()`))
          .split(" ")
          .sort(),
        roms.sort(),
      );
      const one = [...romOf(0x28, 3)].map((byte) => `\\${byte}`).join("");
      rig.lua(MEASURE);
      rig.wait(750);
      assert.deepEqual(rig.lua(READ.replace("ow.skip(4)", `ow.select(4, "${one}")`)), [3 * 16, true]);
    });

    it("hears nobody on an empty bus", () => {
      assert.deepEqual(rig.lua("return ow.reset(4), ow.read(4)"), [0, 255]);
      assert.equal(rig.value(`(function() ${SEARCH} end)()`), "");
      attach(20);
      assert.equal(rig.value("ow.reset(4)"), 1);
    });

    it("searches for a family", () => {
      const other = { rom: romOf(0x10, 7), write: () => {}, read: () => 0 };
      rig.board.wiring.oneWire(PIN).devices.add(other);
      const { rom } = attach(20);
      rig.lua("ow.target_search(4, 0x28)");
      assert.equal(
        rig.value('(ow.search(4):gsub(".", function(c) return string.format("%02x", c:byte()) end))'),
        hex(rom),
      );
    });

    it("calculates checksums", () => {
      // Maxim's application note 27, and CRC-16/ARC of its usual text
      assert.equal(crc8([0x02, 0x1c, 0xb8, 0x01, 0, 0, 0]), 0xa2);
      assert.deepEqual(
        rig.lua('return ow.crc8("\\2\\28\\184\\1\\0\\0\\0"), ow.crc16("123456789")'),
        [0xa2, 0xbb3d],
      );
      assert.equal(rig.value('ow.check_crc16("123456789", 0xC2, 0x44)'), true);
    });
  });

it("ow on ESP8266 refuses what it cannot do", () => {
  const rig = new Rig("", { peripherals: true });
  const cases: [call: string, message: string][] = [
    ["ow.setup(0)", "no 1-wire for D0"],
    ["ow.setup(13)", "ow 13 does not exist"],
    ["ow.reset(0)", "ow 0 does not exist"],
    ["ow.write(4, 256)", "wrong arg range"],
    ['ow.select(4, "short")', "wrong arg range"],
    ["ow.read_bytes(4, 257)", "bad argument #2 to 'read_bytes' (Attempt to read too many characters)"],
  ];
  for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
});

it("ow on ESP32 needs setup, which takes its peripheral", () => {
  const rig = new Rig("", { chip: "esp32", peripherals: true });
  const cases: [call: string, message: string][] = [
    ["ow.reset(4)", "failed"],
    ["ow.skip(4)", "write failed"],
    ["ow.setup(-1)", "bad argument #1 to 'setup' (invalid pin)"],
    ["ow.setup(22)", "failed"],
    ["ow.write(4, 256)", "bad argument #2 to 'write' (invalid data)"],
    ["ow.search(4)", "search not initialized"],
  ];
  for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
});
