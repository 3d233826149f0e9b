// What of the output comes from where.
import type { Mapping, Printed } from "./layout.ts";

export interface Report {
  /** Bytes of the Lua source. */
  bytes: number;
  /** Bytes of the output that come from each TypeScript file. */
  files: { file: string; bytes: number }[];
  /** Bytes of the output by function, the largest first; functions that became part of another count there. */
  functions: { name: string; file: string; line: number; bytes: number }[];
  /** Newlines that are there only to tell errors of two TypeScript lines apart: one byte each. */
  newlines: number;
}

export const emptyReport: Report = { bytes: 0, files: [], functions: [], newlines: 0 };

/** Every byte belongs to the file of the mapping before it. */
export function report(printed: Printed, files: readonly string[]): Report {
  const bytes = new Map<number, number>();
  const lines = printed.code.split("\n");
  const size = (line: number, from: number, to?: number) =>
    Buffer.byteLength(lines[line - 1]!.slice(from, to));
  let at: Mapping = {
    line: 1,
    column: 0,
    original: printed.mappings[0]?.original ?? { source: 0, line: 1, column: 0 },
    raises: false,
  };
  const count = (next?: Mapping) => {
    let sum = 0;
    const end = next ?? { line: lines.length, column: lines.at(-1)!.length };
    if (end.line === at.line) sum = size(at.line, at.column, end.column);
    else {
      sum = size(at.line, at.column) + 1;
      for (let l = at.line + 1; l < end.line; l++) sum += size(l, 0) + 1;
      sum += size(end.line, 0, end.column);
    }
    bytes.set(at.original.source, (bytes.get(at.original.source) ?? 0) + sum);
  };
  for (const m of printed.mappings) {
    if (m.line === at.line && m.column === at.column) {
      at = m;
      continue;
    }
    count(m);
    at = m;
  }
  count();
  return {
    bytes: Buffer.byteLength(printed.code),
    files: [...bytes].filter(([, n]) => n > 0).map(([i, n]) => ({ file: files[i]!, bytes: n })),
    functions: [...printed.functions]
      .map(([f, n]) => ({
        name: f?.title ?? "(outside functions)",
        file: f?.position ? files[f.position.source]! : "",
        line: f?.position?.line ?? 0,
        bytes: n,
      }))
      .sort((a, b) => b.bytes - a.bytes),
    newlines: printed.extraNewlines,
  };
}
