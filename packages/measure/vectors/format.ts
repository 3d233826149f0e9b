// Files of recorded network scenarios (test/vectors/README.md, "Format of net-*.json"), read and checked.
import * as v from "valibot";
import { readChecked } from "../../command/reading.ts";

const NAME = v.string();
const TIME = v.number();
const step = <T extends v.TupleItems>(...items: T) => v.strictTuple(items);
/** A client's step: its kind, its client (or a time in ms), its argument. */
const STEP = v.union(
  [
    step(v.literal("connect"), NAME),
    step(
      v.literal("connect"),
      NAME,
      v.object({ port: v.exactOptional(v.number()), rcvbuf: v.exactOptional(v.number()) }),
    ),
    step(
      v.literal("send"),
      NAME,
      v.union([v.string(), v.object({ repeat: v.string(), n: v.number() }), v.object({ hex: v.string() })]),
    ),
    step(v.literal("wait"), TIME),
    step(v.literal("expectClose"), NAME, TIME),
    step(v.picklist(["shutdown", "close", "reset", "pause", "resume"]), NAME),
  ],
  ({ input }) => `${JSON.stringify(input)} is not a step`,
);
export type Step = v.InferOutput<typeof STEP>;

const RESULT = v.object({ bytes: v.number(), sha1: v.exactOptional(v.string()), end: v.string() });
const RESULTS = v.record(v.string(), RESULT);
export type ClientResult = v.InferOutput<typeof RESULT>;

const OUTCOME = v.picklist(["running", "restart", "panic"]);
export type Outcome = v.InferOutput<typeof OUTCOME>;

const LOG = v.array(v.string());
const SCENARIO = v.object({
  id: v.string(),
  title: v.string(),
  lua: v.string(),
  client: v.array(STEP),
  log: LOG,
  otherOutput: v.exactOptional(LOG),
  clientResult: RESULTS,
  outcome: OUTCOME,
  nondeterministic: v.exactOptional(v.boolean()),
  /** Present if the recorded runs differed: what each kind of run gave. */
  logs: v.exactOptional(v.array(LOG)),
  clientResults: v.exactOptional(v.array(RESULTS)),
  outcomes: v.exactOptional(v.array(OUTCOME)),
});
export type Scenario = v.InferOutput<typeof SCENARIO>;

/** Reads a file of scenarios. @throws Mistake if it cannot be read or is not of the format */
export function readScenarios(path: string): Scenario[] {
  return readChecked(path, "the scenarios", v.array(SCENARIO, "this is no list of network scenarios"));
}
