// A serial link in memory: what deploy sees of a simulated board's serial line.
import type { SerialLink } from "../deploy/link.ts";
import type { SerialLine } from "../simulator/serial/line.ts";

/** Rate at which a console speaks unless it is told otherwise [baud]. */
const CONSOLE_RATE = 115200;

/** Connects the computer's end of a simulated line with a link, at the console's rate. */
export function linkInMemory(line: SerialLine): SerialLink {
  line.computerBaud = CONSOLE_RATE;
  const link: SerialLink = {
    path: "the simulated port",
    receive: () => {},
    lost: () => {},
    write: async (bytes) => line.toBoard(bytes),
    setBaud: async (rate) => {
      line.computerBaud = rate;
    },
    setSignals: async () => {},
    close: async () => {},
  };
  line.computer = (bytes) => link.receive(bytes);
  return link;
}
