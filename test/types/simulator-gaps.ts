// What the declarations have and the simulated board lacks, on purpose, and why; and what is the other way round.
// The check (simulator.test.ts) fails if something on these lists is no longer true.

type Reasons = Record<string, string>;

const pipes = "needs the module pipe, which the simulator has not";
const asleep = "deep sleep: the board would be a process that does nothing";
const build = "only in builds with an option that default builds lack";
const recorded =
  "the simulated ESP32 is the firmware of the recordings, of March 2022, which has no such thing";
const stored = "the flash of the simulated board keeps files, no start options";
const noLfs = "the simulated ESP32 has no LFS region unless a test gives it one";
const otherUarts = "the simulated ESP32 has the console's port only";

/** Declared for a module that the board has, absent on the board. A table stands for what is in it. */
export const gaps: Record<"esp8266" | "esp32", Reasons> = {
  esp8266: {
    "file.chdir": build,
    "file.mount": build,
    "file.vol:": "an object of file.mount",
    "gpio.pulse": "the module gpiopulse, off by default",
    "net.cert": "the module tls, off by default",
    "net.udpsocket:": "the simulated board has no UDP",
    "node.INT_BOTH": build,
    "node.INT_DOWN": build,
    "node.INT_HIGH": build,
    "node.INT_LOW": build,
    "node.INT_UP": build,
    "node.LFS.config": "the metatable of node.LFS makes it when it is asked for, as on the chip",
    "node.dsleep": asleep,
    "node.dsleepMax": asleep,
    "node.float2int": build,
    "node.int2float": build,
    "node.output": pipes,
    "node.readrcr": build,
    "node.startup": stored,
    "node.startupcommand": stored,
    "node.startupcounts": build,
    "node.writercr": build,
    "tmr.resume_all": build,
    "tmr.suspend_all": build,
    "tmr.timer:resume": build,
    "tmr.timer:suspend": build,
    "wifi.monitor": "the module wifi_monitor, off by default: radio frames",
    "wifi.startsmart": build,
    "wifi.stopsmart": build,
  },
  esp32: {
    "FILE*:setvbuf": recorded,
    "file.mkdir": recorded,
    "file.rmdir": recorded,
    "i2c.slave": "nobody else in the simulated world is a master",
    "io.close": "files are closed by their method; the console is no file here",
    "io.flush": "the console is no file here",
    "io.input": "the console is no file here",
    "io.output": "the console is no file here",
    "io.read": "the console is no file here",
    "io.type": "nothing in the deploy tools asks for it",
    "io.write": "crashes the recorded firmware",
    "node.LFS": noLfs,
    "node.chipid": "only on the original ESP32; the simulated one is an ESP32-C3",
    "node.dsleep": asleep,
    "node.flashindex": noLfs,
    "node.flashreload": noLfs,
    "node.info": recorded,
    "node.input": "the deploy tools type at the console instead",
    "node.output": "the deploy tools read the console instead",
    "node.sleep": "light sleep: the board would be a process that does nothing",
    "wifi.ap": "the simulated board is a station; nobody could join its access point",
    "node.wakeup": "belongs to node.sleep",
    "uart.FLOWCTRL_CTS": otherUarts,
    "uart.FLOWCTRL_NONE": otherUarts,
    "uart.FLOWCTRL_RTS": otherUarts,
    "uart.MODE_IRDA": otherUarts,
    "uart.MODE_RS485_APP_CONTROL": otherUarts,
    "uart.MODE_RS485_COLLISION_DETECT": otherUarts,
    "uart.MODE_RS485_HALF_DUPLEX": otherUarts,
    "uart.MODE_UART": otherUarts,
    "uart.setmode": otherUarts,
    "uart.start": otherUarts,
    "uart.stop": otherUarts,
    "uart.txflush": otherUarts,
    "uart.wakeup": otherUarts,
  },
};

/** In the Lua library of the simulated ESP8266, not declared. */
export const undeclared: Reasons = {
  "package.config": "C libraries and paths: the chip's loader reads none of it",
  "package.cpath": "C libraries: the chip has none",
  "package.loadlib": "C libraries: the chip has none",
  "table.setn": "obsolete: raises an error whenever it is called",
};

const opened = 'file.open("a.txt", "w+"):write("aaa"); file.seek("set")';
const connected = 'object:connect(80, "192.168.4.2")';

