/// <reference lib="dom" />
/**
 * Every kind of page as its readers meet it: on a phone and a desk, light and dark, with and without JavaScript.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { OF_COLOURS, violations, WCAG } from "./axe.ts";
import { assertLinks, assertPresetLinks, assertWeights, assertWords } from "./dist_checks.ts";
import { JOURNEYS as compare } from "./journeys/compare.ts";
import { EVERYWHERE } from "./journeys/everywhere.ts";
import { JOURNEYS as files } from "./journeys/files.ts";
import { JOURNEYS as homeLearn } from "./journeys/home_learn.ts";
import { JOURNEYS as inputs } from "./journeys/inputs.ts";
import { JOURNEYS as latents } from "./journeys/latents.ts";
import { JOURNEYS as lifelines } from "./journeys/lifelines.ts";
import { JOURNEYS as live } from "./journeys/live.ts";
import { JOURNEYS as liveEngine } from "./journeys/live_engine.ts";
import { JOURNEYS as liveControls } from "./journeys/live_controls.ts";
import { JOURNEYS as liveData } from "./journeys/live_data.ts";
import { JOURNEYS as liveExport } from "./journeys/live_export.ts";
import { JOURNEYS as reference } from "./journeys/reference.ts";
import { JOURNEYS as rows } from "./journeys/rows.ts";
import { JOURNEYS as run } from "./journeys/run.ts";
import { JOURNEYS as stability } from "./journeys/stability.ts";
import {
  compareSmallRuns,
  trainFamily,
  trainSeeds,
  trainSmallRuns,
  writeBench,
  writeRowReports,
} from "./small_reports.ts";
import { browse, build, needsBrowser, serve } from "./small_site.ts";

/** Where the site is published; a site at the root is built in reports_test.ts. */
const BASE = "/some/path/";

/** One of each kind. */
const PAGES = [
  "/",
  "/learn/",
  "/learn/family/",
  "/explore/",
  "/explore/sweeps/",
  "/live/",
  "/reference/",
  "/reference/speed/",
  "/reference/glossary/",
  "/runs/digits-a/",
  "/runs/no-labels/",
  "/runs/many/",
  "/runs/few-l1/",
  "/runs/vectors-topk/",
  "/runs/digits-a/inputs/",
  "/runs/no-labels/inputs/",
  "/runs/many/inputs/",
  "/runs/few-l1/inputs/",
  "/runs/vectors-topk/inputs/",
  "/runs/many/lifelines/",
  "/runs/vectors-topk/lifelines/",
  "/runs/digits-a/lifelines/",
  "/runs/many/latents/",
  "/runs/digits-a/latents/",
  "/runs/digits-a/latents/2/",
  "/runs/no-labels/latents/",
  "/runs/no-labels/latents/1/",
  "/runs/few-l1/latents/",
  "/runs/vectors-topk/latents/",
  "/runs/vectors-topk/latents/1/",
  "/runs/colour/",
  "/runs/colour/inputs/",
  "/runs/colour/latents/",
  "/runs/colour/latents/1/",
  "/runs/texts/",
  "/runs/texts/inputs/",
  "/runs/texts/latents/",
  "/runs/texts/latents/6/",
  "/runs/imported/",
  "/runs/imported/inputs/",
  "/runs/imported/latents/",
  "/sweeps/few/",
  "/sweeps/levels/",
  "/stability/",
  "/stability/seeds/",
  "/stability/seeds/seeds-1/",
  "/stability/pair/",
  "/runs/seed-0/latents/",
  "/compare/",
  "/404.html",
];

/** Figures that a page has only while scripts run: on the live page the reconstruction of a drawing, and its error. */
const MADE_BY_SCRIPTS: Record<string, number> = { "/live/": 2 };

const ALL_JOURNEYS = [
  EVERYWHERE,
  homeLearn,
  run,
  rows,
  latents,
  lifelines,
  inputs,
  compare,
  live,
  liveEngine,
  liveControls,
  liveData,
  liveExport,
  reference,
  files,
  stability,
].flat();

