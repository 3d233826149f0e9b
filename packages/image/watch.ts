// Watching the sources of an app while somebody works on them.
import { sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";

/** What others write into a project: packages, what we build, the history. */
const OTHERS = /(^|[\\/])(node_modules|build|\.git)([\\/]|$)/;

/**
 * Calls `changed` whenever something changes at or below one of the paths, but not for what lies in a node_modules, build or .git below it.
 * The caller closes it.
 */
export function watchSources(paths: readonly string[], changed: () => void): FSWatcher {
  const isOthers = (path: string) =>
    paths.some((root) => path.startsWith(root + sep) && OTHERS.test(path.slice(root.length + 1)));
  const watcher = watch([...paths], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100 },
    ignored: isOthers,
  });
  watcher.on("all", changed);
  return watcher;
}
