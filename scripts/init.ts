// nodemcu init: what a folder with an app lacks.
import { initCommand } from "../packages/create-nodemcu-httpserver/init.ts";

export const command = initCommand();