const ignore = !needsBrowser();

Deno.test({ name: "the site of small runs", ignore }, async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, dist = `${folder}/dist`;
  await writeRowReports(reports);
  await trainSeeds(reports);
  await trainFamily(reports);
  await compareSmallRuns(reports);
  await trainSmallRuns(reports);
  await Deno.writeTextFile(`${reports}/site.json`, JSON.stringify({ featured: "no-labels" })); // whose strings are hostile
  await writeBench(reports);
  const { success, output } = await build({ reports, out: dist, base: BASE });
  assert.ok(success, output);
  await using server = serve(dist, BASE);
  const browser = await browse();
  try {
    await t.step("faults of a page are found", () => findsFaults(browser));
    const phone = await openPhone(browser), plain = await browser.newPage({ javaScriptEnabled: false });
    for (const path of PAGES) {
      await t.step(
        `${path} is accessible, quiet and fits, light and dark, and is whole without JavaScript`,
        async () => {
          const figures = await inBothSchemes(phone, server, path);
          await withoutScript(plain, server, { path, figures: figures - (MADE_BY_SCRIPTS[path] ?? 0) });
        },
      );
    }
    for (const page of [phone.page, plain]) await page.close();
    for (const { name, go } of ALL_JOURNEYS) await t.step(name, () => go({ browser, origin: server.origin, dist }));
  } finally {
    await browser.close();
  }
  await t.step("every internal link leads somewhere under a base path", () => assertLinks(dist, BASE));
  await t.step("Learn links to presets that show each method", () => assertPresetLinks(dist));
  await t.step("pages are light", () => assertWeights(dist, BASE));
  await t.step("pages are in plain words", () => assertWords(dist));
  await Deno.remove(folder, { recursive: true });
});

interface Server {
  origin: string;
}

/** What the checks of every page say of a page that has faults. */
async function findsFaults(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.setContent(`<html lang="en"><title>A page</title><main><h1>A page</h1><img src="data:,">
    <style>p { color: #000 } @media (prefers-color-scheme: dark) { p { color: #ddd } }</style><p>words</p></main>`);
  assert.deepEqual(await violations(page, { rules: WCAG }), ['image-alt: <img src="data:,">']);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await violations(page, { rules: OF_COLOURS }), ["color-contrast: <p>words</p>"]);
  assert.deepEqual(await violations(page, { within: "p" }), ["color-contrast: <p>words</p>"]);
  await page.close();
}

/** A phone's page, what it asks for and what it complains of. */
interface Phone {
  page: Page;
  requests: string[];
  errors: string[];
}

/**
 * Opens a phone's page that visits one address after the other: a browser takes more time to start a process for a new one than
 * to show most of ours.
 */
async function openPhone(browser: Browser): Promise<Phone> {
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  const requests: string[] = [], errors: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, requests, errors };
}

async function inBothSchemes({ page, requests, errors }: Phone, { origin }: Server, path: string): Promise<number> {
  requests.length = errors.length = 0;
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(origin + path);
  await page.waitForFunction(() => !("live" in globalThis) || globalThis.live.state.sides.every(({ stats }) => stats));
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: "instant" }));
  const figures = await page.locator("figure").count();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "wider than a phone");
  assert.deepEqual(await violations(page, { rules: WCAG }), [], "light");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await violations(page, { rules: OF_COLOURS }), [], "dark"); // the others do not depend on colours
  assert.deepEqual(errors, []);
  assert.deepEqual(requests.filter((url) => !url.startsWith(origin) && !url.startsWith("data:")), []);
  return figures;
}

async function withoutScript(
  page: Page,
  { origin }: Server,
  { path, figures }: { path: string; figures: number },
): Promise<void> {
  await page.goto(origin + path);
  assert.ok((await page.locator("h1").innerText()).length > 0);
  assert.equal(await page.locator("figure").count(), figures);
  assert.equal(await page.locator("vega-chart svg").count(), await page.locator("vega-chart").count());
  assert.equal(await page.locator(".controls:visible").count(), 0, "controls that do nothing");
}
