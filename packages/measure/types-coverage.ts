/**
 * Compares the declarations in types/ with the names that the firmware's source registers (types/api-surface.json) and
 * prints what share of them is declared, per module and chip. A name that is missing, one too many, and one of the wrong
 * kind (a function declared as a constant) all fail.
 *
 * types/api-surface-notes.json adds to the surface what the extraction could not see, each entry with its reason.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { Mistake } from "../command/mistake.ts";
import { ROOT } from "../command/place.ts";

type Kind = "function" | "constant" | "table" | "method";

/** The names of a module, a table of a module, or the whole firmware. */
interface SurfaceTable {
  functions?: string[];
  constants?: string[];
  tables?: Record<string, SurfaceTable>;
  /** Methods by the name under which the source registers their metatable. */
  objects?: Record<string, string[]>;
}

export interface Surface {
  commit?: string;
  modules: Record<string, SurfaceTable>;
}

interface SurfaceNote {
  module: string;
  reason: string;
  /** Names that the extraction could not see. */
  names: SurfaceTable;
  /** Names that it took for functions of the module, and that are none. */
  absent?: { functions: string[] };
}

/** What was found for one module of one chip. */
export interface ModuleCoverage {
  module: string;
  /** Names of the surface. */
  total: number;
  /** Of them, declared as the right kind. */
  declared: number;
  missing: string[];
  excess: string[];
  wrongKind: string[];
}

const typesFolder = path.join(ROOT, "types");
/** Those that types/ declares. */
export const chips = ["esp8266", "esp32"] as const;
export type Chip = (typeof chips)[number];

/** Compares one chip's declarations with its surface. `entry` is the chip's declaration file. */
export function coverage(chip: string, entry: string, surface: Surface): ModuleCoverage[] {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    types: [],
    strict: true,
    noEmit: true,
  });
  const file = program.getSourceFile(entry);
  if (!file) throw new Error(`cannot read ${entry}`);
  const checker = program.getTypeChecker();
  const globals = declaredGlobals(file, checker);

  const results = Object.entries(surface.modules).map(([name, table]) => {
    const found: ModuleCoverage = {
      module: name,
      total: 0,
      declared: 0,
      missing: [],
      excess: [],
      wrongKind: [],
    };
    const global = globals.get(name);
    compareTable(checker, name, table, global && checker.getTypeOfSymbol(global), found);
    compareObjects(checker, chip, name, table.objects ?? {}, namespaceOf(program, global, name), found);
    return found;
  });

  for (const name of globals.keys()) {
    if (surface.modules[name]) continue;
    results.push({ module: name, total: 0, declared: 0, missing: [], excess: [name], wrongKind: [] });
  }
  return results.sort((a, b) => a.module.localeCompare(b.module));
}

/** The constants that a chip's file declares, by their name in Lua. The Lua library is not ours to count. */
function declaredGlobals(file: ts.SourceFile, checker: ts.TypeChecker): Map<string, ts.Symbol> {
  const globals = new Map<string, ts.Symbol>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const luaName = tagTexts(statement, "customName")[0];
    for (const declaration of statement.declarationList.declarations) {
      const symbol = checker.getSymbolAtLocation(declaration.name);
      const type = declaration.type?.getText();
      if (symbol && type !== "LuaIo") globals.set(luaName ?? symbol.name, symbol);
    }
  }
  return globals;
}

/** The statements of the namespace that holds a module's types, wherever they are declared. */
function namespaceOf(
  program: ts.Program,
  global: ts.Symbol | undefined,
  module: string,
): ts.InterfaceDeclaration[] {
  const name = global?.name ?? module;
  return program
    .getSourceFiles()
    .flatMap((file) => [...file.statements])
    .filter((statement) => ts.isModuleDeclaration(statement))
    .filter((statement) => statement.name.text === name)
    .flatMap((statement) => {
      const body = statement.body;
      return body && ts.isModuleBlock(body) ? [...body.statements] : [];
    })
    .filter((statement) => ts.isInterfaceDeclaration(statement));
}

function compareTable(
  checker: ts.TypeChecker,
  place: string,
  table: SurfaceTable,
  type: ts.Type | undefined,
  found: ModuleCoverage,
): void {
  const declared = new Map<string, ts.Type>();
  for (const property of type ? checker.getPropertiesOfType(checker.getNonNullableType(type)) : []) {
    declared.set(property.name, checker.getNonNullableType(checker.getTypeOfSymbol(property)));
  }
  const expected = new Map<string, Kind>();
  for (const name of table.functions ?? []) expected.set(name, "function");
  for (const name of table.constants ?? []) expected.set(name, "constant");
  for (const name of Object.keys(table.tables ?? {})) expected.set(name, "table");

  for (const [name, kind] of expected) {
    const member = declared.get(name);
    count(found, `${place}.${name}`, kind, member && kindOf(member, kind));
    if (kind === "table") {
      compareTable(checker, `${place}.${name}`, table.tables?.[name] ?? {}, member, found);
    }
  }
  for (const name of declared.keys()) {
    if (!expected.has(name)) found.excess.push(`${place}.${name}`);
  }
}

/** A type without signatures is what the surface says, a constant or a table: nothing in a declaration tells. */
function kindOf(type: ts.Type, expected: Kind): Kind {
  if (type.getCallSignatures().length > 0) return "function";
  return expected === "function" ? "constant" : expected;
}

