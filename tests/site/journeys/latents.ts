/// <reference lib="dom" />
/**
 * What readers do with the latents of a run: search, sort, look at one, with the keyboard, on a phone, without scripts.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { violations, WCAG } from "../axe.ts";
import { addressOf, eventually } from "../eventually.ts";
import { filesUnder } from "../small_site.ts";
import type { Journey, Site } from "./journey.ts";

const DESK = { width: 1280, height: 900 }, PHONE = { width: 390, height: 800 };

/** The latents of the rows in the page, in order. */
const rowsOf = (page: Page) =>
  page.locator(".table-box tr[data-latent]").evaluateAll((rows) =>
    rows.map((row) => Number((row as HTMLElement).dataset.latent))
  );
const status = (page: Page) => page.locator("[role=status]").innerText();

/** What `latents.json` says. */
async function columnsOf({ dist }: Site, run: string): Promise<Record<string, number[]>> {
  return JSON.parse(await Deno.readTextFile(`${dist}/runs/${run}/latents.json`));
}

/** Waits until scripts have taken over the list of latents. */
const isTakenOver = (page: Page) => page.waitForSelector(".table-box tr.gap", { state: "attached" });

/** Waits until the panel shows a latent's details. */
export const shown = (page: Page, latent: number) =>
  page.waitForFunction(
    (latent) =>
      document.querySelector(".panel h2")?.textContent === `Latent ${latent}` &&
      !document.querySelector("[data-panel][aria-busy]"),
    latent,
  );

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "latents are sorted, searched and chosen, and the address brings the choice back",
  async go(site) {
    const { density, classPurity, mainClass } = await columnsOf(site, "many");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/runs/many/latents/`);
    await page.click("th button[data-column='density']");
    await page.waitForSelector("th[data-column='density'][aria-sort='descending']");
    const largest = density.toSorted((a, b) => b - a);
    const rows = await rowsOf(page);
    assert.ok(rows.length >= 20 && rows.length <= 36, `${rows.length} of 70 rows are in the page`);
    assert.deepEqual(rows.map((latent) => density[latent]), largest.slice(0, rows.length));
    await page.locator(".table-box").evaluate((box) => box.scrollTop = box.scrollHeight);
    await page.waitForFunction(
      (last) => [...document.querySelectorAll<HTMLElement>("tr[data-latent]")].at(-1)?.ariaRowIndex === last,
      "71",
    );
    assert.deepEqual(
      (await rowsOf(page)).map((latent) => density[latent]),
      largest.slice(-(await rowsOf(page)).length),
    );

    await page.fill("input[type=search]", "class 3 purity > 20");
    const wanted = mainClass.flatMap((c, latent) => c === 3 && classPurity[latent] > 0.2 ? [latent] : []);
    assert.match(await status(page), new RegExp(`^${wanted.length} of 70 latents`));
    assert.deepEqual((await rowsOf(page)).sort((a, b) => a - b), wanted);
    await page.fill("input[type=search]", "clas 3");
    assert.match(await status(page), /^Cannot read “clas 3”: expected a number/);
    await page.fill("input[type=search]", "6");
    assert.deepEqual((await rowsOf(page))[0], 6, "the number itself stands first");

    await page.click("tr[data-latent='61'] a");
    await shown(page, 61);
    assert.equal(new URL(await addressOf(page)).search, "?latent=61&search=6&sort=-density");
    assert.equal(await page.locator(".panel .detail-top .tile").count(), 16);
    assert.ok(
      await page.locator(".panel canvas").first().evaluate((canvas) => (canvas as HTMLCanvasElement).width === 28),
    );
    await page.reload();
    await shown(page, 61);
    assert.equal(await page.inputValue("input[type=search]"), "6");
    assert.equal(await page.locator("tr[aria-current]").getAttribute("data-latent"), "61");
    assert.equal((await rowsOf(page))[0], 6);
    await page.click(".panel .detail-similar a >> nth=0");
    await page.waitForFunction(() => !location.search.includes("latent=61&"));
    await page.goBack();
    await shown(page, 61);
    await page.close();
  },
}, {
  name: "the atlas is ordered, a class of it opened, and a bar of the densities filters",
  async go(site) {
    const { maxActivation, density } = await columnsOf(site, "many");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/runs/many/latents/`);
    assert.equal(await page.locator(".atlas .group").count() >= 2, true);
    await page.click("button[data-order='largest']");
    await page.waitForSelector(".atlas[data-order='largest']");
    const tiles = await page.locator(".atlas a[data-latent]").evaluateAll((all) =>
      all.map((tile) => Number((tile as HTMLElement).dataset.latent))
    );
    assert.deepEqual(
      tiles.map((latent) => maxActivation[latent]),
      maxActivation.toSorted((a, b) => b - a).slice(0, tiles.length),
    );
    assert.equal(new URL(await addressOf(page)).search, "?order=largest");
    const option = page.locator("select option:not([disabled])").nth(1);
    const [, from, to] = /([\d.]+) to ([\d.]+)\s%/.exec(await option.innerText())!.map(Number);
    await page.selectOption("select", await option.getAttribute("value"));
    const inside = density.filter((share) => 100 * share >= from && (100 * share < to || to === 100 && share === 1));
    assert.match(await status(page), new RegExp(`^${inside.length} of 70`));
    await page.locator("#density .drawing.wide .mark-rect path.is-chosen").first().click({ force: true });
    assert.match(await status(page), /^70 of 70/, "a second press on the bar shows all again");
    await page.close();
  },
}, {
  name: "latents with the keyboard: arrow keys in the table and the atlas, Escape closes the sheet",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: DESK });
    await page.goto(`${origin}/runs/many/latents/`);
    await page.locator("tr[data-latent] a").first().focus();
    const [first, second, third] = await rowsOf(page);
    assert.equal(await page.locator(".panel h2").innerText(), `Latent ${first}`);
    await isTakenOver(page);
    await page.keyboard.press("ArrowDown");
    await shown(page, second);
    await page.keyboard.press("ArrowDown");
    await shown(page, third);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), String(third), "the focus follows");
    await page.locator(".atlas a[tabindex='0']").focus();
    const [at] = await page.evaluate(() => [(document.activeElement as HTMLElement).dataset.latent]);
    await page.keyboard.press("ArrowRight");
    const next = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.latent);
    assert.notEqual(next, at);
    assert.equal(await page.locator(".peek:visible").count(), 1, "five strengths of the tile that has the focus");
    await page.keyboard.press("Enter");
    await shown(page, Number(next));
    const stops = await page.locator(".latents :is(a, button, input, select, [tabindex='0'])").evaluateAll((all) =>
      all.filter((one) => one.checkVisibility() && (one as HTMLElement).tabIndex >= 0).map((one, i) => {
        one.setAttribute("data-stop", String(i));
        return String(i);
      })
    );
    const unreached = new Set(stops);
    await page.locator("h1").evaluate((heading) => {
      (heading as HTMLElement).tabIndex = -1;
      (heading as HTMLElement).focus();
    });
    for (let presses = 0; presses < stops.length + 20 && unreached.size > 0; presses++) {
      await page.keyboard.press("Tab");
      unreached.delete(await page.evaluate(() => document.activeElement?.getAttribute("data-stop") ?? ""));
    }
    assert.deepEqual([...unreached], [], "the Tab key reaches everything");
    await page.close();

    const phone = await browser.newPage({ viewport: PHONE });
    await phone.goto(`${origin}/runs/many/latents/`);
    assert.equal(await phone.locator(".panel h2:visible").count(), 0, "the sheet is closed at first");
    const tile = phone.locator(".atlas a[data-latent]").nth(1), latent = Number(await tile.getAttribute("data-latent"));
    await tile.click();
    await shown(phone, latent);
    await phone.waitForFunction((latent) => document.activeElement?.textContent === `Latent ${latent}`, latent);
    await phone.keyboard.press("Escape");
    await phone.waitForSelector(".panel h2", { state: "hidden" });
    assert.equal(await phone.evaluate(() => (document.activeElement as HTMLElement).dataset.latent), String(latent));
    await phone.close();
  },
}, {
  name:
    "latents under a finger or a slow mouse: a press while the page starts counts, and an opened sheet has the focus",
  async go({ browser, origin }) {
    const phone = await browser.newPage({ viewport: PHONE });
    const { promise: pressed, resolve: press } = Promise.withResolvers<void>();
    await phone.route("**/latents.json", async (route) => {
      await pressed;
      await route.continue();
    });
    await phone.goto(`${origin}/runs/many/latents/`);
    const tile = phone.locator(".atlas a[data-latent]").nth(1), latent = Number(await tile.getAttribute("data-latent"));
    await tile.hover();
    await phone.mouse.down();
    const columns = phone.waitForResponse("**/latents.json");
    press();
    await (await columns).finished();
    await phone.waitForFunction(() =>
      // what the page does next, if it does not wait for the press to end, is done then
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true))))
    );
    await phone.mouse.up();
    await shown(phone, latent);
    await phone.keyboard.press("Escape");
    await phone.waitForSelector(".panel h2", { state: "hidden" });
    // The details are there already, so that the sheet opens and takes the focus before a frame is drawn.
    const focused = await phone.evaluate(async (latent) => {
      document.querySelector<HTMLElement>(`.atlas a[data-latent="${latent}"]`)!.click();
      for (let turn = 0; turn < 100; turn++) await null;
      return document.activeElement?.textContent;
    }, latent);
    assert.equal(focused, `Latent ${latent}`);
    await phone.close();
  },
}, {
  name: "latents without scripts: tiles, rows, details and pages of their own",
  async go({ browser, origin }) {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
    const page = await context.newPage();
    await page.goto(`${origin}/runs/many/latents/`);
    assert.equal(await page.locator("tr[data-latent]:visible").count(), 64);
    assert.ok(await page.locator(".atlas a:visible").count() >= 10);
    assert.equal(await page.locator(".panel h2:visible").count(), 1);
    assert.equal(await page.locator(".panel canvas").count(), 0, "the strip is a picture");
    assert.equal(await page.locator(".controls:visible").count(), 0, "controls that do nothing");
    assert.match(await page.locator("main").innerText(), /the first 64 of 70 latents/);
    await page.goto(`${origin}/runs/digits-a/latents/`);
    await page.click(".atlas a >> nth=0");
    assert.match(await page.locator("h1").innerText(), /^Latent \d$/);
    assert.equal(await page.locator(".detail-strip .tile").count(), 6);
    await page.click("nav[aria-label='Other latents'] a >> nth=0");
    assert.match(await page.locator("h1").innerText(), /^Latent \d$/);
    await context.close();
  },
}, {
  name: "a latent of a sweep's run has no page of its own, and takes the whole page",
  async go({ browser, origin, dist }) {
    assert.deepEqual(
      [...filesUnder(`${dist}/runs/few-l1/latents`)].filter((file) =>
        file.endsWith(".html") && !file.startsWith("figures/")
      ),
      ["index.html"],
    );
    const page = await browser.newPage({ viewport: DESK });
    await page.goto(`${origin}/runs/few-l1/latents/?latent=69&view=whole`);
    await shown(page, 69);
    assert.equal(await page.locator(".latents-main:visible").count(), 0);
    assert.ok((await page.locator(".panel").boundingBox())!.width > 1000);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".latents-main:visible").count(), 1);
    await page.goto(`${origin}/runs/few-l1/latents/?latent=70&bin=99&sort=-what`);
    await isTakenOver(page);
    assert.equal(await page.locator("th[aria-sort]").getAttribute("data-column"), "errorSaved");
    assert.match(await status(page), /^70 of 70/, "an address that names what is not there");
    await page.close();
  },
}, {
  name: "latents of data without classes, and of rows that are no images",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: DESK });
    for (const run of ["no-labels", "vectors-topk"]) {
      await page.goto(`${origin}/runs/${run}/latents/`);
      assert.equal(await page.locator("[data-column='mainClass'], [data-order='class'], .class-name").count(), 0, run);
      const tile = page.locator(".atlas a[data-latent] >> nth=1");
      const latent = Number(await tile.getAttribute("data-latent"));
      await tile.click();
      await page.waitForFunction(() => location.search.includes("latent="));
      await shown(page, latent);
      await page.waitForSelector(".panel canvas, .panel .detail-strip .tile");
      assert.doesNotMatch(await page.locator(".panel").innerText(), /class|NaN|undefined/i, run);
    }
    const size = () =>
      page.locator(".atlas canvas").first().evaluate((canvas) => [
        (canvas as HTMLCanvasElement).width,
        (canvas as HTMLCanvasElement).height,
      ]);
    await eventually(size, [36, 32]); // twelve bars of three pixels
    await page.close();
  },
}, {
  name: "the table of latents and the atlas are taken away",
  async go(site) {
    const { density } = await columnsOf(site, "many");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/runs/many/latents/?search=density+%3E+5`);
    const take = async (button: string) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-take='${button}']`)]);
      return await Deno.readFile(await download.path());
    };
    const lines = new TextDecoder().decode(await take("all-csv")).trim().split("\r\n");
    assert.equal(lines.length, 71);
    assert.match(lines[0], /^latent,density,meanActivation,.*,mainClass,classPurity,nearest,nearestCosine$/);
    assert.equal(lines[1].split(",")[1], String(density[0]), "the report's own numbers");
    const found = new TextDecoder().decode(await take("found-csv")).trim().split("\r\n");
    assert.equal(found.length, 1 + density.filter((share) => share > 0.05).length);
    const png = await take("atlas-png");
    assert.deepEqual([...png.subarray(1, 4)], [0x50, 0x4e, 0x47]);
    await page.close();
  },
}, {
  name: "latents that cannot be loaded: the page says so, and tries again",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: DESK });
    await page.route("**/latents.json", (route) => route.fulfill({ status: 503 }));
    await page.goto(`${origin}/runs/many/latents/?search=class+3`);
    await page.waitForFunction(() =>
      /the server answered 503/.test(document.querySelector("[role=status]")!.textContent!)
    );
    assert.equal(await page.locator("tr[data-latent]").count(), 64, "what was there stays");
    await page.unroute("**/latents.json");
    await page.fill("input[type=search]", "dead");
    await page.waitForFunction(() => / of 70 latents/.test(document.querySelector("[role=status]")!.textContent!));
    await page.close();
  },
}, {
  name: "a page of latents is light, and accessible with its details open",
  async go({ browser, origin, dist }) {
    const context = await browser.newContext({ viewport: DESK }), page = await context.newPage();
    const files: string[] = [];
    page.on("request", (request) => files.push(request.url().slice(origin.length)));
    await page.goto(`${origin}/runs/many/latents/`, { waitUntil: "networkidle" });
    const sizes = files.filter((file) => file.endsWith(".js")).map((file) => Deno.statSync(dist + file).size);
    const scripts = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(scripts <= 7 * 1024, `${scripts} bytes of script before a reader does anything`);
    const { size } = await Deno.stat(`${dist}/runs/many/latents/index.html`);
    assert.ok(size <= 150 * 1024, `the page has ${size} bytes`);
    const tile = page.locator(".atlas a[data-latent] >> nth=3"),
      latent = Number(await tile.getAttribute("data-latent"));
    await tile.click();
    await shown(page, latent);
    await page.waitForSelector(".panel .detail-intervals");
    assert.deepEqual(await violations(page, { rules: WCAG }), []);
    await context.close();
  },
}];