/** Calls for functions whose arguments cannot be made up from their types: Lua statements before, and arguments. */
export const examples: Record<string, { before?: string; arguments: string[] }> = {
  "adc.force_init_mode": { arguments: ["adc.INIT_ADC"] },
  "adc.read": { arguments: ["adc.ADC1 or 0, 0"] },
  // the simulated ESP32 is a C3, whose converter has no other width
  "adc.setwidth": { arguments: ["adc.ADC1, 12"] },
  "crypto.decrypt": {
    arguments: ['"AES-ECB", ("k"):rep(16), ""', '"AES-CBC", ("k"):rep(16), "", ("i"):rep(16)'],
  },
  "crypto.encrypt": {
    arguments: ['"AES-ECB", ("k"):rep(16), "a"', '"AES-CBC", ("k"):rep(16), "a", ("i"):rep(16)'],
  },
  "crypto.fhash": { before: 'file.open("a.txt", "w+"):close()', arguments: ['"SHA1", "a.txt"'] },
  "encoder.fromBase64": { arguments: ['"YQ=="'] },
  "encoder.fromHex": { arguments: ['"61"'] },
  "file.flush": { before: opened, arguments: [""] },
  "file.obj:seek": { arguments: ["", '"set"', '"set", 0'] },
  "file.read": { before: opened, arguments: ["", "1", '"a"'] },
  "file.readline": { before: opened, arguments: [""] },
  "file.seek": { before: opened, arguments: ["", '"set"', '"set", 0'] },
  "file.write": { before: opened, arguments: ['"a"', "1"] },
  "file.writeline": { before: opened, arguments: ['"a"', "1"] },
  "gpio.wakeup": { arguments: ["4", "4, gpio.INTR_LOW"] },
  // number 0 is the one bus of ESP8266, and the one in software of ESP32
  "i2c.address": { arguments: ["0, 1, i2c.RECEIVER"] },
  "i2c.read": { arguments: ["0, 1"] },
  "i2c.setup": { arguments: ["0, 1, 2, i2c.SLOW"] },
  "i2c.start": { arguments: ["0"] },
  "i2c.stop": { arguments: ["0"] },
  // the second setup of a bus in hardware fails, as on the chip
  "i2c.transfer": {
    before: "pcall(i2c.setup, i2c.HW0, 1, 2, i2c.SLOW)",
    arguments: ["i2c.HW0", "i2c.HW0, 10", "i2c.HW0, function() end"],
  },
  "i2c.write": { arguments: ["0, 1", '0, "a", { 1, 2 }'] },
  // without a name it reads the console, which is no file here
  "io.lines": { before: 'io.open("a.txt", "w"):close()', arguments: ['"a.txt"'] },
  "net.tcpserver:close": { before: "object:listen(80, function() end)", arguments: [""] },
  "net.tcpsocket:close": { before: connected, arguments: [""] },
  "net.tcpsocket:dns": {
    before: 'object:on("dns", function() end)',
    arguments: ['"192.168.4.2"', '"192.168.4.2", function() end'],
  },
  "net.tcpsocket:on": { arguments: ['"receive", function() end', '"sent", nil'] },
  "net.tcpsocket:send": { before: connected, arguments: ['"a"', '"a", function() end', "1"] },
  "net.udpsocket:dns": {
    before: 'object:on("dns", function() end)',
    arguments: ['"192.168.4.2"', '"192.168.4.2", function() end'],
  },
  "net.udpsocket:on": { arguments: ['"receive", function() end', '"sent", nil'] },
  "net.tcpsocket:ttl": { before: connected, arguments: ["", "64"] },
  "node.compile": {
    before: `local f = (file.open or io.open)("a.lua", "w"); f:write("return 1"); f:close()`,
    arguments: ['"a.lua"'],
  },
  // a limit for strings, too, in this build
  "node.egc.setmode": { arguments: ["node.egc.ALWAYS", "node.egc.ON_MEM_LIMIT, 65536"] },
  "node.info": { arguments: ["", '"hw"', '"lfs"', '"sw_version"', '"build_config"'] },
  // a table that is taken restarts the board
  "node.setpartitiontable": { arguments: ["{ spiffs_addr = 1 }"] },
  "node.stripdebug": { arguments: ["", "2", "2, function() end"] },
  "sjson.decode": { arguments: [`'{"a":[1,null]}'`, `'[1]', {}`] },
  "sjson.decoder:result": { before: `object:write("[1]")`, arguments: [""] },
  "sjson.decoder:write": { arguments: [`"[1]"`, `"["`] },
  ...Object.fromEntries(
    Object.entries({
      "ow.read": "4",
      "ow.read_bytes": "4, 1",
      "ow.reset": "4",
      "ow.select": '4, ("a"):rep(8)',
      "ow.skip": "4",
      "ow.write": "4, 1, 0",
    }).map(([name, list]) => [name, { before: "ow.setup(4)", arguments: [list] }]),
  ),
  "ow.search": { before: "ow.setup(4); ow.reset_search(4)", arguments: ["4"] },
  "pwm.start": { before: "pwm.setup(4, 100, 1)", arguments: ["4"] },
  "wifi.ap.getclient": { before: "wifi.setmode(wifi.SOFTAP)", arguments: [""] },
  "wifi.sta.on": { arguments: ['"got_ip"', '"got_ip", function() end'] },
  "tmr.timer:start": { before: "object:register(10, 0, function() end)", arguments: ["", "true"] },
};

/** Functions that raise an error on the simulated board whatever they are given. */
export const raising: Record<"esp8266" | "esp32", Reasons> = {
  esp8266: {
    "net.createUDPSocket": "the simulated board has no UDP",
    "net.multicastJoin": "the simulated board has no multicast",
    "net.multicastLeave": "the simulated board has no multicast",
    "net.ping": "the simulated board has no ICMP",
    "node.setpartitiontable": "what is tried is out of range; a table that is taken restarts the board",
    "node.sleep": "as in default builds",
    "wifi.resume": "as in default builds",
    "wifi.suspend": "as in default builds",
  },
  esp32: {
    "net.multicastJoin": "the simulated board has no multicast",
    "net.multicastLeave": "the simulated board has no multicast",
    "net.udpsocket:close": "as on the chip",
  },
};

/** Functions that take fewer arguments than declared without an error: the declaration keeps from a mistake. */
export const lenient: Reasons = {
  "node.LFS.get": "without an image nothing reads the name",
  "node.LFS.reload": "without a region nothing reads the name",
  "node.flashindex": "without an image nothing reads the name",
  "node.flashreload": "without a region nothing reads the name",
  "node.osprint": "takes what is missing for false, as on the chip",
};

/** Results that differ from the declaration, as they do on the chip. */
export const results: Reasons = {
  "wifi.setmaxtxpower": "returns its own argument, by accident",
};
