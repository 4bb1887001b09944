/// <reference lib="dom" />
/**
 * What readers do on the site of small runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { HOSTILE } from "./small_reports.ts";
import { filesUnder } from "./small_site.ts";

interface Server {
  origin: string;
}

/** A reader finds the newest run, sorts, opens features and compares. */
export async function read(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${origin}/`);
  await page.click("main p a[href*='/runs/']");
  assert.equal(await page.locator("main .lead code").innerText(), "no-labels", "the newest run");
  await page.click("text=Runs >> nth=0");
  await page.click("button:has-text('Test MSE')");
  const mses = (await page.locator("tbody tr td:nth-child(7)").allInnerTexts()).map(Number);
  assert.deepEqual(mses, mses.toSorted((a, b) => a - b));
  await page.click("a:has-text('digits-a')");
  await page.click("a:has-text('atlas')");
  await page.selectOption("select", "-density");
  const densities = await page.locator("[data-atlas] li").evaluateAll((items) =>
    items.map((item) => Number((item as HTMLElement).dataset.density))
  );
  assert.deepEqual(densities, densities.toSorted((a, b) => b - a));
  const order = await page.locator("[data-atlas] a").allInnerTexts();
  await page.reload();
  assert.deepEqual(await page.locator("[data-atlas] a").allInnerTexts(), order, "the address keeps the order");
  await page.click("[data-atlas] a >> nth=0");
  assert.match(await page.locator("h1").innerText(), /^Latent \d+$/);
  await page.click("nav >> text=Compare");
  await page.uncheck("input[value='no-labels']");
  await page.reload();
  assert.deepEqual(
    await page.locator("input:checked").evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value)),
    [
      "digits-b",
      "digits-a",
      "vectors-kl",
      "vectors-topk",
      "many",
    ],
  );
  assert.equal(await page.locator("th[data-run='no-labels']:visible").count(), 0);
  assert.ok(await page.locator("tr:has-text('lr') td:visible").count() >= 2, "a setting that differs");
  await page.waitForFunction(() => document.querySelector("#curves .view > div svg"));
  await page.close();
}

/** Everything that can be used is reached with the keyboard. */
export async function byKeyboard(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  for (
    const path of ["/runs/digits-a/", "/runs/", "/runs/digits-a/features/", "/compare/", "/family/", "/sweeps/few/"]
  ) {
    await page.goto(origin + path);
    const stops = await page.locator("a[href], button, summary, select, input, [tabindex='0']").evaluateAll((all) =>
      all.filter((element) => element.checkVisibility()).map((element, i) => {
        element.setAttribute("data-stop", String(i));
        return String(i);
      })
    );
    const unreached = new Set(stops);
    for (let presses = 0; presses < 250 && unreached.size > 0; presses++) {
      await page.keyboard.press("Tab");
      unreached.delete(await page.evaluate(() => document.activeElement?.getAttribute("data-stop") ?? ""));
    }
    assert.deepEqual([...unreached], [], path);
    if (path === "/compare/") await page.waitForFunction(() => document.querySelector("vega-chart .view > div svg"));
  }
  await page.close();
}

/** A run without KL does not speak of what KL has. */
export async function ownVariant(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  for (const [run, title] of [["many", "TopK"], ["few-l1", "L1"], ["vectors-topk", "TopK"]]) {
    await page.goto(`${origin}/runs/${run}/`);
    await page.locator("summary").evaluateAll((all) =>
      all.forEach((summary) => (summary as HTMLElement).closest("details")!.open = true)
    );
    const text = await page.locator("main").innerText();
    assert.match(text, new RegExp(`How it is made sparse: ${title}`));
    // The knobs `latentBias` and `decoderScale` name ρ in their values, which a dictionary does not take.
    assert.doesNotMatch(text, /ρ|\bKL\b|β|\bnats\b|\brho\b/, run);
  }
  await page.goto(`${origin}/runs/`);
  const prices = await page.locator("tbody tr:has-text('TopK') td:nth-child(9)").allInnerTexts();
  assert.deepEqual(prices, ["", ""], "no KL figure where there is none");
  await page.close();
}

/** A latent's tile is that of its row. */
export async function tilesOfRows(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${origin}/runs/many/features/`);
  const items = page.locator("[data-atlas] li");
  assert.equal(await items.count(), 64, "the most active of 70");
  const last = items.nth(63);
  const latent = Number(await last.getAttribute("data-latent"));
  assert.ok(latent > 63);
  assert.equal(await last.locator("svg").getAttribute("viewBox"), "196 196 28 28", "the last tile of 8 × 8");
  await last.locator("a").click();
  assert.equal(await page.locator("h1").innerText(), `Latent ${latent}`);
  assert.equal(await page.locator(".drawn svg").first().getAttribute("viewBox"), "196 196 28 28");
  await page.close();
}

/** A run of a sweep has an atlas and no pages of latents. */
export async function swept(browser: Browser, { origin }: Server, dist: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${origin}/sweeps/`);
  await page.click("main a:has-text('few')");
  assert.match(await page.locator("tr:has-text('few-topk')").innerText(), /not finished/);
  await page.click("main a:has-text('few-l1')");
  await page.click("a:has-text('atlas')");
  assert.equal(await page.locator("[data-atlas] li").count(), 64);
  assert.equal(await page.locator("[data-atlas] a").count(), 0);
  assert.deepEqual([...filesUnder(`${dist}/runs/few-l1/features`)].sort(), ["index.html"]);
  await page.close();
}

/** Strings of a report are shown, not executed. */
export async function hostile(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  page.on("dialog", () => assert.fail("a string of a report was executed"));
  for (const path of ["/", "/runs/", "/runs/no-labels/", "/compare/"]) {
    await page.goto(origin + path);
    assert.ok((await page.locator("main").innerText()).includes(HOSTILE), path);
  }
  await page.close();
}

/** A chart that comes alive does not move the page. */
export async function noShift(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  for (const path of ["/runs/digits-a/", "/runs/few-l1/", "/compare/", "/theory/", "/family/", "/sweeps/few/"]) {
    await page.goto(origin + path);
    const charts = page.locator("vega-chart");
    for (let i = 0; i < await charts.count(); i++) {
      const before = await charts.nth(i).boundingBox();
      await charts.nth(i).hover();
      await page.waitForFunction((i) => document.querySelectorAll("vega-chart")[i].querySelector(".view > div svg"), i);
      const after = await charts.nth(i).boundingBox();
      assert.ok(
        Math.abs(after!.height - before!.height) < 1,
        `${path} chart ${i}: ${before!.height} → ${after!.height}`,
      );
    }
  }
  await page.close();
}
