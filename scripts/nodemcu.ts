#!/usr/bin/env node
// The command line: each verb is a file beside this one, loaded when it is asked for. In a clone npm run start, build, … are the same verbs.
import { Command } from "commander";
import { VERSION } from "../packages/command/place.ts";
import { dispatch } from "../packages/command/verb.ts";

const program = new Command("nodemcu")
  .description(
    "Write, run and deploy an HTTP server for NodeMCU boards (ESP8266, ESP32) in TypeScript or Lua.",
  )
  .version(VERSION)
  .addHelpText(
    "after",
    "\nExamples:\n  nodemcu new my-app  a new project\n  nodemcu start       the app of this folder on a simulated board\n" +
      "  nodemcu flash       the same on the board that is plugged in\n\n" +
      "nodemcu <verb> --help shows the options, examples and exit codes of a verb.",
  );

await dispatch(
  program,
  [
    { name: "new", summary: "make a project", load: () => import("./new.ts") },
    { name: "init", summary: "add what a folder with an app lacks", load: () => import("./init.ts") },
    { name: "start", summary: "run an app on a simulated board", load: () => import("./start.ts") },
    { name: "build", summary: "compile an app and httpserver to Lua", load: () => import("./build.ts") },
    { name: "test", summary: "run the tests of an app", load: () => import("./test.ts") },
    { name: "types", summary: "check the types of an app and its tests", load: () => import("./types.ts") },
    { name: "size", summary: "show what an app takes", load: () => import("./size.ts") },
    { name: "flash", summary: "bring an app, or the firmware, to a board", load: () => import("./flash.ts") },
    { name: "monitor", summary: "show what a board prints", load: () => import("./monitor.ts") },
    { name: "trace", summary: "find the TypeScript of Lua errors", load: () => import("./trace.ts") },
    { name: "lfs", summary: "make an image for the Lua flash store", load: () => import("./lfs.ts") },
  ],
  process.argv.slice(2),
);
