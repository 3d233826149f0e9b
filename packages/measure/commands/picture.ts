// npm run measure -- picture: takes docs/dashboard.png, the README's picture of the dashboard, from a simulated board with visitors.
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { appSource } from "../../image/app.ts";
import { ROOT } from "../../image/build.ts";
import { CHIPS } from "../../simulator/chips.ts";
import { buildInFlash } from "../../simulator/contents.ts";
import { parseCount, simulate } from "../../simulator/simulate.ts";
import { launch, missing } from "../browser.ts";

const PICTURE = "docs/dashboard.png";
/** What the README has room for [px]. */
const WIDTH = 900;
/** An address as a router at home would give it; Chromium is told that it is the simulated board. */
const ADDRESS = "192.168.1.20";
/** When somebody else loads the page [s]; each visitor's connection costs heap while it is open. */
const VISITS = [9, 12, 34, 58, 60, 63, 92, 98];

export const command = new Command("picture")
  .description(`Takes ${PICTURE}: the dashboard on a simulated board, in Chromium.`)
  .option("--seconds <number>", "history of the heap curve, which shows two minutes", "125")
  .action(async (options: { seconds: string }) => {
    const seconds = parseCount("--seconds", options.seconds, 1);
    const reason = missing();
    if (reason) throw new Mistake(reason);
    const { files, lfs } = await buildInFlash(appSource("examples/dashboard"), "compact");
    const [board, url] = await new Promise<[ReturnType<typeof simulate>, string]>((resolve, reject) => {
      const started = simulate(files, {
        port: 0,
        chip: "esp8266",
        heap: CHIPS.esp8266.heap,
        lfs,
        console: (text) => process.stderr.write(text),
        listening: (_, address) => resolve([started, address]),
        failed: reject,
      });
    });
    const browser = await launch(`--host-resolver-rules=MAP ${ADDRESS} ${new URL(url).host}`);
    try {
      const page = await browser.newPage({ viewport: { width: WIDTH, height: 600 } });
      await page.goto(`http://${ADDRESS}/`);
      await page.locator("#pin").click();
      console.log(`the board is watched for ${seconds} s`);
      for (let second = 0; second < seconds; second++) {
        if (VISITS.includes(second)) visit(url);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      await page.mouse.move(0, 0);
      const main = (await page.locator("main").boundingBox())!;
      const height = Math.ceil(main.y + main.height + main.y);
      const picture = await page.screenshot({ clip: { x: 0, y: 0, width: WIDTH, height } });
      mkdirSync(join(ROOT, "docs"), { recursive: true });
      writeFileSync(join(ROOT, PICTURE), picture);
      console.log(`${PICTURE}: ${WIDTH} by ${height} px, ${picture.length} bytes`);
    } finally {
      await browser.close();
      board.stop();
    }
  });

/** Loads the page and keeps the connection, as a browser does, until the board closes it. */
function visit(url: string): void {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.resume();
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}
