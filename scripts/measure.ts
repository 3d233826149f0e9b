// npm run measure -- <instrument>: what contributors measure this repository with.
import { Command } from "commander";
import { dispatch, type Verb } from "../packages/command/verb.ts";

const instrument = (name: string, summary: string): Verb => ({
  name,
  summary,
  load: () => import(`../packages/measure/commands/${name}.ts`),
});

await dispatch(
  new Command("npm run measure --").description("The instruments of this repository. Each has --help."),
  [
    instrument(
      "bench",
      "what the server costs beside the firmware's own: bytes, heap, allocations, instructions",
    ),
    instrument("budgets", "fails when something outgrows packages/measure/budgets.json"),
    instrument("size", "which function of the server costs what"),
    instrument("figures", "heap of a 1 MB upload and a 200 KB stream, time of a 4 KB page"),
    instrument("faults", "faults of networks, chips and apps, and every lack of memory"),
    instrument("soak", "a million requests of a browser, each answer checked, every byte of heap back"),
    instrument("vectors", "replays recordings of real firmware code on the simulated boards"),
    instrument("probe", "the app that black-box suites talk to"),
    instrument("program", "a program in Lua, unchanged, and what its clients see"),
    instrument("agent", "the bytes of what deploy has a board run"),
    instrument("serial", "how fast files get to a board"),
    instrument("tstl-suite", "TypeScriptToLua's own test programs through the compiler"),
    instrument("foreign", "TypeScriptToLua projects of others through the compiler"),
    instrument("growth", "how the compiler's time grows with the program"),
    instrument("timings", "CPU time of builds, beside that of another commit"),
    instrument("types-coverage", "how much of the firmware types/ declares"),
    instrument("schema", "writes flash.schema.json from the configuration's declaration"),
    instrument("picture", "the README's picture of the dashboard"),
    instrument("lua53", "builds Lua 5.3 for the simulated board"),
  ],
  process.argv.slice(2),
);
