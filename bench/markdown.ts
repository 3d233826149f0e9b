// docs/figures.md: the figures, what they have to reach, what they miss, and how they are counted.
import { GET } from "./exchanges.ts";
import { FIGURES } from "./figures.ts";
import type { Reference } from "./reference.ts";
import type { Row } from "./rows.ts";

export function markdown(all: readonly Row[], reference: Reference): string {
  const goals = new Map(FIGURES.map((figure) => [figure.name, figure]));
  const value = (row: Row, key: "compact" | "readable" | "reference") =>
    row[key] === null ? "–" : `${row[key]}${row.unit === "bytes" ? " B" : ""}`;
  const ratio = (row: Row) =>
    row.ratio === null ? "–" : `${row.ratio.toFixed(3)}${row.against === undefined ? "" : "*"}`;
  const most = (n: number | undefined) => (n === undefined ? "" : `≤ ${n.toFixed(2)}`);
  const references = new Map(all.map((row) => [row.name, row.reference]));
  /** The most that the figure may be for a ratio. */
  const allowed = (row: Row, most: number) => most * (references.get(row.against ?? row.name) ?? Infinity);
  const isMissed = (row: Row, most: number | undefined) =>
    most !== undefined && row.compact !== null && row.compact > allowed(row, most);
  const misses = (key: "must" | "aim") =>
    all.flatMap((row) => {
      const goal = goals.get(row.name)?.[key];
      if (goal === undefined || !isMissed(row, goal)) return [];
      const most = Math.floor(allowed(row, goal));
      const unit = row.unit === "bytes" ? " bytes" : "";
      return [
        `- ${row.name}: ${row.ratio!.toFixed(3)} instead of ${goal.toFixed(2)}, ` +
          `${Math.ceil(row.compact! - most)}${unit} too many (${row.compact} of ${most})`,
      ];
    });
  const section = (lines: string[], otherwise: string) => (lines.length > 0 ? lines.join("\n") : otherwise);
  const grown = all
    .filter((row) => row.name.startsWith("heap growth") && row.compact !== 0)
    .map((row) => `- ${row.name}: ${row.compact} bytes instead of none`);
  return `# Figures

What \`httpserver\` costs the chip, beside the firmware's own \`httpserver.lua\`. This page is the output of
\`npm run --silent bench -- --markdown > docs/figures.md\`; the same source gives the same figures to the byte.
\`npm run size\` shows which function costs what, \`npm run budgets\` fails when a figure outgrows
[bench/budgets.json](../bench/budgets.json).

| figure | compact | readable | reference | ratio | must | aim |
|---|--:|--:|--:|--:|--:|--:|
${all
  .map((row) => {
    const { must, aim } = goals.get(row.name)!;
    return `| ${row.name} | ${value(row, "compact")} | ${value(row, "readable")} | ${value(row, "reference")} | ${ratio(row)} | ${most(must)}${isMissed(row, must) ? " **missed**" : ""} | ${most(aim)}${isMissed(row, aim) ? " missed" : ""} |`;
  })
  .join("\n")}

The ratio is compact to reference. \\* The reference closes the connection after every answer and cannot be asked for
pieces: what it does not have is compared with its first answer on a connection, with its idle connection, or with its
pushed response.

## What it does not reach

${section([...misses("must"), ...grown], "Every must is met.")}

Of the aims:

${section(misses("aim"), "Every aim is met.")}

## What is measured

- **compact** is \`build/httpserver.lua\`, **readable** is \`build/readable/httpserver.lua\`.
- **reference** is the firmware's own module (${reference.what.replace("; made by this bench", "")}),
  measured by this bench and kept in [bench/reference.json](../bench/reference.json). \`npm run bench -- --server
  <folder>\` measures any folder with an \`httpserver.lua\` in its place.
- The reference has a fraction of the features: one version of HTTP, no limits, no time-outs, no status texts, no kept
  connections. Its answer to its own documented example has the status line and \`Transfer-Encoding\` twice
  (\`send(nil, 200)\` and the \`send\` with data after it each write them), and these count too.
- **source** is the size of the files as they are; the reference's have comments and long names, so the line
  "reference minified" compares with ${reference.minified.bytes} bytes (from ${reference.minified.from}).
- **stripped bytecode** is what \`luac.cross -s\` makes for Lua 5.1 with doubles: the reference's three files sum up.

## How it is counted

- On the simulated ESP8266: PUC Lua 5.1 with 32-bit pointers. Its values take 16 bytes where the chip's take 12, so that
  tables and stacks are somewhat larger than on the chip, on both sides of the ratio.
- **Heap** is what Lua has allocated and not freed, each block with the 8 bytes of the chip's malloc header. What lwIP
  takes (184 bytes per connection, 1.5 KB per segment in flight) is left out: it is the same for whoever sends the same.
  The firmware's own tables and libraries are there before and do not count.
- **Heap after require** counts every file of the server, those included that it requires at its first connection. The
  peak while loading is from the same moment on; nothing is collected while a chunk is parsed, as on the chip. Source is
  loaded with a heap of 1 MB.
- **An idle connection** is the mean of 100 that have sent nothing (or have been answered once), without what the
  firmware itself takes for a connection with no callbacks. The limit on connections is raised for that.
- **A GET** has eight fields, ${GET.length} bytes, as a browser sends them; **a POST** a body of 1 KB in the same segment. Both
  are answered in \`ondata(nil)\` with \`send(nil, 200)\`, \`send_header\`, \`send\`, \`finish\`, as the firmware's
  example does; the app's own instructions count. *First on a connection* is everything from the client's SYN to the end of
  the connection, accepting and closing included; *kept alive* is the second request on a connection, from its first byte
  until its answer is acknowledged.
- **Peak heap** is over the level of a server that listens and has no connection, with a collection after every
  allocation (the firmware's \`EGC_ALWAYS\`): what is really needed at once. **Bytes allocated**, **allocations** and
  **instructions** are counted without collections, from a freshly collected heap; a block that grows counts as one
  allocation of the difference. Bytes allocated are without malloc headers.
- Lua's stack is warmed up first: it doubles and halves with the past, and would otherwise show up in one form and not in
  another; while loading, the same holds for Lua's table of all strings. Modules that are loaded late are loaded by then.
- **50 KB** is a response of 50 different pieces of 1 KB, *pushed* by 50 calls of \`send\` at once or *pulled* through a
  function. The board has 1 MB of heap then. The pushed one is all in memory whoever sends it.
- **Growth** is what is there after 10,000 requests, GET and POST in turn, five on a connection if the server keeps it,
  that was not there after the first hundred.
`;
}
