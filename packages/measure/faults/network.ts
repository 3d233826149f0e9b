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

const sentBytes = (session: Session): number => session.pieces.join("").length;

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

/**
 * @param strides 1 for every byte of what is sent, and of what is received; more for some of them
 */
export function networkFaults(session: Session, strides: { sent: number; received: number }): Fault[] {
  const rows: Fault[] = [];
  const whole = session.pieces.join("");
  const add = (name: string, runs: () => Iterable<Run>, more: Partial<Fault> = {}) =>
    rows.push({ name: `${session.name}: ${name}`, runs, ...more });
  const each = (
    name: string,
    last: number,
    stride: number,
    play: (world: World, at: number) => Talk,
    more: Partial<Fault> = {},
  ) =>
    add(
      name,
      function* () {
        for (const at of positions(last, stride))
          yield { name: `at byte ${at}`, play: (world) => [play(world, at)] };
      },
      more,
    );
  const seeded = (
    name: string,
    play: (world: World, next: (limit: number) => number) => Talk,
    more: Partial<Fault> = {},
  ) =>
    add(
      name,
      function* () {
        for (let seed = 1; seed <= SEEDS; seed++)
          yield { name: `seed ${seed}`, play: (world) => [play(world, random(seed))] };
      },
      more,
    );
  /** The client sends up to a byte, then something happens. */
  const upTo = (
    name: string,
    then: (client: MemoryClient, world: World, at: number) => void,
    more: Partial<Fault>,
  ) =>
    each(
      name,
      sentBytes(session),
      strides.sent,
      (world, at) => {
        const client = world.client();
        client.send(whole.slice(0, at));
        world.clock.advance(PIECE);
        then(client, world, at);
        return { client, session };
      },
      more,
    );

  add("nothing is wrong", () => [{ name: "once", play: (world) => [talk(world, session)] }]);
  each("segments of any one size", sentBytes(session), strides.sent, (world, size) =>
    talk(world, session, { faults: { segment: () => size } }),
  );
  seeded("segments of any sizes", (world, next) =>
    talk(world, session, { faults: { segment: (_, most) => 1 + next(Math.min(most, 60)) } }),
  );
  seeded("segments to the board are lost", (world, next) =>
    talk(world, session, {
      faults: { segment: (_, most) => 1 + next(Math.min(most, 90)), lose: () => next(4) === 0 },
    }),
  );
  seeded(
    "acknowledgements come late",
    (world, next) =>
      talk(world, session, { faults: { acknowledge: () => next(next(4) === 0 ? 6000 : 500) } }),
    { least: 0, refusals: [408, 503], patience: 90 },
  );
  each(
    "a reset after any byte sent",
    sentBytes(session),
    strides.sent,
    (world, at) => talk(world, session, { faults: { resetAfterSent: at } }),
    { least: 0 },
  );
  each(
    "a reset after any byte received",
    receivedBytes(session),
    strides.received,
    (world, at) => talk(world, session, { faults: { resetAfterReceived: at } }),
    { least: 0 },
  );
  each(
    "a half-close after any byte received",
    receivedBytes(session),
    strides.received,
    (world, at) =>
      talk(
        world,
        session,
        afterReceiving(at, (client) => client.shutdown()),
      ),
    { least: 0 },
  );
  const gone = { least: 0, refusals: [408, 503] };
  upTo("a half-close after any byte sent", (client) => client.shutdown(), gone);
  upTo("a close after any byte sent", (client) => client.close(), gone);
  upTo("the client vanishes after any byte", (client) => client.vanish(), gone);
  upTo("the client falls silent after any byte", () => {}, gone);
  upTo(
    "the client pauses 4 s after any byte sent",
    (client, { clock }, at) => {
      clock.advance(4000);
      client.send(whole.slice(at));
    },
    {},
  );
  add("the client sends a byte every 20 ms", () => [
    { name: "once", play: (world) => [dripped(world, session)] },
  ]);
  each(
    "the client stops reading for 5 s after any byte",
    receivedBytes(session),
    strides.received,
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
  each(
    "the client stops reading for good after any byte",
    receivedBytes(session),
    strides.received,
    (world, at) =>
      talk(world, session, { receiveBuffer: 1460, ...afterReceiving(at, (client) => client.pause()) }),
    gone,
  );
  seeded(
    "the board's time stands still for up to 20 s",
    (world, next) => {
      const client = world.client();
      const at = next(whole.length);
      client.send(whole.slice(0, at));
      world.clock.advance(next(30));
      world.stall(next(20_000));
      client.send(whole.slice(at));
      return { client, session };
    },
    { least: 0, refusals: [408, 503], patience: 60 },
  );
  return rows;
}

function dripped(world: World, session: Session): Talk {
  const client = world.client();
  for (const byte of session.pieces.join("")) {
    client.send(byte);
    world.clock.advance(20);
  }
  return { client, session };
}
