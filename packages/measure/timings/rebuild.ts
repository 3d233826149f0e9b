// What the first rebuilds after one changed file cost, as in `npm start`, with the compiler of the checkout that is named: a process of its
// own, because it loads that checkout's modules. Prints CPU times in ms as JSON.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type * as building from "../../image/build.ts";

export interface Rebuilds {
  app: number[];
  server: number[];
}

const root = resolve(process.argv[2]!);
// An older checkout has this file in another folder.
const [builder] = ["packages/image/build.ts", "scripts/compile/build.ts"]
  .map((path) => join(root, path))
  .filter((path) => existsSync(path));
const { compile, HTTPSERVER }: typeof building = await import(builder!);

const folder = realpathSync(mkdtempSync(join(tmpdir(), "rebuild-")));
try {
  cpSync(join(root, "src/httpserver"), join(folder, "httpserver"), { recursive: true });
  cpSync(join(root, "examples/dashboard"), join(folder, "app"), { recursive: true });
  const types = ["portable", "httpserver"].map((name) => join(root, `types/${name}.d.ts`));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tstl.json"),
      compilerOptions: { noEmit: true, rootDir: "." },
      include: ["app", ...types],
    }),
  );
  const project = join(folder, "server.json");
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, "tstl.json"),
      compilerOptions: { noEmit: true, rootDir: "." },
      include: ["httpserver", types[0]],
    }),
  );
  const source = (name: string, of: string, configuration: string): building.Source => ({
    folder: join(folder, of),
    entry: join(folder, of, "index.ts"),
    name,
    project: configuration,
  });
  const server = { ...HTTPSERVER, ...source("httpserver", "httpserver", project) };
  const app = source("app", "app", join(folder, "tsconfig.json"));

  let edits = 0;
  /** Changes what a file does, compiles both as npm start does, and gives the CPU time of that. */
  const rebuild = async (path: string): Promise<number> => {
    const text = readFileSync(path, "utf8");
    try {
      writeFileSync(path, `${text}\nprint(${JSON.stringify(`edit ${edits++}`)});\n`);
      const begun = process.cpuUsage();
      await compile(server, "compact");
      await compile(app, "compact");
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    } finally {
      writeFileSync(path, text);
      // So that the next change is that of one file.
      await compile(server, "compact");
      await compile(app, "compact");
    }
  };
  const files = readdirSync(server.folder).map((name) => join(server.folder, name));
  const index = join(app.folder, "index.ts");
  const result: Rebuilds = { app: [], server: [] };
  await compile(server, "compact");
  await compile(app, "compact");
  // The process is young, as when somebody begins to work: V8 has optimised little of the compiler yet.
  for (let i = 0; i < 6; i++) result.app.push(await rebuild(index));
  for (const path of files) result.server.push(await rebuild(path));
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}
