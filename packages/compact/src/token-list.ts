// What a chunk is written with, token by token: where each comes from, which statement it begins, and the hints for the readable layout
// between them.
import type { Func, Position, Variable } from "./tree.ts";

export interface Token {
  text: string;
  position?: Position | undefined;
  /** What the author called it, if that is not what is written. */
  name?: string | undefined;
  /** The innermost function with a name of its own. */
  owner?: Func | undefined;
  /** An error in what is computed here is reported on this token's line. */
  raises: boolean;
  /** First token of a statement. */
  starts: boolean;
  /** …and another stands before it in its block. */
  follows: boolean;
  /** First token of a part of a statement that may come from a line of its own: a value, an argument, an operand, a field. */
  item: boolean;
  /** Not a token but a hint for the readable layout. */
  mark?: Mark | undefined;
}

/**
 * How people like it: a space; nothing, a space or always a line break where a group is too long for its line; the
 * bounds of a group and of what is indented in it.
 */
export type Mark = "space" | "soft" | "line" | "hard" | "indent" | "dedent" | "open" | "close";

/** Takes the tokens of one chunk in the order in which they are written. */
export class TokenList {
  readonly tokens: Token[] = [];
  /** The functions with a name of their own around what is written now, from the outside to the inside. */
  protected readonly owners: Func[] = [];
  /** The next token begins a part of a statement that may come from a line of its own. */
  protected itemNext = false;
  /** The next token begins a statement… */
  #starting = false;
  /** …and another statement stands before it in its block. */
  #following = false;

  /**
   * @param compact leaves the hints for the readable layout out
   * @param fields what the author called the fields that were renamed
   */
  constructor(
    protected readonly compact: boolean,
    private readonly fields?: ReadonlyMap<string, string>,
  ) {}

  /** Says that the next token begins a statement. @param following another statement stands before it in its block */
  protected start(following: boolean): void {
    this.#starting = true;
    this.#following = following;
  }

  /** Says that the next token begins no statement: the block is over, perhaps without one. */
  protected startNothing(): void {
    this.#starting = false;
  }

  protected put(text: string, position?: Position, raises = false, name?: string): void {
    this.tokens.push({
      text,
      position,
      raises,
      starts: this.#starting,
      follows: this.#starting && this.#following,
      item: this.itemNext,
      owner: this.owners.at(-1),
      name,
    });
    this.#starting = false;
    this.itemNext = false;
  }

  protected putVariable(v: Variable, position?: Position): void {
    this.put(v.text, position, false, v.text === v.name ? undefined : v.name);
  }

  protected putField(key: string, position?: Position, raises = false): void {
    this.put(key, position, raises, this.fields?.get(key));
  }

  /** Adds hints for the readable layout. */
  protected mark(...marks: Mark[]): void {
    if (this.compact) return;
    for (const mark of marks)
      this.tokens.push({ text: "", raises: false, starts: false, follows: false, item: false, mark });
  }

  protected commas<T>(items: readonly T[], print: (item: T) => void, between: Mark = "space"): void {
    for (const [i, item] of items.entries()) {
      if (i > 0) {
        this.put(",");
        this.mark(between);
      }
      print(item);
    }
  }

  protected equals(): void {
    this.mark("space");
    this.put("=");
    this.mark("space");
  }
}
