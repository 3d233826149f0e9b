// TypeScriptToLua loads plugins with `require`: this lets it load TypeScript, whoever started it.
const { require: tsxRequire } = require("tsx/cjs/api");

module.exports = tsxRequire("./index.ts", __filename);
