/// <reference path="./firmware.d.ts" />
/// <reference path="./lua/core.d.ts" />
/// <reference path="./lua/io.d.ts" />
/// <reference path="./adc.d.ts" />
/// <reference path="./ads1115.d.ts" />
/// <reference path="./adxl345.d.ts" />
/// <reference path="./am2320.d.ts" />
/// <reference path="./apa102.d.ts" />
/// <reference path="./bit.d.ts" />
/// <reference path="./bloom.d.ts" />
/// <reference path="./bme280.d.ts" />
/// <reference path="./bme280_math.d.ts" />
/// <reference path="./bme680.d.ts" />
/// <reference path="./bmp085.d.ts" />
/// <reference path="./bthci.d.ts" />
/// <reference path="./can.d.ts" />
/// <reference path="./coap.d.ts" />
/// <reference path="./color_utils.d.ts" />
/// <reference path="./cron.d.ts" />
/// <reference path="./crypto.d.ts" />
/// <reference path="./dac.d.ts" />
/// <reference path="./dcc.d.ts" />
/// <reference path="./dht.d.ts" />
/// <reference path="./encoder.d.ts" />
/// <reference path="./enduser_setup.d.ts" />
/// <reference path="./eromfs.d.ts" />
/// <reference path="./espnow.d.ts" />
/// <reference path="./eth.d.ts" />
/// <reference path="./file.d.ts" />
/// <reference path="./gdbstub.d.ts" />
/// <reference path="./gpio.d.ts" />
/// <reference path="./gpiopulse.d.ts" />
/// <reference path="./hdc1080.d.ts" />
/// <reference path="./heaptrace.d.ts" />
/// <reference path="./hmc5883l.d.ts" />
/// <reference path="./http.d.ts" />
/// <reference path="./httpd.d.ts" />
/// <reference path="./hx711.d.ts" />
/// <reference path="./i2c.d.ts" />
/// <reference path="./i2s.d.ts" />
/// <reference path="./l3g4200d.d.ts" />
/// <reference path="./ledc.d.ts" />
/// <reference path="./mcp4725.d.ts" />
/// <reference path="./mdns.d.ts" />
/// <reference path="./mqtt.d.ts" />
/// <reference path="./net.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./otaupgrade.d.ts" />
/// <reference path="./ow.d.ts" />
/// <reference path="./pcm.d.ts" />
/// <reference path="./perf.d.ts" />
/// <reference path="./pipe.d.ts" />
/// <reference path="./pixbuf.d.ts" />
/// <reference path="./pulsecnt.d.ts" />
/// <reference path="./pwm.d.ts" />
/// <reference path="./pwm2.d.ts" />
/// <reference path="./qrcodegen.d.ts" />
/// <reference path="./rfswitch.d.ts" />
/// <reference path="./rmt.d.ts" />
/// <reference path="./rotary.d.ts" />
/// <reference path="./rtcfifo.d.ts" />
/// <reference path="./rtcmem.d.ts" />
/// <reference path="./rtctime.d.ts" />
/// <reference path="./sdmmc.d.ts" />
/// <reference path="./si7021.d.ts" />
/// <reference path="./sigma_delta.d.ts" />
/// <reference path="./sjson.d.ts" />
/// <reference path="./sntp.d.ts" />
/// <reference path="./sodium.d.ts" />
/// <reference path="./softuart.d.ts" />
/// <reference path="./somfy.d.ts" />
/// <reference path="./spi.d.ts" />
/// <reference path="./struct.d.ts" />
/// <reference path="./switec.d.ts" />
/// <reference path="./tcs34725.d.ts" />
/// <reference path="./time.d.ts" />
/// <reference path="./tls.d.ts" />
/// <reference path="./tm1829.d.ts" />
/// <reference path="./tmr.d.ts" />
/// <reference path="./touch.d.ts" />
/// <reference path="./tsl2561.d.ts" />
/// <reference path="./u8g2.d.ts" />
/// <reference path="./uart.d.ts" />
/// <reference path="./ucg.d.ts" />
/// <reference path="./websocket.d.ts" />
/// <reference path="./wiegand.d.ts" />
/// <reference path="./wifi.d.ts" />
/// <reference path="./wps.d.ts" />
/// <reference path="./ws2801.d.ts" />
/// <reference path="./ws2812.d.ts" />
/// <reference path="./ws2812_effects.d.ts" />
/// <reference path="./xpt2046.d.ts" />
/**
 * The firmware as code that must run on both chips sees it: what both have is there; what only one has, or what a
 * default build lacks, is possibly undefined and must be tested first. Name this file instead of a chip's.
 */

