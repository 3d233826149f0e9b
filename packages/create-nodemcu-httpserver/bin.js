#!/usr/bin/env node
// npm create nodemcu-httpserver: the program is compiled from create.ts.
import "./dist/create.js";
