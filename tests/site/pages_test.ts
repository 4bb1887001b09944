/// <reference lib="dom" />
/**
 * Every kind of page as its readers meet it: on a phone and a desk, light and dark, with and without JavaScript.
 *
 * @module
 */
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { assertLinks, assertWeights } from "./dist_checks.ts";
import { byKeyboard, hostile, noShift, ownVariant, read, swept, tilesOfRows } from "./journeys.ts";
import { trainFamily, trainSmallRuns, writeBench } from "./small_reports.ts";
import { browse, build, needsBrowser, serve } from "./small_site.ts";

/** Where the site is published; a site at the root is built in reports_test.ts. */
const BASE = "/some/path/";

/** One of each kind, and what must be seen on it: so many figures, pictures and rows. */
const PAGES = [
  { path: "/", figures: 1 },
  { path: "/theory/", figures: 5 },
  { path: "/runs/", figures: 0 },
  { path: "/family/", figures: 12 },
  { path: "/runs/digits-a/", figures: 11 },
  { path: "/runs/no-labels/", figures: 9 },
  { path: "/runs/many/", figures: 10 },
  { path: "/runs/few-l1/", figures: 11 },
  { path: "/runs/vectors-topk/", figures: 7 },
  { path: "/sweeps/", figures: 0 },
  { path: "/sweeps/few/", figures: 3 },
  { path: "/runs/digits-a/features/", figures: 0 },
  { path: "/runs/digits-a/features/2/", figures: 5 },
  { path: "/runs/many/features/", figures: 0 },
  { path: "/runs/few-l1/features/", figures: 0 },
  { path: "/runs/vectors-topk/features/1/", figures: 4 },
  { path: "/runs/no-labels/features/1/", figures: 4 },
  { path: "/features/", figures: 0 },
  { path: "/compare/", figures: 2 },
  { path: "/speed/", figures: 1 },
  { path: "/glossary/", figures: 0 },
  { path: "/404.html", figures: 0 },
];

const ignore = !needsBrowser();

Deno.test({ name: "the site of small runs", ignore }, async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, dist = `${folder}/dist`;
  await trainFamily(reports);
  await trainSmallRuns(reports);
  await writeBench(reports);
  const { success, output } = await build({ reports, out: dist, base: BASE });
  assert.ok(success, output);
  await using server = serve(dist, BASE);
  const browser = await browse();
  try {
    for (const page of PAGES) {
      await t.step(
        `${page.path} is accessible, quiet and fits, light and dark`,
        () => inBothSchemes(browser, server, page),
      );
      await t.step(`${page.path} is whole without JavaScript`, () => withoutScript(browser, server, page));
    }
    await t.step(
      "a reader finds the newest run, sorts and opens features, and compares two runs",
      () => read(browser, server),
    );
    await t.step(
      "keyboard reaches links, charts, tables and controls, and a chart comes alive",
      () => byKeyboard(browser, server),
    );
    await t.step("a run without KL speaks of its own variant", () => ownVariant(browser, server));
    await t.step("tiles belong to rows, not to latents", () => tilesOfRows(browser, server));
    await t.step("a run of a sweep has an atlas without pages of latents", () => swept(browser, server, dist));
    await t.step("hostile strings show as text", () => hostile(browser, server));
    await t.step("a chart keeps its place when it comes alive", () => noShift(browser, server));
  } finally {
    await browser.close();
  }
  await t.step("every internal link leads somewhere under a base path", () => assertLinks(dist, BASE));
  await t.step("pages are light", () => assertWeights(dist, BASE));
  await Deno.remove(folder, { recursive: true });
});

interface Server {
  origin: string;
}
type Kind = (typeof PAGES)[number];

async function inBothSchemes(browser: Browser, { origin }: Server, { path, figures }: Kind): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const requests: string[] = [], errors: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(origin + path);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  assert.equal(await page.locator("figure").count(), figures);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "wider than a phone");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const rules = colorScheme === "light"
      ? axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      : axe.withRules(["color-contrast", "link-in-text-block"]); // the others do not depend on colours
    const { violations } = await rules.analyze();
    const found = violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`
    );
    assert.deepEqual(found, [], colorScheme);
  }
  assert.deepEqual(errors, []);
  assert.deepEqual(requests.filter((url) => !url.startsWith(origin) && !url.startsWith("data:")), []);
  await context.close();
}

async function withoutScript(browser: Browser, { origin }: Server, { path, figures }: Kind): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(origin + path);
  assert.ok((await page.locator("h1").innerText()).length > 0);
  assert.equal(await page.locator("figure").count(), figures);
  assert.equal(await page.locator("vega-chart svg").count(), await page.locator("vega-chart").count());
  assert.equal(await page.locator(".controls:visible, [data-compare]:visible").count(), 0, "controls that do nothing");
  await context.close();
}