/** ESP32 only. */
declare const io: LuaIo | undefined;
declare const adc: adc.Portable | undefined;
/** ESP8266 only. */
declare const ads1115: ads1115.Esp8266 | undefined;
/** ESP8266 only. */
declare const adxl345: adxl345.Esp8266 | undefined;
/** ESP8266 only. */
declare const am2320: am2320.Esp8266 | undefined;
/** ESP8266 only. */
declare const apa102: apa102.Esp8266 | undefined;
/** @customName bit */
declare const bit_: bit_.Common | undefined;
/** ESP8266 only. */
declare const bloom: bloom.Esp8266 | undefined;
/** ESP8266 only. */
declare const bme280: bme280.Esp8266 | undefined;
/** ESP8266 only. */
declare const bme280_math: bme280_math.Esp8266 | undefined;
/** ESP8266 only. */
declare const bme680: bme680.Esp8266 | undefined;
/** ESP8266 only. */
declare const bmp085: bmp085.Esp8266 | undefined;
/** ESP32 only. */
declare const bthci: bthci.Esp32 | undefined;
/** ESP32 only. */
declare const can: can.Esp32 | undefined;
/** ESP8266 only. */
declare const coap: coap.Esp8266 | undefined;
/** ESP8266 only. */
declare const color_utils: color_utils.Esp8266 | undefined;
/** ESP8266 only. */
declare const cron: cron.Esp8266 | undefined;
declare const crypto: crypto.Portable | undefined;
/** ESP32 only. */
declare const dac: dac.Esp32 | undefined;
/** ESP8266 only. */
declare const dcc: dcc.Esp8266 | undefined;
declare const dht: dht.Portable | undefined;
declare const encoder: encoder.Common | undefined;
/** ESP8266 only. */
declare const enduser_setup: enduser_setup.Esp8266 | undefined;
/** ESP32 only. */
declare const eromfs: eromfs.Esp32 | undefined;
/** ESP32 only. */
declare const espnow: espnow.Esp32 | undefined;
/** ESP32 only. */
declare const eth: eth.Esp32 | undefined;
declare const file: file.Portable;
/** ESP8266 only. */
declare const gdbstub: gdbstub.Esp8266 | undefined;
declare const gpio: gpio.Portable;
/** ESP8266 only. */
declare const gpiopulse: gpiopulse.Esp8266 | undefined;
/** ESP8266 only. */
declare const hdc1080: hdc1080.Esp8266 | undefined;
/** ESP32 only. */
declare const heaptrace: heaptrace.Esp32 | undefined;
/** ESP8266 only. */
declare const hmc5883l: hmc5883l.Esp8266 | undefined;
declare const http: http.Portable | undefined;
/** ESP32 only. */
declare const httpd: httpd.Esp32 | undefined;
/** ESP8266 only. */
declare const hx711: hx711.Esp8266 | undefined;
declare const i2c: i2c.Portable;
/** ESP32 only. */
declare const i2s: i2s.Esp32 | undefined;
/** ESP8266 only. */
declare const l3g4200d: l3g4200d.Esp8266 | undefined;
/** ESP32 only. */
declare const ledc: ledc.Esp32 | undefined;
/** ESP8266 only. */
declare const mcp4725: mcp4725.Esp8266 | undefined;
/** ESP8266 only. */
declare const mdns: mdns.Esp8266 | undefined;
declare const mqtt: mqtt.Portable | undefined;
declare const net: net.Portable;
declare const node: node.Portable;
/** ESP32 only. */
declare const otaupgrade: otaupgrade.Esp32 | undefined;
declare const ow: ow.Portable;
/** ESP8266 only. */
declare const pcm: pcm.Esp8266 | undefined;
/** ESP8266 only. */
declare const perf: perf.Esp8266 | undefined;
declare const pipe: pipe.Common | undefined;
/** ESP8266 only. */
declare const pixbuf: pixbuf.Esp8266 | undefined;
/** ESP32 only. */
declare const pulsecnt: pulsecnt.Esp32 | undefined;
/** ESP8266 only. */
declare const pwm: pwm.Esp8266 | undefined;
/** ESP8266 only. */
declare const pwm2: pwm2.Esp8266 | undefined;
/** ESP32 only. */
declare const qrcodegen: qrcodegen.Esp32 | undefined;
/** ESP8266 only. */
declare const rfswitch: rfswitch.Esp8266 | undefined;
/** ESP32 only. */
declare const rmt: rmt.Esp32 | undefined;
declare const rotary: rotary.Portable | undefined;
/** ESP8266 only. */
declare const rtcfifo: rtcfifo.Esp8266 | undefined;
declare const rtcmem: rtcmem.Common | undefined;
/** ESP8266 only. */
declare const rtctime: rtctime.Esp8266 | undefined;
/** ESP32 only. */
declare const sdmmc: sdmmc.Esp32 | undefined;
/** ESP8266 only. */
declare const si7021: si7021.Esp8266 | undefined;
declare const sigma_delta: sigma_delta.Portable | undefined;
declare const sjson: sjson.Common | undefined;
/** ESP8266 only. */
declare const sntp: sntp.Esp8266 | undefined;
/** ESP32 only. */
declare const sodium: sodium.Esp32 | undefined;
/** ESP8266 only. */
declare const softuart: softuart.Esp8266 | undefined;
/** ESP8266 only. */
declare const somfy: somfy.Esp8266 | undefined;
declare const spi: spi.Portable | undefined;
declare const struct: struct.Common | undefined;
/** ESP8266 only. */
declare const switec: switec.Esp8266 | undefined;
/** ESP8266 only. */
declare const tcs34725: tcs34725.Esp8266 | undefined;
/** ESP32 only. */
declare const time: time.Esp32 | undefined;
/** ESP8266 only. */
declare const tls: tls.Esp8266 | undefined;
/** ESP8266 only. */
declare const tm1829: tm1829.Esp8266 | undefined;
declare const tmr: tmr.Portable;
/** ESP32 only. */
declare const touch: touch.Esp32 | undefined;
/** ESP8266 only. */
declare const tsl2561: tsl2561.Esp8266 | undefined;
declare const u8g2: u8g2.Portable | undefined;
declare const uart: uart.Portable;
declare const ucg: ucg.Portable | undefined;
/** ESP8266 only. */
declare const websocket: websocket.Esp8266 | undefined;
/** ESP8266 only. */
declare const wiegand: wiegand.Esp8266 | undefined;
declare const wifi: wifi.Portable;
/** ESP8266 only. */
declare const wps: wps.Esp8266 | undefined;
/** ESP8266 only. */
declare const ws2801: ws2801.Esp8266 | undefined;
declare const ws2812: ws2812.Portable | undefined;
/** ESP8266 only. */
declare const ws2812_effects: ws2812_effects.Esp8266 | undefined;
/** ESP8266 only. */
declare const xpt2046: xpt2046.Esp8266 | undefined;
