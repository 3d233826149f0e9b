// Programs that must type-check, by the declarations they are for.
import type { Entry } from "./project.ts";

export interface Accepted {
  for: Entry[];
  program: string;
}

const both: Entry[] = ["esp8266", "esp32"];
const all: Entry[] = ["esp8266", "esp32", "portable"];

export const accepted: Record<string, Accepted> = {
  "a timer's modes and callback": {
    for: all,
    program: `
      const timer = tmr.create();
      timer.alarm(100, tmr.ALARM_SINGLE, (t) => { t.start(); });
      const registered: boolean = timer.register(5, tmr.ALARM_AUTO, (t) => t.unregister()) === undefined;
      print(registered);`,
  },
  "a timer that is started anew": { for: ["esp8266"], program: `tmr.create().start(true);` },
  "a task": {
    for: all,
    program: `node.task.post(() => {}); node.task.post(node.task.LOW_PRIORITY, (n) => print(n));`,
  },
  "captures of a literal pattern": {
    for: all,
    program: `
      const [line, after] = string.match("GET / ", "^([^\\r]*)\\r\\n()", 3);
      if (line !== undefined) { const l: string = line; const a: number = after; print(l, a); }
      const [from, to, second] = string.find("x", "[()%]](.)");
      if (from !== undefined) { const c: string = second; print(from + to, c); }
      for (const [k, v] of string.gmatch("a=b", "(%w)=(%w)")) print(k.length, v.length);
      const [text, count] = string.gsub("a", "(.)", (c) => c + "b");
      print(text.length, count + 1);`,
  },
  "a pattern that is not literal": {
    for: all,
    program: `
      const pattern: string = tostring(1);
      const [a, b] = string.match("x", pattern);
      if (a !== undefined) print(a, b);
      const [from, to] = string.find("abc", "b", 1, true);
      if (from !== undefined) print(from + to);`,
  },
  "a protected call": {
    for: all,
    program: `
      const [ok, value] = pcall((x: number) => x + 1, 3);
      if (ok) print(value + 1); else print(tostring(value));`,
  },
  "string.format by an operator": {
    for: all,
    program: `print(stringFormat("%d %s", [1, "x"])); print(string.format("%5.2f", 1.5));`,
  },
  "a loop over a table": {
    for: all,
    program: `
      const sizes: Record<string, number> = { a: 1 };
      for (const [name, size] of pairs(sizes)) print(name.length, size + 1);
      for (const [i, word] of ipairs(["a", "b"])) print(i + 1, word.length);`,
  },
  JSON: {
    for: both,
    program: `
      const text: string = sjson.encode({ a: [1, 2] });
      const value = sjson.decode(text) as { a: number[] };
      print(value.a[0] + 1);`,
  },
  "bits under the name bit_": {
    for: both,
    program: `const n: number = bit_.bor(1, bit_.lshift(1, 3)); print(n);`,
  },
  "a handler that is removed": {
    for: ["esp8266"],
    program: `const socket = net.createConnection(); socket.on("receive", undefined);`,
  },
  "an ESP8266 server": {
    for: ["esp8266"],
    program: `
      net.createServer(30).listen(80, (sock) => {
        sock.on("receive", (s, data) => { print(data.length); s?.send("x"); });
        sock.on("sent", (s) => s.close());
        sock.on("disconnection", (s, err) => print(s, err + 1));
        sock.hold();
        const [port, ip] = sock.getpeer();
        if (port !== undefined) print(port + 1, ip.length);
      });
      const [ok, sent] = pcall(net.createServer(1).close, net.createServer(2));
      print(ok, sent);`,
  },
  "an ESP32 server": {
    for: ["esp32"],
    program: `
      net.createServer(net.TCP, 30).listen(80, (sock) => {
        sock.on("receive", (s, data) => { s?.send(data); });
        sock.on("disconnection", (s, err) => print(s, err + 1));
      });`,
  },
  "a server on either chip": {
    for: ["portable"],
    program: `
      const server = net.ifinfo ? net.createServer(30) : net.createServer(net.TCP, 30);
      server.listen(80, (sock) => {
        sock.on("receive", (s, data) => { if (s) s.send(data); });
        sock.on("disconnection", (s) => print(s));
      });`,
  },
  "tests for what one chip has": {
    for: ["portable"],
    program: `
      net.dns.resolve("a", (a, b) => print(b ?? a));
      if (file.open) { const f = file.open("x"); if (f) f.close(); }
      else if (io) { const [f] = io.open("x"); if (f) f.close(); }
      if (node.egc) node.egc.setmode(node.egc.ON_ALLOC_FAILURE);
      if (tmr.now) print(tmr.now() + 1);
      if (wifi.start) wifi.start();
      const ip = wifi.sta.getip ? wifi.sta.getip()[0] : undefined;
      print(ip);
      if (wifi.sta.on) wifi.sta.on("got_ip", (event, info) => print(event, info.ip));
      if (wifi.setmode) wifi.setmode(wifi.STATION); else if (wifi.mode) wifi.mode(wifi.STATION);
      if (node.chipid) print(node.chipid());
      const low = bit_ ? bit_.band(1, 3) : 0;
      print(low);
      gpio.write(16, 1);
      node.output((text) => print(text));`,
  },
  "names of files": {
    for: ["esp8266"],
    program: `
      const f = file.open("a");
      if (f) { const line = f.readline(); f.close(); if (line !== undefined) print(line.length); }
      for (const [name, size] of pairs(file.list())) print(name.length, size + 1);`,
  },
  "files of the ESP32": {
    for: ["esp32"],
    program: `
      const [f] = io.open("a.txt", "r");
      if (f) { for (const line of f.lines()) print(line); f.close(); }
      for (const [name, size] of pairs(file.list())) print(name.length, size + 1);`,
  },
  "Wi-Fi events of the ESP8266": {
    for: ["esp8266"],
    program: `
      wifi.eventmon.register(wifi.eventmon.STA_GOT_IP, (info) => print(info.IP.length));
      wifi.eventmon.register(wifi.eventmon.STA_DISCONNECTED, (info) => print(info.SSID, info.reason));
      wifi.sta.config({ ssid: "x", auto: false });`,
  },
  "Wi-Fi events of the ESP32": {
    for: ["esp32"],
    program: `
      wifi.mode(wifi.STATION);
      wifi.start();
      wifi.sta.on("got_ip", (event, info) => print(event, info.ip.length));
      wifi.sta.config({ ssid: "x", pwd: "y" });`,
  },
  "pins of the ESP8266": {
    for: ["esp8266"],
    program: `
      gpio.mode(4, gpio.OUTPUT);
      gpio.write(4, gpio.HIGH);
      const level: 0 | 1 = gpio.read(4);
      for (let pin = 1; pin < 4; pin++) gpio.write(pin, 1 - level === 0 ? 0 : 1);
      gpio.trig(3, "down", (now, when, count) => print(now, when, count));`,
  },
  "pins of the ESP32": {
    for: ["esp32"],
    program: `
      gpio.config({ gpio: [4, 33], dir: gpio.IN_OUT, pull: gpio.PULL_UP });
      gpio.write(33, 1);
      gpio.trig(4, gpio.INTR_UP, (pin, level) => print(pin, level));`,
  },
  "a serial port's handler and its end": {
    for: ["esp8266"],
    program: `uart.on("data", 4, (data) => print(data.length), 0); uart.on("data");`,
  },
};
