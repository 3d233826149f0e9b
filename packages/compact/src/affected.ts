// What has to be compiled again when files of a program have changed: the changed ones and those that import them, by however
// many others; everything, if what changed is seen without an import.
import * as ts from "typescript";

/** What TypeScript keeps of a program's imports, which its declarations hide. */
interface Resolved {
  getResolvedModuleFromModuleSpecifier(
    specifier: ts.StringLiteralLike,
    file: ts.SourceFile,
  ): { resolvedModule: ts.ResolvedModuleFull | undefined } | undefined;
}
interface WithImports {
  imports: readonly ts.StringLiteralLike[];
}

/** Is something of the file seen by files that do not import it? */
const isSeenEverywhere = (file: ts.SourceFile): boolean =>
  file.isDeclarationFile || !ts.isExternalModule(file) || /\bdeclare\s+(global|module)\b/.test(file.text);

/** @returns files of `now` that may compile differently than in `before`; undefined: any may */
export function affected(before: ts.Program, now: ts.Program): Set<ts.SourceFile> | undefined {
  const files = now.getSourceFiles();
  const known = new Set(before.getSourceFiles());
  const changed = files.filter((f) => !known.has(f));
  const current = new Set(files);
  const gone = before.getSourceFiles().filter((f) => !current.has(f));
  if ([...changed, ...gone].some(isSeenEverywhere)) return undefined;

  const importers = new Map<ts.SourceFile, ts.SourceFile[]>();
  const resolved = now as unknown as Resolved;
  for (const file of files) {
    for (const specifier of (file as unknown as WithImports).imports) {
      const found = resolved.getResolvedModuleFromModuleSpecifier(specifier, file)?.resolvedModule;
      const target = found && now.getSourceFile(found.resolvedFileName);
      if (!target) continue;
      const list = importers.get(target);
      if (list) list.push(file);
      else importers.set(target, [file]);
    }
  }
  const result = new Set(changed);
  for (const file of result) for (const importer of importers.get(file) ?? []) result.add(importer);
  return result;
}
