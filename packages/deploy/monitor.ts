// What a board prints, line by line: the time in front, Lua errors with the TypeScript they come from, to the screen and
// to a log. It knows nothing of ports; attach.ts gives it bytes.
import { existsSync, readFileSync } from "node:fs";
import { Tracer, type TraceSource } from "../compact/src/trace.ts";

/** An unfinished line is shown after this long: it is a prompt, or what was typed [ms]. */
export const PATIENCE = 80;
/** Lua's errors in code without line numbers, such as code that the board has compiled. */
const NO_LINES = /(?:^|[\s:])\?:(?:-1|0|\?)?:? |^\s*\?: in /;

export interface MonitorOptions {
  tracer?: Tracer | undefined;
  /** Time of a line, or undefined for none. */
  timestamp?: (() => string) | undefined;
  write: (text: string) => void;
  /** Gets whole lines, plain. */
  log?: ((line: string) => void) | undefined;
}

export class Monitor {
  readonly #options: MonitorOptions;
  #line = "";
  /** How much of the current line is on the screen already. */
  #shown = 0;
  #told = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  receive(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop()!;
    for (const line of lines) this.#end(line.replace(/\r+$/, ""));
  }

  /** Shows a line that is not finished; call it when nothing more has come for a while. */
  flush(): void {
    const text = printable(this.#line);
    if (text.length > this.#shown) {
      if (this.#shown === 0) this.#options.write(this.#stamp());
      this.#options.write(text.slice(this.#shown));
      this.#shown = text.length;
    }
  }

  #end(line: string): void {
    const text = printable(line);
    const { tracer, write, log } = this.#options;
    const mapped = tracer?.rewrite(text) ?? text;
    if (this.#shown > 0 && mapped === text) write(`${text.slice(this.#shown)}\n`);
    else write(`${this.#shown > 0 ? "\n" : ""}${this.#stamp()}${mapped}\n`);
    log?.(mapped);
    this.#shown = 0;
    if (NO_LINES.test(text) && !this.#told) {
      this.#told = true;
      write(
        "(this code was compiled without line numbers; send it as source to have them: --app-form source, --httpserver source)\n",
      );
    }
  }

  #stamp(): string {
    const time = this.#options.timestamp?.();
    return time === undefined ? "" : `${time} `;
  }
}

/** Without colours, and with other control characters and noise as dots. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/\x1b\[[0-9;]*m/g, "").replace(/[^\t -~\u00a0-\u00ff]/g, "");
}

/** The maps that lie beside compiled Lua. */
export function tracerFor(files: readonly string[]): Tracer | undefined {
  const sources: TraceSource[] = files
    .filter((file) => existsSync(`${file}.map`))
    .map((file) => ({
      path: `${file}.map`,
      map: readFileSync(`${file}.map`, "utf8"),
      code: existsSync(file) ? readFileSync(file, "utf8") : undefined,
    }));
  return sources.length > 0 ? new Tracer(sources) : undefined;
}

/** Tells the computer's time of day, in milliseconds: 17:04:09.250. */
export function clockTime(): string {
  const now = new Date();
  return `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
}
