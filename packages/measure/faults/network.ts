// What networks and clients do: any segmentation, loss, connections that end at any byte, readers and writers that stall,
// and a board whose time stands still.
import type { ClientOptions, MemoryClient } from "../../simulator/network/memory.ts";
import { random } from "../../simulator/network/random.ts";
import type { Fault, Run, Talk } from "./run.ts";
import type { Session } from "./sessions.ts";
import type { World } from "./world.ts";

/** Pause between the pieces of a session [ms]. */
const PIECE = 10;
/** Runs for each fault that comes at random; their seeds are 1, 2, … */
const SEEDS = 60;

/** Sends a session, piece by piece. */
export function talk(world: World, session: Session, options: ClientOptions = {}): Talk {
  const client = world.client(options);
  for (const piece of session.pieces) {
    client.send(piece);
    world.clock.advance(PIECE);
  }
  return { client, session };
}

/** About as many bytes as its answers have, heads and all. */
const receivedBytes = (session: Session): number =>
  session.answers.reduce((sum, { body, method }) => sum + 90 + (method === "HEAD" ? 0 : body.length), 0);

function* positions(last: number, stride: number): Generator<number> {
  for (let at = 1; at <= last; at += stride) yield at;
}

/** Calls `act` once the client has received so many bytes. */
function afterReceiving(at: number, act: (client: MemoryClient) => void): ClientOptions {
  let received = 0;
  let isDone = false;
  return {
    onData: (data, client) => {
      received += data?.length ?? 0;
      if (isDone || received < at) return;
      isDone = true;
      act(client);
    },
  };
}

/** Every how many bytes a fault comes: 1 for every byte of what is sent, and of what is received; more for some of them. */
export interface Strides {
  sent: number;
  received: number;
}

/** @returns what networks and clients do to a session, each with its runs */
export function networkFaults(session: Session, strides: Strides): Fault[] {
  const faults = new NetworkFaults(session, strides);
  faults.addSegments();
  faults.addEnds();
  faults.addPauses();
  faults.addStalls();
  return faults.rows;
}

/** The client sends nothing more, so no answer is due, or one that says so. */
const GONE: Partial<Fault> = { least: 0, refusals: [408, 503] };

class NetworkFaults {
  readonly rows: Fault[] = [];
  readonly #session: Session;
  readonly #strides: Strides;
  readonly #whole: string;

  constructor(session: Session, strides: Strides) {
    this.#session = session;
    this.#strides = strides;
    this.#whole = session.pieces.join("");
  }

