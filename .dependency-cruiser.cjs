// The arrows of the house, checked by npm run check: each layer imports only from layers below it, and nothing imports itself in a
// circle, types included. What runs on the chip and what describes it know nothing of what runs on the computer.

/** What runs on the board for a deployment: what makes and types it imports the names and constants in it. */
const AGENT = "^src/agent/";

/** From the lowest to the highest. */
const LAYERS = [
  "command",
  "create-nodemcu-httpserver",
  "compact",
  "lua-vm",
  "image",
  "simulator",
  "deploy",
  "measure",
].map((name) => `packages/${name}`);

/**
 * The passes of the compiler in the order in which a program goes through them, after what all of them stand on. What is in none of them
 * puts them together.
 */
const COMPILER = [
  ["tree", "operators", "literal", "names", "lua-limits"],
  ["analysis/[^/]+"],
  ["types", "scan", "parse", "read"],
  ["declare", "linked", "library", "link"],
  ["simplify/[^/]+"],
  ["private", "mangle", "readable"],
  ["token-list", "tokens", "layout", "pretty"],
  ["map", "report"],
].map((files) => `packages/compact/src/(${files.join("|")})[.]ts$`);

module.exports = {
  forbidden: [
    {
      name: "circle",
      comment: "two files that need each other are one concern, or one of them has what belongs into a third",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...LAYERS.map((layer, i) => ({
      name: `arrow-from-${layer.replace("packages/", "")}`,
      comment: `${layer} stands on what is before it in the list of layers alone`,
      severity: "error",
      from: { path: `^${layer}/` },
      to: {
        path: `^(${[...LAYERS.slice(i + 1), "scripts", "test", "examples", "src"].join("|")})/`,
        ...(i < LAYERS.indexOf("packages/image") ? {} : { pathNot: AGENT }),
      },
    })),
    {
      name: "compiler-knows-nothing-of-ours",
      comment: "packages/compact is published by itself",
      severity: "error",
      from: { path: "^packages/compact/" },
      to: { path: "^(packages|scripts|src|types)/", pathNot: "^packages/compact/" },
    },
    ...COMPILER.map((pass, i) => ({
      name: `compiler-pass-${i}`,
      comment:
        "a pass of the compiler imports from the passes before it alone; what both need is a question to the tree: analysis/",
      severity: "error",
      from: { path: `^${pass}` },
      to: { path: "^packages/compact/src/", pathNot: COMPILER.slice(0, i + 1).map((p) => `^${p}`) },
    })),
    {
      name: "chip-knows-no-computer",
      comment: "src and examples run on the chip, types describe it; an example's tests run on the computer",
      severity: "error",
      from: { path: "^(src|examples|types)/", pathNot: "^examples/[^/]+/test/" },
      to: { path: "^(packages|scripts|test)/" },
    },
    {
      name: "only-tests-import-tests",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["/dist/", "/templates/", "^packages/lua-vm/vm/lua53/node_modules"] },
    tsConfig: { fileName: "tsconfig.json" },
  },
};
