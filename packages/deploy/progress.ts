// How far a transfer is: a bar with rate and time left on a terminal, plain lines elsewhere, objects with --json.
import { SingleBar } from "cli-progress";
import type { Reporter } from "./delivery.ts";

export interface Output extends Reporter {
  /** The last word; nothing is drawn after it. */
  end(): void;
}

/**
 * Makes what shows a person, or with `json` a program, how a deployment goes.
 * @param options.terminal a person sees the output at once, and lines can be drawn over
 */
export function output(options: { json: boolean; terminal: boolean }): Output {
  if (options.json) return jsonOutput();
  return options.terminal ? barOutput() : plainOutput();
}

function jsonOutput(): Output {
  const write = (value: object) => console.log(JSON.stringify(value));
  return {
    say: (text) => write({ event: "message", text }),
    progress: (file, bytes, total) => {
      if (bytes === total) write({ event: "sent", file, bytes });
    },
    end: () => {},
  };
}

function plainOutput(): Output {
  return {
    say: (text) => console.log(text),
    progress: (file, bytes, total) => {
      if (bytes === total) console.log(`${file}: ${bytes} bytes sent`);
    },
    end: () => {},
  };
}

function barOutput(): Output {
  let bar: SingleBar | undefined;
  let current = "";
  let began = 0;
  const stop = () => {
    bar?.stop();
    bar = undefined;
    current = "";
  };
  return {
    say: (text) => {
      stop();
      console.log(text);
    },
    progress: (file, bytes, total) => {
      if (file !== current) {
        stop();
        current = file;
        began = performance.now();
        bar = new SingleBar({
          format: "{file} [{bar}] {value}/{total} bytes, {rate} KB/s, {eta_formatted} left",
        });
        bar.start(total, 0, { file, rate: "-" });
      }
      const rate = bytes / Math.max(1, performance.now() - began);
      bar?.update(bytes, { rate: rate.toFixed(1) });
      if (bytes === total) stop();
    },
    end: stop,
  };
}
