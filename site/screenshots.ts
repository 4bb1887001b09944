/**
 * `deno task screenshots`: the README's pictures of the site, drawn by Chromium from `site/dist/`.
 *
 *   deno task screenshots [run-id]        the newest run, unless named
 *
 * @module
 */
import { browse, serve } from "../tests/site/small_site.ts";

const [runId] = Deno.args;
await using server = serve("dist");
const browser = await browse();
const page = await browser.newPage({
  viewport: { width: 1200, height: 1000 },
  colorScheme: "light",
  reducedMotion: "reduce",
});

await page.goto(`${server.origin}/runs/`);
const run = runId ?? await page.locator("tbody th a").first().innerText();
await shoot(`/runs/${run}/`, "run", 'h2:has-text("How it learned")');
await shoot(`/runs/${run}/features/`, "atlas");
await shoot("/family/", "family", "table >> nth=0");
await browser.close();

/** Draws the view from an element on, or from the top. */
async function shoot(path: string, name: string, from?: string): Promise<void> {
  const file = new URL(`../docs/${name}.png`, import.meta.url).pathname;
  await page.goto(server.origin + path);
  if (from) await page.locator(from).evaluate((element) => element.scrollIntoView());
  await page.screenshot({ path: file });
  console.log(file);
}
