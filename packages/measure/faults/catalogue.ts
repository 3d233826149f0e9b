// Which faults a server is put through: those that make sense for any HTTP/1.1 server with the API of the firmware's own
// module, and those that need what ours has beyond it. Fine: at every byte and in small steps; coarse: for a test suite.
import { APP_FAULTS } from "./app.ts";
import { chipFaults } from "./chip.ts";
import { exhaustion, type Steps } from "./exhaustion.ts";
import { networkFaults } from "./network.ts";
import type { Fault } from "./run.ts";
import { EXTENDED, SINGLE, WHOLE } from "./sessions.ts";

export type Grain = "fine" | "coarse";
export type Kind = "network and clients" | "chip" | "app" | "exhaustion";
export type Catalogue = Readonly<Record<Kind, readonly Fault[]>>;

const STEPS: Record<Grain, Steps> = { fine: { room: 150, heap: 150 }, coarse: { room: 300, heap: 2000 } };

/** For any server: one request on a connection of its own, nothing of ours in the app. */
export function common(grain: Grain): Catalogue {
  const [get, post, , later] = SINGLE;
  const strides = grain === "fine" ? { sent: 1, received: 1 } : { sent: 7, received: 97 };
  return {
    "network and clients": [
      ...networkFaults(later!, strides),
      ...networkFaults(post!, { ...strides, sent: strides.sent * 3 }),
    ],
    chip: [...chipFaults(get!), ...chipFaults(post!), ...chipFaults(later!)],
    app: APP_FAULTS.filter(({ extended }) => !extended),
    exhaustion: exhaustion(SINGLE, SINGLE.slice(0, 3), STEPS[grain]),
  };
}

/** For our module: kept and pipelined requests, chunked uploads, functions as data, bounds. */
export function extended(grain: Grain): Catalogue {
  return {
    "network and clients": networkFaults(
      WHOLE,
      grain === "fine" ? { sent: 1, received: 1 } : { sent: 3, received: 149 },
    ),
    chip: chipFaults(WHOLE),
    app: APP_FAULTS.filter((fault) => fault.extended),
    exhaustion: exhaustion(EXTENDED, EXTENDED.slice(0, 3), STEPS[grain]),
  };
}