function compareObjects(
  checker: ts.TypeChecker,
  chip: string,
  module: string,
  objects: Record<string, string[]>,
  interfaces: ts.InterfaceDeclaration[],
  found: ModuleCoverage,
): void {
  // Several interfaces can describe one metatable: a channel that sends and one that receives.
  const tagged = new Map<string, ts.InterfaceDeclaration[]>();
  for (const declaration of interfaces) {
    for (const tag of tagTexts(declaration, "userdata")) {
      const [metatable = "", onlyChip] = tag.split(/\s+/);
      if (onlyChip !== undefined && onlyChip !== chip) continue;
      tagged.set(metatable, [...(tagged.get(metatable) ?? []), declaration]);
    }
  }
  for (const [metatable, methods] of Object.entries(objects)) {
    const place = `${module} ${metatable}`;
    const members = new Map<string, ts.Type>();
    for (const declaration of tagged.get(metatable) ?? []) {
      const type = checker.getTypeAtLocation(declaration.name);
      for (const property of checker.getPropertiesOfType(type)) {
        members.set(property.name, checker.getNonNullableType(checker.getTypeOfSymbol(property)));
      }
    }
    for (const method of methods) {
      const member = members.get(method);
      const kind = member && (member.getCallSignatures().length > 0 ? "method" : "constant");
      count(found, `${place}:${method}`, "method", kind);
    }
    for (const name of members.keys()) {
      if (!methods.includes(name)) found.excess.push(`${place}:${name}`);
    }
  }
  for (const metatable of tagged.keys()) {
    if (!objects[metatable]) found.excess.push(`${module} ${metatable}`);
  }
}

function count(found: ModuleCoverage, name: string, expected: Kind, actual: Kind | undefined): void {
  found.total++;
  if (actual === undefined) found.missing.push(name);
  else if (actual !== expected) found.wrongKind.push(`${name} is a ${expected}, declared as a ${actual}`);
  else found.declared++;
}

function tagTexts(node: ts.Node, tag: string): string[] {
  return ts
    .getJSDocTags(node)
    .filter((candidate) => candidate.tagName.text === tag)
    .map((candidate) => ts.getTextOfJSDocComment(candidate.comment)?.trim() ?? "");
}

/** The surface of a chip with the notes added. */
export function readSurface(chip: Chip): Surface {
  const read = (name: string) => JSON.parse(readFileSync(path.join(typesFolder, name), "utf8"));
  const surface: Surface = read("api-surface.json")[chip];
  const notes: Record<Chip, SurfaceNote[]> = read("api-surface-notes.json");
  for (const note of notes[chip]) {
    const table = surface.modules[note.module] ?? {};
    const absent = note.absent?.functions ?? [];
    table.functions = table.functions?.filter((name) => !absent.includes(name)) ?? [];
    surface.modules[note.module] = merge(table, note.names);
  }
  return surface;
}

function merge(into: SurfaceTable, from: SurfaceTable): SurfaceTable {
  const tables = { ...into.tables };
  for (const [name, table] of Object.entries(from.tables ?? {}))
    tables[name] = merge(tables[name] ?? {}, table);
  return {
    functions: [...(into.functions ?? []), ...(from.functions ?? [])],
    constants: [...(into.constants ?? []), ...(from.constants ?? [])],
    tables,
    objects: { ...into.objects, ...from.objects },
  };
}

function percent(declared: number, total: number): string {
  if (total === 0) return "-";
  return `${(Math.floor((declared / total) * 1000) / 10).toFixed(1)} %`;
}

function report(chip: string, modules: ModuleCoverage[], all: boolean): boolean {
  const total = modules.reduce((sum, module) => sum + module.total, 0);
  const declared = modules.reduce((sum, module) => sum + module.declared, 0);
  const wrong = modules.filter(
    (module) => module.missing.length + module.excess.length + module.wrongKind.length > 0,
  );
  for (const module of all ? modules : wrong) {
    const share = percent(module.declared, module.total).padStart(8);
    console.log(`  ${module.module.padEnd(16)}${share}  ${module.declared} of ${module.total}`);
    for (const name of module.missing) console.log(`    missing     ${name}`);
    for (const name of module.excess) console.log(`    one too many ${name}`);
    for (const name of module.wrongKind) console.log(`    wrong kind  ${name}`);
  }
  const excess = modules.reduce((sum, module) => sum + module.excess.length, 0);
  console.log(
    `${chip}: ${percent(declared, total)}, ${declared} of ${total} names in ${modules.length} modules, ${excess} too many`,
  );
  return wrong.length === 0;
}

/** What the command line asks for. */
export interface Asked {
  /** Only this chip. */
  chip?: Chip;
  /** Only this module. */
  module?: string;
  /** List only modules where something is wrong. */
  quiet?: true;
}

/** Prints how much is declared. @returns whether everything is @throws Mistake if there is no module of that name */
export function tellCoverage(asked: Asked): boolean {
  let good = true;
  let shown = 0;
  for (const chip of asked.chip ? [asked.chip] : chips) {
    const entry = path.join(typesFolder, `${chip}.d.ts`);
    const modules = coverage(chip, entry, readSurface(chip)).filter(
      (module) => asked.module === undefined || module.module === asked.module,
    );
    if (modules.length === 0) continue;
    shown += modules.length;
    good = report(chip, modules, !asked.quiet) && good;
  }
  if (shown === 0) throw new Mistake(`neither the firmware nor types/ has a module '${asked.module}'`);
  return good;
}