  addSegments(): void {
    const session = this.#session;
    this.#add("nothing is wrong", () => [{ name: "once", play: (world) => [talk(world, session)] }]);
    this.#atBytesSent("segments of any one size", (world, size) =>
      talk(world, session, { faults: { segment: () => size } }),
    );
    this.#seeded("segments of any sizes", (world, next) =>
      talk(world, session, { faults: { segment: (_, most) => 1 + next(Math.min(most, 60)) } }),
    );
    this.#seeded("segments to the board are lost", (world, next) =>
      talk(world, session, {
        faults: { segment: (_, most) => 1 + next(Math.min(most, 90)), lose: () => next(4) === 0 },
      }),
    );
    this.#seeded(
      "acknowledgements come late",
      (world, next) =>
        talk(world, session, { faults: { acknowledge: () => next(next(4) === 0 ? 6000 : 500) } }),
      { ...GONE, patience: 90 },
    );
  }

  addEnds(): void {
    const session = this.#session;
    this.#atBytesSent(
      "a reset after any byte sent",
      (world, at) => talk(world, session, { faults: { resetAfterSent: at } }),
      { least: 0 },
    );
    this.#atBytesReceived(
      "a reset after any byte received",
      (world, at) => talk(world, session, { faults: { resetAfterReceived: at } }),
      { least: 0 },
    );
    this.#atBytesReceived(
      "a half-close after any byte received",
      (world, at) => {
        const options = afterReceiving(at, (client) => client.shutdown());
        return talk(world, session, options);
      },
      { least: 0 },
    );
    this.#upTo("a half-close after any byte sent", (client) => client.shutdown(), GONE);
    this.#upTo("a close after any byte sent", (client) => client.close(), GONE);
    this.#upTo("the client vanishes after any byte", (client) => client.vanish(), GONE);
    this.#upTo("the client falls silent after any byte", () => {}, GONE);
  }

  addPauses(): void {
    const session = this.#session;
    this.#upTo("the client pauses 4 s after any byte sent", (client, { clock }, at) => {
      clock.advance(4000);
      client.send(this.#whole.slice(at));
    });
    this.#add("the client sends a byte every 20 ms", () => [
      { name: "once", play: (world) => [dripped(world, session)] },
    ]);
    this.#atBytesReceived(
      "the client stops reading for 5 s after any byte",
      (world, at) =>
        talk(world, session, {
          receiveBuffer: 1460,
          ...afterReceiving(at, (client) => {
            client.pause();
            world.clock.after(5000, () => client.resume());
          }),
        }),
      { patience: 60 },
    );
    this.#atBytesReceived(
      "the client stops reading for good after any byte",
      (world, at) =>
        talk(world, session, { receiveBuffer: 1460, ...afterReceiving(at, (client) => client.pause()) }),
      GONE,
    );
  }

  addStalls(): void {
    const session = this.#session;
    this.#seeded(
      "the board's time stands still for up to 20 s",
      (world, next) => {
        const client = world.client();
        const at = next(this.#whole.length);
        client.send(this.#whole.slice(0, at));
        world.clock.advance(next(30));
        world.stall(next(20_000));
        client.send(this.#whole.slice(at));
        return { client, session };
      },
      { ...GONE, patience: 60 },
    );
  }

  #add(name: string, runs: () => Iterable<Run>, more: Partial<Fault> = {}): void {
    this.rows.push({ name: `${this.#session.name}: ${name}`, runs, ...more });
  }

  /** A run for every position up to `last`, in steps of `stride`. */
  #each(
    name: string,
    [last, stride]: readonly [number, number],
    play: (world: World, at: number) => Talk,
    more: Partial<Fault> = {},
  ): void {
    const runs = function* (): Generator<Run> {
      for (const at of positions(last, stride))
        yield { name: `at byte ${at}`, play: (world) => [play(world, at)] };
    };
    this.#add(name, runs, more);
  }
  #atBytesSent(name: string, play: (world: World, at: number) => Talk, more?: Partial<Fault>): void {
    this.#each(name, [this.#whole.length, this.#strides.sent], play, more);
  }
  #atBytesReceived(name: string, play: (world: World, at: number) => Talk, more?: Partial<Fault>): void {
    this.#each(name, [receivedBytes(this.#session), this.#strides.received], play, more);
  }

  /** A run for each seed. */
  #seeded(
    name: string,
    play: (world: World, next: (limit: number) => number) => Talk,
    more: Partial<Fault> = {},
  ): void {
    const runs = function* (): Generator<Run> {
      for (let seed = 1; seed <= SEEDS; seed++)
        yield { name: `seed ${seed}`, play: (world) => [play(world, random(seed))] };
    };
    this.#add(name, runs, more);
  }

  /** The client sends up to a byte, then something happens. */
  #upTo(
    name: string,
    then: (client: MemoryClient, world: World, at: number) => void,
    more: Partial<Fault> = {},
  ): void {
    const play = (world: World, at: number): Talk => {
      const client = world.client();
      client.send(this.#whole.slice(0, at));
      world.clock.advance(PIECE);
      then(client, world, at);
      return { client, session: this.#session };
    };
    this.#atBytesSent(name, play, more);
  }
}

function dripped(world: World, session: Session): Talk {
  const client = world.client();
  for (const byte of session.pieces.join("")) {
    client.send(byte);
    world.clock.advance(20);
  }
  return { client, session };
}
