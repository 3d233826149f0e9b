// From `httpserver.lua:17: attempt to index local 'a'` to the line and the names of the TypeScript.
import { basename, dirname, relative, resolve, sep } from "node:path";
import { eachMapping, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

export interface TraceSource {
  /** Path of the source map; the TypeScript files are found relative to it. */
  path: string;
  /** The map, as JSON. */
  map: string;
  /** The Lua the map belongs to: with it, shortened names in messages get their own names back. */
  code?: string | undefined;
}

interface Known {
  map: TraceMap;
  folder: string;
  lines: string[] | undefined;
}

/** A place in a file of Lua, as error messages and tracebacks write it. */
const place = /([/\\]?(?:[\w.-]+[/\\])*)([\w-]+\.lua):(\d+)/g;
/** What Lua says about the variable that was not what it should be, or the function that got a bad argument. */
const variable = /\b(local|upvalue|field|method|function|to|calling) (['`])([A-Za-z_]\w*)'/g;
/** What TypeScriptToLua calls its own variables, with the name it made them from where there is one. */
const temporary =
  /^____(?:(?:temp|opt|self|result|returnValue|hasReturned|try|cond|switch)(?:_\d+)?|([a-z]\w*?)(?:_\d+)?)$/i;

export class Tracer {
  readonly #files = new Map<string, Known>();

  /** @param cwd the folder that paths of TypeScript files are written relative to */
  constructor(
    sources: readonly TraceSource[],
    readonly cwd: string = process.cwd(),
  ) {
    for (const { path, map, code } of sources) {
      const trace = new TraceMap(map);
      const file = trace.file ?? basename(path).replace(/\.map$/, "");
      this.#files.set(basename(file), {
        map: trace,
        folder: dirname(resolve(path)),
        lines: code?.split("\n"),
      });
    }
  }

  /** The text with places in our Lua replaced by places in the TypeScript; everything else stays. */
  rewrite(text: string): string {
    return text
      .split("\n")
      .map((line) => this.#line(line))
      .join("\n");
  }

  #line(text: string): string {
    let first: { known: Known; line: number } | undefined;
    const placed = text.replace(place, (all, _folder: string, file: string, digits: string) => {
      const known = this.#files.get(file);
      const line = Number(digits);
      const original = known && originalPositionFor(known.map, { line, column: 0 });
      if (!known || original?.source == null) return all;
      first ??= { known, line };
      const path = relative(this.cwd, resolve(known.folder, original.source));
      return `${path.split(sep).join("/")}:${original.line}`;
    });
    if (!first) return text;
    const { known, line } = first;
    const followed = /attempt to call/.test(text)
      ? /^\w+[({"'[]/
      : /attempt to index/.test(text)
        ? /^\w+[.:[]/
        : /^\w+/;
    return placed.replace(variable, (_all, kind: string, quote: string, name: string) => {
      const isCall = kind === "to" || kind === "calling";
      const original = originalName(known, line, kind, name, isCall ? /^\w+[({"'[]/ : followed) ?? name;
      const [made, from] = temporary.exec(original) ?? [];
      if (made !== undefined && from === undefined) return "a value of this expression";
      return `${kind} ${quote}${from ?? original}'`;
    });
  }
}

/** What the author called it, if all of this name that the message can mean has one name in the TypeScript. */
function originalName(
  { map, lines }: Known,
  line: number,
  kind: string,
  name: string,
  followed: RegExp,
): string | undefined {
  const text = lines?.[line - 1];
  if (text === undefined) return undefined;
  const isField = kind === "field" || kind === "method";
  const isVariable = kind === "local" || kind === "upvalue";
  // Only private fields have another name in Lua.
  if (isField && !name.startsWith("_")) return undefined;
  const names = new Set<string>();
  eachMapping(map, (m) => {
    if (m.generatedLine !== line || m.name === null) return;
    const rest = text.slice(m.generatedColumn);
    const afterDot = /(?:[^.]\.|:)$/.test(text.slice(0, m.generatedColumn));
    if ((isField && !afterDot) || (isVariable && afterDot)) return;
    if (rest.match(/^\w+/)?.[0] === name && followed.test(rest)) names.add(m.name);
  });
  return names.size === 1 ? [...names][0] : undefined;
}
