// What nodemcu-tool 3.2.1 uses of serialport 8, with the parts of serialport 13: these bring compiled bindings for every
// usual platform, where serialport 8 is compiled at install. It promises what lib/transport/ of nodemcu-tool calls:
// new SerialPort(path, options), list(), parsers.Delimiter and parsers.ByteLength, and from the stream that both
// versions share open, close, write, set, flush, drain (each calls back with an error or null) and the event "error".
// It is made of serialport's parts, because in the place of serialport a dependency on serialport would be this package.
const { autoDetect } = require("@serialport/bindings-cpp");
const { ByteLengthParser } = require("@serialport/parser-byte-length");
const { DelimiterParser } = require("@serialport/parser-delimiter");
const { SerialPortStream } = require("@serialport/stream");

const binding = autoDetect();

class SerialPort extends SerialPortStream {
  /**
   * A port, opened at once unless `autoOpen` is false.
   * @param path of the device; since serialport 10 it is one of the options
   * @param options at least `baudRate` [bits per second]
   * @param opened called with an error, or null once the port is open; without it an error is the event "error"
   * @throws TypeError if path or baud rate is missing
   */
  constructor(path, options, opened) {
    super({ binding, ...options, path }, opened);
  }

  /** The serial ports of this computer: `path`, and if known `manufacturer`, `vendorId`, `pnpId`. Linux needs udevadm. */
  static list() {
    return binding.list();
  }

  static parsers = { ByteLength: ByteLengthParser, Delimiter: DelimiterParser };
}

module.exports = SerialPort;
