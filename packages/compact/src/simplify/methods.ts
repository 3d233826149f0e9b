// `string.find(s, p)` as `s:find(p)`, which is shorter and needs no local for the function.
import { isLibraryFunction } from "../analysis/facts.ts";
import { type Block, rewriteBlock } from "../tree.ts";

/** Calls functions of the module `string` as methods of their first argument, which must be a string, not a number. */
export function stringMethods(chunk: Block): Block {
  return rewriteBlock(chunk, {
    expression(e) {
      if (e.kind !== "call" || e.callee.kind !== "index" || !isLibraryFunction(e.callee)) return e;
      const { object, key } = e.callee;
      const [first, ...args] = e.args;
      if (object.kind !== "global" || object.name !== "string" || key.kind !== "string") return e;
      if (key.value === "char" || !first || first.kind === "dots") return e;
      return { kind: "method", object: first, name: key.value, args, position: e.position };
    },
  });
}
