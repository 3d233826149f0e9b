// What has to be compiled again when files of a program have changed: the changed ones, and where what others see of one has changed,
// those that import it, by however many others; everything, if it is seen without an import.
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

interface Declaring {
  emit(
    file: ts.SourceFile,
    write: ts.WriteFileCallback,
    token: undefined,
    onlyDeclarations: boolean,
    transformers: undefined,
    force: boolean,
  ): ts.EmitResult;
}

const shapes = new WeakMap<ts.Program, Map<ts.SourceFile, string | undefined>>();

function shapeOf(program: ts.Program, file: ts.SourceFile): string | undefined {
  const known = shapes.get(program) ?? new Map<ts.SourceFile, string | undefined>();
  shapes.set(program, known);
  if (!known.has(file)) known.set(file, findShape(program, file));
  return known.get(file);
}

/** The text of a declaration with the members of unions in one order: TypeScript writes them in the order it met them. */
function withSortedUnions(node: ts.Node, file: ts.SourceFile): string {
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.map((type) => withSortedUnions(type, file).trim());
    return ` ${members.sort().join(" | ")}`;
  }
  let text = "";
  let end = node.pos;
  ts.forEachChild(node, (child) => {
    text += file.text.slice(end, child.pos) + withSortedUnions(child, file);
    end = child.end;
  });
  return text + file.text.slice(end, node.end);
}

/**
 * What other files see of one: its declarations, and what comments with a tag say to TypeScriptToLua (`@noSelf`). undefined: that is
 * not all, for an index by name finds private members, too.
 */
function findShape(program: ts.Program, file: ts.SourceFile): string | undefined {
  if (/\bprivate\b/.test(file.text)) return undefined;
  let shape = "";
  const write = (_path: string, text: string) => (shape += text);
  const { diagnostics } = (program as unknown as Declaring).emit(
    file,
    write,
    undefined,
    true,
    undefined,
    true,
  );
  if (diagnostics.length > 0 || shape === "") return undefined;
  const tagged = file.text.match(/\/\*[\s\S]*?\*\/|\/\/.*/g)?.filter((comment) => comment.includes("@"));
  const declared = ts.createSourceFile("shape.d.ts", shape, ts.ScriptTarget.Latest);
  return `${withSortedUnions(declared, declared)}\n${tagged?.join("\n") ?? ""}`;
}

/** Finds the files of `now` that may compile differently than in `before`; undefined: any file may, because a change is seen everywhere. */
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
  const looksDifferent = changed.filter((file) => {
    const old = before.getSourceFile(file.fileName);
    const shape = old && shapeOf(now, file);
    return shape === undefined || shape !== shapeOf(before, old!);
  });
  const dependent = new Set(looksDifferent);
  for (const file of dependent) for (const importer of importers.get(file) ?? []) dependent.add(importer);
  return new Set([...changed, ...dependent]);
}
