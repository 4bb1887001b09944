/**
 * `deno task screenshots`: the documents' pictures of the site, drawn by Chromium from `site/dist/`.
 *
 *   deno task screenshots [run-id] [FOLDER]     the run that Home features, unless named; the site in FOLDER, not dist
 *
 * @module
 */
import type { Store } from "./src/live/store.ts";
import { browse, serve } from "../tests/site/small_site.ts";

const [runId, folder = "dist"] = Deno.args;
/** Around a picture of one element, px. */
const MARGIN = 16;
const SIZE = { width: 1280, height: 820 };
/** The window on which the whole live page stands. */
const LIVE_SIZE = { width: 1440, height: 900 };

await using server = serve(folder);
const browser = await browse();
const page = await browser.newPage({
  viewport: SIZE,
  colorScheme: "light",
  reducedMotion: "reduce",
  deviceScaleFactor: 1.5,
});

await page.goto(`${server.origin}/`);
await shootElement("figure.pipe", "home");
const run = runId ?? (await page.locator('a[href*="/runs/"]').first().getAttribute("href"))!.split("/").at(-2);
await shoot(`/runs/${run}/`, "run");
await shoot(`/runs/${run}/latents/`, "latents");
await page.setViewportSize(LIVE_SIZE);
await page.goto(`${server.origin}/live/#at=400`);
await page.waitForFunction(() => {
  const { live } = globalThis as unknown as { live?: Store };
  return live?.state.sides[0].stats?.rows === 1024;
});
await page.waitForTimeout(1000); // drawn
await page.screenshot({ path: fileOf("live") });
await browser.close();

/** Draws what a reader sees first of a page. */
async function shoot(path: string, name: string): Promise<void> {
  await page.goto(server.origin + path);
  await page.screenshot({ path: fileOf(name), clip: { x: 0, y: 0, ...SIZE } });
}

/** Draws one element with some of the page around it. */
async function shootElement(selector: string, name: string): Promise<void> {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  const clip = { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  await page.screenshot({ path: fileOf(name), clip, fullPage: true });
}

function fileOf(name: string): string {
  const file = new URL(`../docs/${name}.png`, import.meta.url).pathname;
  console.log(file);
  return file;
}
