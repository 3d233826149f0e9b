const { availableParallelism } = require("node:os");

module.exports = {
  "node-option": ["import=tsx/esm"],
  require: ["test/extent.ts", "test/limits.ts"],
  // of processor time: test/limits.ts
  timeout: 20000,
  reporter: "dot",
  parallel: true,
  // one more than there are cores: some tests wait on a real clock. Each takes about 500 MB
  jobs: Math.min(5, availableParallelism() + 1),
};
