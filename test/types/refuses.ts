// Programs that must not type-check, and what the message must name.
import type { Entry } from "./project.ts";

export interface Refused {
  for: Entry;
  program: string;
  message: RegExp;
}

/** What standard Lua has, and lua-types declares, but a default build for the ESP8266 lacks. */
export const lacking: readonly string[] = [
  ..."sin cos tan asin acos atan atan2 sinh cosh tanh deg rad exp log log10 fmod modf frexp ldexp"
    .split(" ")
    .map((name) => `math.${name}(1, 1)`),
  ..."clock date difftime execute exit getenv remove rename setlocale time tmpname"
    .split(" ")
    .map((name) => `os.${name}()`),
  ..."close flush input lines open output popen read tmpfile type write"
    .split(" ")
    .map((name) => `io.${name}("x")`),
  ..."debug getinfo getlocal getmetatable getupvalue sethook setlocal setmetatable setupvalue"
    .split(" ")
    .map((name) => `debug.${name}(1)`),
  'rawlen("x")',
  'package.searchpath("x", "?")',
];

export const refused: Record<string, Refused> = {
  "an event that a socket has not": {
    for: "esp8266",
    program: `net.createConnection().on("recieve", undefined);`,
    message: /'"recieve"'/,
  },
  "a handler that takes a socket where none may come": {
    for: "esp8266",
    program: `net.createConnection().on("receive", (s: net.Esp8266TcpSocket) => { s.close(); });`,
    message: /'undefined' is not assignable to type 'Esp8266TcpSocket'/,
  },
  "a socket used without a test where none may come": {
    for: "esp8266",
    program: `net.createConnection().on("receive", (s) => { s.close(); });`,
    message: /'s' is possibly 'undefined'/,
  },
  "a handler of another event": {
    for: "esp32",
    program: `net.createConnection(net.TCP).on("disconnection", (s, text: string) => print(text));`,
    message: /'number' is not assignable to type 'string'/,
  },
  "a server with the ESP32's arguments on ESP8266": {
    for: "esp8266",
    program: `net.createServer(net.TCP, 30);`,
    message: /Expected 0-1 arguments, but got 2/,
  },
  "a server with the ESP8266's argument on ESP32": {
    for: "esp32",
    program: `net.createServer(30);`,
    message: /'number' is not assignable to parameter of type 'Tcp'/,
  },
  "an alarm with its arguments exchanged": {
    for: "esp8266",
    program: `tmr.create().alarm(tmr.ALARM_AUTO, 1000, () => {});`,
    message: /'1000' is not assignable to parameter of type 'Mode'/,
  },
  "a pin that cannot be": {
    for: "esp8266",
    program: `gpio.write(16, 1);`,
    message: /'16' is not assignable to parameter of type 'Pin'/,
  },
  "an interrupt on pin 0": {
    for: "esp8266",
    program: `gpio.trig(0, "up");`,
    message: /'0' is not assignable to parameter of type 'InterruptPin'/,
  },
  "a constant of another group": {
    for: "esp8266",
    program: `gpio.mode(1, gpio.PULLUP);`,
    message: /'Pull' is not assignable to parameter of type 'Mode'/,
  },
  "a field that an event has not": {
    for: "esp8266",
    program: `wifi.eventmon.register(wifi.eventmon.STA_GOT_IP, (info) => print(info.SSID));`,
    message: /'SSID'/,
  },
  "a field that the ESP32's event has not": {
    for: "esp32",
    program: `wifi.sta.on("got_ip", (event, info) => print(info.ssid));`,
    message: /'ssid'/,
  },
  "io without a test in portable code": {
    for: "portable",
    program: `io.open("x");`,
    message: /'io' is possibly/,
  },
  "a function of Lua 5.1 in Lua 5.3": { for: "esp32", program: `getfenv(1);`, message: /'getfenv'/ },
  "a function of Lua 5.3 in Lua 5.1": { for: "esp8266", program: `string.pack("b", 1);`, message: /'pack'/ },
  "a function of one chip in portable code": {
    for: "portable",
    program: `tmr.now();`,
    message: /possibly 'undefined'/,
  },
  "a module that a default build lacks in portable code": {
    for: "portable",
    program: `sjson.encode({});`,
    message: /'sjson' is possibly/,
  },
  "a capture without a test": {
    for: "esp8266",
    program: `const [word] = string.match("x", "(%a+)"); print(word.length);`,
    message: /'word' is possibly 'undefined'/,
  },
  "a capture of a position taken for text": {
    for: "esp8266",
    program: `const [at] = string.match("x", "%a()"); if (at !== undefined) print(at.length);`,
    message: /'length'/,
  },
  "a byte without a test": {
    for: "esp8266",
    program: `print(string.byte("x", 2) + 1);`,
    message: /possibly 'undefined'/,
  },
  "the error of a coroutine taken for text": {
    for: "esp8266",
    program: `
      const [ok, reason] = coroutine.resume(coroutine.create(() => { throw new Error("x"); }));
      if (!ok) { const text: string = reason; print(text); }`,
    message: /'unknown' is not assignable to type 'string'/,
  },
  "a method called as a function of its module": {
    for: "esp8266",
    program: `net.send("x");`,
    message: /'send'/,
  },
  "an argument that the firmware would lose": {
    for: "esp8266",
    program: `mqtt.Client("board", 120, undefined, undefined, 1);`,
    message: /'undefined' is not assignable to parameter of type 'string'/,
  },
  "JavaScript's own console": { for: "esp8266", program: `console.log(1);`, message: /'console'/ },
};
