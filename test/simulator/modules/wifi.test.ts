// Module wifi of the ESP8266: a station in a network that always takes it.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("wifi", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it("has joined at the start, as with settings kept in flash", () => {
    assert.deepEqual(rig.lua("return wifi.getmode(), wifi.sta.status() == wifi.STA_GOTIP"), [1, true]);
    assert.deepEqual(rig.lua("return wifi.sta.getip()"), ["192.168.4.1", "255.255.255.0", "192.168.4.1"]);
    assert.equal(rig.value("wifi.sta.getrssi()"), -55);
  });

  it("leaves and joins when it is configured, and tells so in tasks", () => {
    rig.lua(`
      for _, name in ipairs{"STA_CONNECTED", "STA_DISCONNECTED", "STA_GOT_IP"} do
        wifi.eventmon.register(wifi.eventmon[name], function(t) print(name, t.SSID, t.reason or t.IP or t.channel) end)
      end
      print(wifi.sta.config{ssid = "home", pwd = "secret"}, wifi.sta.status(), wifi.sta.getip())`);
    assert.equal(rig.printed(), "true\t1\tnil");
    rig.wait(1000);
    assert.equal(
      rig.printed(),
      "STA_DISCONNECTED\tsimulated\t8\nSTA_CONNECTED\thome\t6\nSTA_GOT_IP\tnil\t192.168.4.1",
    );
  });

  it("does not join by itself with auto = false", () => {
    rig.lua('wifi.sta.config{ssid = "home", auto = false}');
    rig.wait(1000);
    assert.equal(rig.value("wifi.sta.status()"), 0);
    rig.lua("wifi.sta.connect(function(t) print(t.SSID) end)");
    rig.wait(1000);
    assert.deepEqual([rig.value("wifi.sta.status()"), rig.printed()], [5, "home"]);
  });

  it("takes the handlers of wifi.sta.config", () => {
    rig.lua('wifi.sta.config{ssid = "home", got_ip_cb = function(t) print(t.IP, t.netmask, t.gateway) end}');
    rig.wait(100);
    assert.equal(rig.printed(), "192.168.4.1\t255.255.255.0\t192.168.4.1");
    rig.lua('wifi.eventmon.unregister(wifi.eventmon.STA_GOT_IP) wifi.sta.config{ssid = "other"}');
    rig.wait(100);
    assert.equal(rig.printed(), "");
  });

  it("is off the air while it has not joined", () => {
    rig.lua("net.createServer():listen(80, function() end) wifi.sta.disconnect()");
    const client = rig.client();
    rig.wait(500);
    assert.equal(client.end, "connecting");
    rig.lua("wifi.sta.connect()");
    rig.wait(1000);
    assert.equal(client.end, "open");
  });

  for (const [leave, join] of [
    ["wifi.sta.disconnect()", "wifi.sta.connect()"],
    ["wifi.setmode(wifi.NULLMODE)", "wifi.setmode(wifi.STATION)"],
  ] as const)
    it(`gives its connections up at ${leave}, and their clients hear of it when they send after ${join}`, () => {
      rig.lua(`net.createServer():listen(80, function(s)
        s:on("disconnection", function(_, err) print("disconnection", err) end)
      end)`);
      const client = rig.client();
      rig.lua(leave);
      rig.wait(500);
      assert.equal(rig.printed(), "disconnection\t-8");
      assert.equal(client.end, "open");
      client.send("still there?");
      rig.lua(join);
      rig.wait(1000);
      assert.equal(client.end, "rst");
    });

  it("setmode tells the mode, and the event of a change", () => {
    rig.lua(
      "wifi.eventmon.register(wifi.eventmon.WIFI_MODE_CHANGED, function(t) print(t.old_mode, t.new_mode) end)",
    );
    assert.deepEqual(
      rig.lua("return wifi.setmode(wifi.STATIONAP), wifi.setmode(wifi.STATIONAP, false)"),
      [3, 3],
    );
    rig.wait(1);
    assert.equal(rig.printed(), "1\t3");
  });

  it("takes host names of letters, digits and hyphens", () => {
    assert.equal(rig.value('wifi.sta.sethostname("lamp-1")'), true);
    assert.equal(rig.value("wifi.sta.gethostname()"), "lamp-1");
    for (const name of ["-x", "a b", "x".repeat(33), ""])
      assert.match(String(rig.error(`wifi.sta.sethostname("${name}")`)), /\(Invalid hostname\)$/, name);
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ["wifi.setmode(4)", "bad argument #1 to 'setmode' (Invalid mode)"],
      ["wifi.sta.config()", "bad argument #1 to 'config' (config table not found!)"],
      ["wifi.sta.config{}", "bad argument #1 to 'config' (ssid required)"],
      ["wifi.sta.config{ssid = {}}", "bad argument #1 to 'config' (ssid:not string)"],
      ['wifi.sta.config{ssid = ("x"):rep(33)}', "bad argument #1 to 'config' (ssid: length:0-32)"],
      ['wifi.sta.config{ssid = "x", auto = 1}', "bad argument #1 to 'config' (auto:not boolean)"],
      ['wifi.sta.config{ssid = "x", got_ip_cb = 1}', "bad argument #1 to 'config' (gotip_cb:not function)"],
      ["wifi.eventmon.register(11, print)", "valid wifi events:0-10"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });

  describe("ap", () => {
    it("keeps the board on the air in the place of the station", () => {
      rig.lua("net.createServer():listen(80, function() end) wifi.setmode(wifi.SOFTAP)");
      assert.deepEqual(rig.lua("return wifi.sta.getip()"), [undefined]);
      assert.deepEqual(rig.lua("return wifi.ap.getip()"), ["192.168.4.1", "255.255.255.0", "192.168.4.1"]);
      assert.equal(rig.client().end, "open");
      rig.lua("wifi.setmode(wifi.NULLMODE)");
      const late = rig.client();
      rig.wait(500);
      assert.equal(late.end, "connecting");
      rig.lua("wifi.setmode(wifi.SOFTAP)");
      rig.wait(1000);
      assert.equal(late.end, "open");
    });

    it("stays on while the station of STATIONAP leaves, and ends with its mode", () => {
      rig.lua(
        "wifi.setmode(wifi.STATIONAP) net.createServer():listen(80, function() end) wifi.sta.disconnect()",
      );
      assert.equal(rig.client().end, "open");
      rig.lua("wifi.setmode(wifi.STATION) wifi.sta.disconnect()");
      assert.equal(rig.client().end, "connecting");
      assert.equal(rig.value("wifi.ap.getip()"), undefined);
    });

    it("gives back what it was configured with", () => {
      assert.deepEqual(rig.lua('return wifi.ap.config{ssid = "robot", pwd = "12345678", hidden = true}'), [
        true,
      ]);
      assert.deepEqual(rig.lua("return wifi.ap.getconfig()"), ["robot", "12345678"]);
      rig.lua("t = wifi.ap.getconfig(true)");
      assert.deepEqual(rig.lua("return t.ssid, t.pwd, t.auth, t.channel, t.hidden, t.max, t.beacon"), [
        "robot",
        "12345678",
        4,
        6,
        true,
        4,
        100,
      ]);
      rig.lua('wifi.ap.config{ssid = "robot"}');
      assert.deepEqual(rig.lua("return wifi.ap.getconfig()"), ["robot", undefined]);
    });

    it("refuses what the firmware refuses, with its words", () => {
      for (const [field, message] of [
        ["ssid = nil", "ssid: required"],
        ["ssid = {}", "ssid: not string"],
        [`ssid = ("x"):rep(33)`, "ssid: length:1-32"],
        ['pwd = "short"', "pwd: length:0 or 8-64"],
        ["auth = 5", "auth: Range:0-4"],
        ["channel = 14", "channel: Range:1-13"],
        ['channel = "x"', "channel: not number"],
        ["max = 5", "max: 1-4"],
        ["hidden = 2", "hidden: 0 or 1"],
        ['hidden = "x"', "hidden: not boolean"],
        ["save = 1", "save: not boolean"],
        ["staconnected_cb = 1", "staconnected_cb:not function"],
      ])
        assert.match(
          String(rig.error(`local c = {ssid = "robot"} c.${field} wifi.ap.config(c)`)),
          new RegExp(`bad argument #1 to '\\S+' \\(${message}\\)$`),
        );
      assert.match(String(rig.error("wifi.ap.getclient()")), /Can't list clients in STATION mode$/);
    });

    it("has an address of its own and gives addresses to its stations", () => {
      rig.lua(
        'wifi.setmode(wifi.SOFTAP) wifi.ap.setip{ip = "192.168.1.1", netmask = "255.255.255.0", gateway = "192.168.1.1"}',
      );
      assert.equal(rig.value("wifi.ap.getip()"), "192.168.1.1");
      assert.equal(rig.value("wifi.ap.getbroadcast()"), "192.168.1.255");
      assert.deepEqual(rig.lua('return wifi.ap.dhcp.config{start = "192.168.1.100"}'), [
        "192.168.1.100",
        "192.168.1.103",
      ]);
      assert.deepEqual(rig.lua("return wifi.ap.dhcp.start(), next(wifi.ap.getclient())"), [true, undefined]);
    });
  });
});
