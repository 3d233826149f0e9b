// A serial port of ours in the shape that esptool-js wants: a browser's Web Serial port.
import type { SerialLink } from "./link.ts";

export interface Signals {
  dataTerminalReady?: boolean;
  requestToSend?: boolean;
  break?: boolean;
}

export class WebSerialPort {
  readonly #link: SerialLink;
  #dtr = false;
  #rts = false;
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;

  constructor(link: SerialLink) {
    this.#link = link;
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    return {};
  }

  async open({ baudRate }: { baudRate: number }): Promise<void> {
    await this.#link.setBaud(baudRate);
    let input: ReadableStreamDefaultController<Uint8Array>;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        input = controller;
      },
    });
    this.#link.receive = (bytes) => {
      // A reader that was cancelled throws if it is given more bytes.
      try {
        input.enqueue(new Uint8Array(bytes));
      } catch {}
    };
    this.#link.lost = (reason) => {
      try {
        input.error(reason);
      } catch {}
    };
    this.writable = new WritableStream<Uint8Array>({
      write: (bytes) => this.#link.write(Buffer.from(bytes)),
    });
  }

  /** The port stays open below: closing it would move DTR and RTS. */
  async close(): Promise<void> {
    this.readable = null;
    this.writable = null;
    this.#link.receive = () => {};
    this.#link.lost = () => {};
  }

  setBaudRate(rate: number): Promise<void> {
    return this.#link.setBaud(rate);
  }

  /** Browsers keep the lines that are not named; the operating system sets both at once. */
  setSignals(signals: Signals): Promise<void> {
    this.#dtr = signals.dataTerminalReady ?? this.#dtr;
    this.#rts = signals.requestToSend ?? this.#rts;
    return this.#link.setSignals({ dtr: this.#dtr, rts: this.#rts });
  }
}
