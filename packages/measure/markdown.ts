// docs/figures.md: the figures, what they have to reach, what they miss, and how they are counted.
import { type Calibration, deviation } from "./calibration.ts";
import { GET } from "./exchanges.ts";
import { FIGURES } from "./figures.ts";
import type { Reference } from "./reference.ts";
import type { Row, Sides } from "./rows.ts";

/** How near the chip's layout comes to the firmware's own core. */
function calibrationTable(calibrations: readonly Calibration[]): string {
  const percent = (one: Calibration) => `${(100 * deviation(one)).toFixed(1)} %`;
  const whose = { ours: "our server", firmware: "reference" };
  return [
    "| figure | of | firmware's core | chip's layout | |",
    "|---|---|--:|--:|--:|",
    ...calibrations.map(
      (one) => `| ${one.figure} | ${whose[one.server]} | ${one.core} B | ${one.chip} B | ${percent(one)} |`,
    ),
  ].join("\n");
}

/**
 * Writes docs/figures.md: the figures of our server beside the reference's, what each means, and how far the chip's layout is to be
 * trusted.
 */
export function markdown(
  all: readonly Row[],
  reference: Reference,
  calibrations: readonly Calibration[],
): string {
  const goals = new Map(FIGURES.map((figure) => [figure.name, figure]));
  const cells = (row: Row, sides: Sides | null) =>
    (["compact", "readable", "reference"] as const)
      .map((key) => {
        if (!sides) return "";
        const value = sides[key];
        return value === null ? "–" : `${value}${row.unit === "bytes" ? " B" : ""}`;
      })
      .join(" | ");
  const ratio = (row: Row) =>
    row.ratio === null ? "–" : `${row.ratio.toFixed(3)}${row.against === undefined ? "" : "*"}`;
  const most = (n: number | undefined) => (n === undefined ? "" : `≤ ${n.toFixed(2)}`);
  /** What is compared: the chip's layout where there is one. */
  const compared = (row: Row): Sides => row.chip ?? row;
  const references = new Map(all.map((row) => [row.name, compared(row).reference]));
  /** The most that the figure may be for a ratio. */
  const allowed = (row: Row, most: number) => most * (references.get(row.against ?? row.name) ?? Infinity);
  const isMissed = (row: Row, most: number | undefined) => {
    const { compact } = compared(row);
    return most !== undefined && compact !== null && compact > allowed(row, most);
  };
  const misses = (key: "must" | "aim") =>
    all.flatMap((row) => {
      const goal = goals.get(row.name)?.[key];
      if (goal === undefined || !isMissed(row, goal)) return [];
      const compact = compared(row).compact!;
      const most = Math.floor(allowed(row, goal));
      const unit = row.unit === "bytes" ? " bytes" : "";
      return [
        `- ${row.name}: ${row.ratio!.toFixed(3)} instead of ${goal.toFixed(2)}, ` +
          `${Math.ceil(compact - most)}${unit} too many (${compact} of ${most})`,
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
[packages/measure/budgets.json](../packages/measure/budgets.json).

| figure | compact | readable | reference | chip: compact | readable | reference | ratio | must | aim |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
${all
  .map((row) => {
    const { must, aim } = goals.get(row.name)!;
    return `| ${row.name} | ${cells(row, row)} | ${cells(row, row.chip)} | ${ratio(row)} | ${most(must)}${isMissed(row, must) ? " **missed**" : ""} | ${most(aim)}${isMissed(row, aim) ? " missed" : ""} |`;
  })
  .join("\n")}

The first three columns count heap as the bench's VM has it, the next three as the chip would (see below). The ratio is compact
to reference, for heap in the chip's layout. \\* The reference closes the connection after every answer and cannot be asked for
pieces: what it does not have is compared with its first answer on a connection, with its idle connection, or with its
pushed response.

## What it does not reach

${section([...misses("must"), ...grown], "Every must is met.")}

Of the aims:

${section(misses("aim"), "Every aim is met.")}

## What is measured

- **compact** is \`build/httpserver.lua\`, **readable** is \`build/readable/httpserver.lua\`.
- **reference** is the firmware's own module (${reference.what.replace("; made by this bench", "")}),
  measured by this bench and kept in [packages/measure/reference.json](../packages/measure/reference.json). \`npm run bench -- --server
  <folder>\` measures any folder with an \`httpserver.lua\` in its place.
- The reference has a fraction of the features: one version of HTTP, no limits, no time-outs, no status texts, no kept
  connections. Its answer to its own documented example has the status line and \`Transfer-Encoding\` twice
  (\`send(nil, 200)\` and the \`send\` with data after it each write them), and these count too.
- **source** is the size of the files as they are; the reference's have comments and long names, so the line
  "reference minified" compares with ${reference.minified.bytes} bytes (from ${reference.minified.from}).
- **With the code in flash**: the module is in the Lua flash store ([lfs.md](lfs.md)), with its line numbers; functions, constants and
  strings take no RAM there. The reference's two figures are what the firmware's own core took (\`core\` in reference.json), for this
  bench has not measured it so.
- **stripped bytecode** is what \`luac.cross -s\` makes for Lua 5.1 with doubles: the reference's three files sum up.

## How it is counted

- On the simulated ESP8266: PUC Lua 5.1 with 32-bit pointers. Its values take 16 bytes where the chip's take 12, its lists
  of line numbers are not packed, and names of libraries are there already.
- **The chip's layout** is computed block by block: the bench knows what each block is (table, hash part, closure,
  upvalue, constants, string …) and counts what the firmware's build for doubles takes for it, rounded up to 8, with a header of 8.
  A name of a library that the program mentions is a string of its own, as it is on the chip, where the libraries are in flash.
  Enlarging a hash part happens in place, and a collection comes before every allocation. *Heap after require* is what
  \`node.heap()\` falls by, so the growth of Lua's stack and string table is in it.
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

## How near the chip's layout is

The firmware's own core (Lua, net, tmr and lwIP of origin/dev ca8d008a), compiled for 32 bits and run on a computer, took this for
our server of commit 409d2b3 and for the reference:

${calibrationTable(calibrations)}

The peak while loading with the code in flash is 792 bytes too high for a reason that we do not know. The peak while loading source is too high because the tables in which the parser keeps constants are larger in the VM than in the
firmware's parser. An idle connection is the mean of 100, which share tables that double; the mean of five, the chip's limit, is
57.6 B and 1406.4 B.
`;
}
