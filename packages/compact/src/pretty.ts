// Tokens as a file for people.
import { closed, type Mapping, needsSeparator, type Printed, sameLine } from "./layout.ts";
import type { Token } from "./token-list.ts";
import type { Position } from "./tree.ts";

const width = 100;

/** For people: indented, one statement a line, long lists broken. */
export function layoutReadable(list: readonly Token[]): Printed {
  const pieces: string[] = [];
  const mappings: Mapping[] = [];
  let line = 1;
  let column = 0;
  let indent = 0;
  let atStart = true;
  /** For every open group: is it broken over several lines? */
  const groups: boolean[] = [];
  /** For every open indentation: does it count? */
  const levels: boolean[] = [];

  const emit = (text: string): void => {
    if (atStart && text !== "") {
      pieces.push("  ".repeat(indent));
      column = 2 * indent;
      atStart = false;
    }
    pieces.push(text);
    column += text.length;
  };
  const newline = (): void => {
    pieces.push("\n");
    line++;
    column = 0;
    atStart = true;
  };
  /** Would everything up to the end of the group at `i` and what must follow it fit on this line? */
  const fits = (i: number): boolean => {
    let room = width - (atStart ? 2 * indent : column);
    let depth = 0;
    for (let j = i; j < list.length && room >= 0; j++) {
      const { mark, text } = list[j]!;
      if (mark === "open") depth++;
      else if (mark === "close") depth--;
      else if (mark === "hard") return depth <= 0 || isFunctionBody(j);
      else if (depth <= 0 && (mark === "line" || mark === "soft")) return true;
      else if (mark === "space" || mark === "line") room--;
      room -= text.length;
    }
    return room >= 0;
  };
  /** Does what can raise in the group at `i` come from one line of the source? */
  const isOneLine = (i: number): boolean => {
    let first: Position | undefined;
    let depth = 0;
    for (let j = i; j < list.length; j++) {
      const { mark, raises, position } = list[j]!;
      if (mark === "open") depth++;
      else if (mark === "close" && --depth === 0) return true;
      else if (mark === "hard") return true;
      if (!raises || !position) continue;
      first ??= position;
      if (!sameLine(first, position)) return false;
    }
    return true;
  };
  /** A group may hold a function that goes on over lines, if all up to its first line fits. */
  const isFunctionBody = (hard: number): boolean =>
    list[hard - 2]?.text === ")" && list[hard - 1]?.mark === "indent";

  /** The last token that is a word. */
  let previous: string | undefined;
  for (const [i, token] of list.entries()) {
    switch (token.mark) {
      case "space":
        emit(" ");
        break;
      case "hard":
        newline();
        break;
      case "open":
        groups.push(!(fits(i) && isOneLine(i)));
        break;
      case "close":
        groups.pop();
        break;
      case "indent":
        if (groups.length === 0 || groups.at(-1) || list[i + 1]?.mark === "hard") indent++;
        levels.push(groups.length === 0 || groups.at(-1) === true || list[i + 1]?.mark === "hard");
        break;
      case "dedent":
        if (levels.pop()) indent--;
        break;
      case "line":
      case "soft":
        if (groups.at(-1)) newline();
        else if (token.mark === "line") emit(" ");
        break;
      default: {
        const before = list[i - 1];
        if (token.follows && token.text === "(") {
          if (previous !== undefined && !closed.has(previous)) emit(";");
        } else if (before && !before.mark && needsSeparator(before.text, token.text)) emit(" ");
        if (token.position) {
          const at = atStart ? 2 * indent : column;
          mappings.push({
            line,
            column: at,
            original: token.position,
            name: token.name,
            raises: token.raises,
          });
        }
        emit(token.text);
        previous = token.text;
      }
    }
  }
  if (!atStart) newline();
  return { code: pieces.join(""), mappings, extraNewlines: 0, functions: new Map() };
}
