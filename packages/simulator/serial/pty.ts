// The board's serial port as a pseudo-terminal, so that any program can open it as if it were a USB adapter.
// DTR and RTS do not exist there; the baud rate that a program sets is ignored (the line runs at the board's).
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import type { Board } from "../board.ts";
import { type LineOptions, SerialLine } from "./line.ts";

/** What we use of node-pty: its open() is not in its declarations. */
interface Pty {
  open(options: { cols: number; rows: number; encoding: null }): {
    ptsName: string;
    master: NodeJS.ReadWriteStream & { destroy(): void; writableLength: number };
    slave: { pause(): void; destroy(): void };
  };
}

/** A program that does not read loses what is sent beyond this many bytes, as with a real port. */
const BACKLOG = 64 * 1024;

export interface SerialPty {
  /** What a program opens, such as /dev/pts/3. */
  path: string;
  line: SerialLine;
  close(): void;
}

/** Connects a board's console with a new pseudo-terminal. @throws Error where the system has none, or no stty (Windows) */
export function openPty(board: Board, options: LineOptions = {}): SerialPty {
  const pty: Pty = createRequire(import.meta.url)("@lydell/node-pty");
  // as text the bytes above 127 would be destroyed; our own end of the slave must not eat what the board sends
  const terminal = pty.open({ cols: 80, rows: 24, encoding: null });
  terminal.slave.pause();
  // a new terminal echoes; without stty the board's banner would come back to it as input
  execFileSync("stty", [process.platform === "darwin" ? "-f" : "-F", terminal.ptsName, "raw", "-echo"]);
  const line = new SerialLine(board.clock, options);
  board.uart.connect(line);
  line.computer = (bytes) => {
    if (terminal.master.writableLength < BACKLOG) terminal.master.write(bytes);
  };
  terminal.master.on("data", (bytes) => line.toBoard(bytes as unknown as Buffer));
  terminal.master.on("error", () => {});
  return {
    path: terminal.ptsName,
    line,
    close: () => {
      line.unplug();
      terminal.slave.destroy();
      terminal.master.destroy();
    },
  };
}
