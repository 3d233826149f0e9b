// `a=nil b=nil` is `a,b=nil`: what a list of values does not fill becomes nil.
import { type Block, rewriteBlock, type Statement } from "../tree.ts";

/** As many targets as one statement gets: each takes a register of the function while it runs. */
const MOST_TARGETS = 50;

const forgets = (s: Statement | undefined): s is Statement & { kind: "assign" } =>
  s?.kind === "assign" &&
  s.values.every((value) => value.kind === "nil") &&
  s.targets.every((target) => target.kind !== "index");

/** Joins assignments of nil to variables that follow each other. */
export function joinNils(chunk: Block): Block {
  return rewriteBlock(chunk, {
    block(block) {
      const result: Block = [];
      for (const s of block) {
        const before = result.at(-1);
        if (forgets(s) && forgets(before) && before.targets.length + s.targets.length <= MOST_TARGETS)
          result[result.length - 1] = {
            ...before,
            targets: [...before.targets, ...s.targets],
            values: before.values.slice(0, 1),
          };
        else result.push(s);
      }
      return result;
    },
  });
}
