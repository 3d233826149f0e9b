// nodemcu new: a project.
import { newCommand } from "../packages/create-nodemcu-httpserver/new.ts";

export const command = newCommand("nodemcu new");
