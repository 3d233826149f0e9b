// A serial port as the deploy tool needs it: bytes both ways, the baud rate, and the two lines that reset a board.
// Everything above talks to this interface; tests put a simulated line behind it.
import { SerialPort } from "serialport";

export interface SerialLink {
  /** What the person calls the port. */
  readonly path: string;
  write(bytes: Buffer): Promise<void>;
  /** Gets everything that arrives. */
  receive: (bytes: Buffer) => void;
  /** Told when the port is gone (cable pulled), not when closed by us. */
  lost: (reason: Error) => void;
  setBaud(rate: number): Promise<void>;
  /** DTR and RTS at once. Pseudo-terminals have none: nothing happens then. */
  setSignals(signals: { dtr: boolean; rts: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Opens a port. @throws the error of the operating system */
export async function openSerial(path: string, baudRate: number): Promise<SerialLink> {
  // Without hupcl closing the port leaves DTR as it is; many boards reset when it falls.
  const port = new SerialPort({ path, baudRate, autoOpen: false, hupcl: false, lock: true });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let closing = false;
  const call = (work: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
  const link: SerialLink = {
    path,
    receive: () => {},
    lost: () => {},
    write: (bytes) => call((done) => port.write(bytes, done)),
    setBaud: async (rate) => {
      await call((done) => port.drain(done));
      await call((done) => port.update({ baudRate: rate }, done));
    },
    setSignals: (signals) => call((done) => port.set(signals, done)).catch(() => {}),
    close: () => {
      closing = true;
      return port.isOpen ? call((done) => port.close(done)) : Promise.resolve();
    },
  };
  port.on("data", (bytes: Buffer) => link.receive(bytes));
  port.on("error", (error) => link.lost(error));
  port.on("close", (error: Error | null) => {
    if (!closing) link.lost(error ?? new Error("the port was closed"));
  });
  await new Promise((resolve) => port.flush(resolve));
  return link;
}
