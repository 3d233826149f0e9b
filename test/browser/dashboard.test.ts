// The dashboard as a person has it: Chromium, a simulated board with the chip's heap and connections, TCP between them.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { appSource } from "../../packages/image/app.ts";
import { launch, missing } from "../../packages/measure/browser.ts";
import type { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { buildInFlash } from "../../packages/simulator/contents.ts";
import { simulate } from "../../packages/simulator/simulate.ts";

const PIN = 4;
const PHONE = { width: 390, height: 844 };
const TABS = 6;

describe("examples/dashboard in Chromium", function () {
  this.timeout(60_000);
  let board: Board | undefined;
  let boardSaid = "";
  let url: string;
  let browser: Browser | undefined;
  let context: BrowserContext;
  /** What the pages complained about. */
  let complaints: string[];

  before(async function () {
    const reason = missing();
    if (reason) {
      // where changes are judged, a test that did not run must not look like one that passed
      if (process.env.CI === "true") throw new Error(reason);
      console.log(`  skipped: ${reason}`);
      this.skip();
    }
    const { files, lfs } = await buildInFlash(appSource("examples/dashboard"), "compact");
    url = await new Promise<string>((resolve, reject) => {
      board = simulate(files, {
        port: 0,
        chip: "esp8266",
        heap: CHIPS.esp8266.heap,
        lfs,
        console: (text) => (boardSaid += text),
        listening: (_, address) => resolve(`${address}/`),
        failed: reject,
      });
    });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    board?.stop();
  });

  beforeEach(() => {
    complaints = [];
    board!.pins[PIN] = 0;
  });
  afterEach(async () => {
    await context.close();
    assert.equal(boardSaid, "");
    assert.equal(board!.restarts, 0);
  });

  async function visit(options: BrowserContextOptions = {}): Promise<Page> {
    context = await browser!.newContext(options);
    return tab();
  }
  async function tab(): Promise<Page> {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(url);
    return page;
  }

  const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();
  const uptime = async (page: Page) =>
    (await text(page, "uptime")).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  /** Waits for what the page comes to show. */
  async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
    const end = Date.now() + 15_000;
    while (!(await holds())) {
      assert.ok(Date.now() < end, `did not come: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const live = (page: Page) => until("Live", async () => (await text(page, "state")).endsWith("Live"));

  it("shows the board, and its figures change", async () => {
    const page = await visit();
    await live(page);
    assert.equal(await text(page, "chip"), `ESP8266 at ${new URL(url).host}`);
    assert.ok(Number(await text(page, "connections")) >= 1);
    const since = await uptime(page);
    await until("a later uptime", async () => (await uptime(page)) > since + 1);

    const heap = async () => Number((await text(page, "heap")).replace(/ KB$/, ""));
    const free = await heap();
    board!.firmware.execute('taken = string.rep("x", 2000)', "=test");
    await until("less heap", async () => (await heap()) < free - 1.5);
    const less = await heap();
    board!.firmware.execute("taken = nil", "=test");
    await until("the heap back", async () => (await heap()) > less + 1.5);
    const points = (await page.locator(".plot").getAttribute("d"))!.split("L").length - 1;
    assert.ok(points >= 4, `${points} points of the curve`);
    assert.deepEqual(complaints, []);
  });

  it("switches the pin, by mouse and by keyboard, and follows it when something else switches it", async () => {
    const page = await visit();
    await live(page);
    const button = page.getByRole("switch", { name: "Pin D4" });
    assert.equal(await button.getAttribute("aria-checked"), "false");
    assert.equal(await text(page, "level"), "low");
    await button.click();
    await until("high on the page", async () => (await text(page, "level")) === "high");
    assert.equal(board!.pins[PIN], 1);
    assert.equal(await button.getAttribute("aria-checked"), "true");
    await button.focus();
    await page.keyboard.press("Space");
    await until("low on the page", async () => (await text(page, "level")) === "low");
    assert.equal(board!.pins[PIN], 0);
    assert.equal(await button.getAttribute("aria-checked"), "false");
    board!.pins[PIN] = 1;
    await until("high again", async () => (await button.getAttribute("aria-checked")) === "true");
    assert.deepEqual(complaints, []);
  });

  it("fits the narrowest phones, 320 pixels wide", async () => {
    const page = await visit({ viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true });
    await live(page);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320);
  });

  it("fits a phone, and its switch can be tapped", async () => {
    const page = await visit({ viewport: PHONE, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await live(page);
    assert.equal(await page.evaluate("innerWidth"), PHONE.width);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), PHONE.width);
    const box = (await page.locator("#pin").boundingBox())!;
    assert.ok(box.width >= 44 && box.height >= 36, `the switch is ${box.width} by ${box.height}`);
    assert.ok(box.y + box.height < PHONE.height, "the switch is in sight");
    await page.locator("#pin").tap();
    await until("high on the page", async () => (await text(page, "level")) === "high");
    assert.equal(board!.pins[PIN], 1);
    assert.deepEqual(complaints, []);
  });

  for (const scheme of ["light", "dark"] as const) {
    it(`can be read in its ${scheme} colours`, async () => {
      const page = await visit({ colorScheme: scheme });
      await live(page);
      for (const [id, ground] of [
        ["state", "body"],
        ["chip", "body"],
        ["heap", "section"],
        ["level", "section"],
      ]) {
        const ratio = contrast(
          await colour(page, `#${id}`, "color"),
          await colour(page, ground!, "backgroundColor"),
        );
        assert.ok(ratio >= 4.5, `${id}: contrast ${ratio.toFixed(1)}`);
      }
      const knob = contrast(
        await colour(page, "#pin", "backgroundColor"),
        await colour(page, "section", "backgroundColor"),
      );
      assert.ok(knob >= 3, `the switch: contrast ${knob.toFixed(1)}`);
    });
  }

  it(`is live in ${TABS} tabs at once`, async () => {
    const pages = [await visit()];
    while (pages.length < TABS) pages.push(await tab());
    await Promise.all(pages.map(live));
    const since = await Promise.all(pages.map(uptime));
    await Promise.all(
      pages.map((page, i) => until(`figures in tab ${i}`, async () => (await uptime(page)) >= since[i]! + 3)),
    );
    await pages[0]!.locator("#pin").click();
    await Promise.all(
      pages.map((page, i) => until(`high in tab ${i}`, async () => (await text(page, "level")) === "high")),
    );
    assert.equal(board!.pins[PIN], 1);
    for (const page of pages) await live(page);
    assert.deepEqual(complaints, []);
  });

  it("says so when the board does not answer, keeps what it knew, and goes on when it does", async () => {
    const page = await visit();
    await live(page);
    await context.setOffline(true);
    await until("no answer", async () => /No answer/.test(await text(page, "state")));
    assert.match(await text(page, "heap"), /^\d+\.\d KB$/);
    await page.locator("#pin").click();
    assert.equal(await page.locator("#pin").getAttribute("aria-checked"), "false");
    assert.equal(board!.pins[PIN], 0);
    await context.setOffline(false);
    await live(page);
  });

  it("refuses a switch to a page of another origin", async () => {
    const foreign = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end('<!doctype html><link rel="icon" href="data:,"><title>elsewhere</title>');
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    try {
      context = await browser!.newContext();
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
      // by a script, whose answer the page may not even read, and by a form
      const answer = page.waitForResponse(`${url}pin`);
      await page.evaluate(
        `void fetch("${url}pin", { method: "POST", mode: "no-cors", body: "1" }).catch(() => {})`,
      );
      assert.equal((await answer).status(), 403);
      assert.equal(board!.pins[PIN], 0);
      const navigated = page.waitForResponse(`${url}pin`);
      await page.evaluate(`{
        const form = document.createElement("form");
        Object.assign(form, { method: "post", enctype: "text/plain", action: "${url}pin" });
        document.body.append(form);
        form.submit();
      }`);
      assert.equal((await navigated).status(), 403);
      assert.equal(board!.pins[PIN], 0);
    } finally {
      foreign.closeAllConnections();
      foreign.close();
    }
  });
});

/** A computed colour of the first element that the selector finds: red, green, blue. */
async function colour(page: Page, selector: string, property: string): Promise<number[]> {
  const value = await page.evaluate<string>(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`,
  );
  return value.match(/[\d.]+/g)!.map(Number);
}

/** WCAG 2.2: the contrast ratio of two colours. */
function contrast(a: number[], b: number[]): number {
  const luminance = (colour: number[]) => {
    const [red, green, blue] = colour.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright! + 0.05) / (dark! + 0.05);
}
