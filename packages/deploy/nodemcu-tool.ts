// nodemcu-tool as the uploader. It reports success whatever happens, so the files go under temporary names as with our own
// transfer, and the same checks follow. Its serialport of 2020 would be compiled at install: the overrides of package.json put
// packages/nodemcu-tool-serialport in its place. Nothing but the project's own package.json can write overrides.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Upload } from "./delivery.ts";
import { Problem } from "./diagnose.ts";
import type { SerialLink } from "./link.ts";

const PACKAGE = "nodemcu-tool";
/** The longest time that the tool may take for one file [ms]. */
const PATIENCE = 300_000;

/** What a package.json says to have nodemcu-tool without a compiler. */
const OVERRIDES = '"overrides": {"nodemcu-tool": {"serialport": "npm:nodemcu-tool-serialport@0.1.0"}}';

/**
 * Finds nodemcu-tool's command-line program: the one that NODEMCU_TOOL names, or as it is installed in the project.
 * @param from the project's folder
 * @throws Problem with how to install it
 */
export function findTool(from = process.cwd()): string {
  const { NODEMCU_TOOL } = process.env;
  if (NODEMCU_TOOL) return NODEMCU_TOOL;
  try {
    return createRequire(join(from, "package.json")).resolve(`${PACKAGE}/bin/nodemcu-tool.js`);
  } catch {
    throw new Problem(
      "uploader",
      `"uploader" is "nodemcu-tool", which is not installed: write ${OVERRIDES} into your package.json, then run npm install --save-dev nodemcu-tool@3.2.1 (without the overrides npm compiles an old serialport, for which it needs a C++ compiler and Python); or name one that you have with NODEMCU_TOOL=<path of its bin/nodemcu-tool.js>; or leave "uploader" at "own"`,
    );
  }
}

/** An uploader for deploy(): lends the port to the tool, file by file, and takes it back. */
export function nodemcuTool(
  tool: string,
  baud: number,
  reopen: (path: string) => Promise<SerialLink>,
): Upload {
  return async (console, files, progress) => {
    const { path } = console.link;
    const folder = mkdtempSync(join(tmpdir(), "flash-"));
    await console.link.close();
    try {
      for (const [i, { from, content }] of files.entries()) {
        const local = join(folder, "file");
        writeFileSync(local, content);
        await promisify(execFile)(
          process.execPath,
          [
            "--no-warnings",
            tool,
            "--port",
            path,
            "--baud",
            String(baud),
            "upload",
            local,
            "--remotename",
            from,
          ],
          { timeout: PATIENCE, cwd: folder },
        );
        progress(i);
      }
    } catch (error) {
      throw new Problem("uploader", `nodemcu-tool failed: ${(error as Error).message.trim()}`);
    } finally {
      rmSync(folder, { recursive: true });
      console.attach(await reopen(path));
      await console.prompt(10000);
    }
  };
}
