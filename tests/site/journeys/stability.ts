/// <reference lib="dom" />
/**
 * What readers do on the pages of stability: from the list to a group, to a latent, and to its partner in another random seed; two
 * dictionaries; and that runs in no comparison show nothing of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Comparison } from "../../../lib/report/comparison_schema.ts";
import type { Journey, Site } from "./journey.ts";
import { shown } from "./latents.ts";

const DESK = { width: 1440, height: 900 };

/** A comparison as the site has it. */
async function comparisonOf({ dist }: Site, name: string): Promise<Comparison> {
  return JSON.parse(await Deno.readTextFile(`${dist}/stability/${name}/comparison.json`));
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "a reader goes from Explore to what every random seed finds, and from a tile to the latent",
  async go(site) {
    const { groups: [{ runs, means, consensus }] } = await comparisonOf(site, "seeds");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/explore/`);
    await page.click(".ways a[href$='/stability/']");
    await page.waitForURL(`${site.origin}/stability/`);
    assert.match(
      await page.locator("tr:has(a:text-is('seeds'))").innerText(),
      /TopK\sk\s3\s· 12\slatents: 3 random seeds/, // it breaks after its dots alone
    );
    await page.click("tbody th a:text-is('seeds')");
    await page.waitForURL(`${site.origin}/stability/seeds/`);
    assert.ok(await page.locator("#pw-mcc svg, #shared svg, #found svg").count() >= 3);
    assert.equal(await page.locator("#pairs tbody tr").count(), 3);
    await page.click("#groups tbody th a");
    await page.waitForURL(`${site.origin}/stability/seeds/seeds-1/`);
    assert.match(await page.locator(".lead").innerText(), /^3 runs with 12 latents each/);
    const row = await page.locator("#figures table.cards tbody tr").innerText();
    for (const figure of [means.pwMcc!, means.before!.pwMcc!]) {
      assert.ok(row.includes(figure.toFixed(2)), `${figure} in ${row}`);
    }
    assert.equal(await page.locator(".matrix td:not(.self)").count(), runs.length * (runs.length - 1));
    const tiles = page.locator("#consensus .side-by-side a");
    assert.ok(await tiles.count() >= runs.length, "features, or what comes nearest to them");
    const words = await tiles.nth(1).getAttribute("aria-label");
    assert.match(words!, /^Latent \d+ of random seed 1$/);
    if (consensus.latents[1].length > 0) assert.equal(words, `Latent ${consensus.latents[1][0]} of random seed 1`);
    await tiles.nth(1).click();
    await page.waitForURL((url) => url.pathname.includes(`/runs/${runs[1]}/latents/`));
    await page.close();
  },
}, {
  name:
    "a latent shows its partners in the other random seeds, and the table is searched and sorted by how many find it",
  async go(site) {
    const { groups: [{ runs, foundIn: [found] }] } = await comparisonOf(site, "seeds");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/runs/${runs[0]}/latents/`);
    assert.match(await page.locator(".latents-main > .read").innerText(), /random seeds/);
    await page.fill("input[type=search]", "seeds = 1");
    await page.waitForFunction(
      (wanted) => document.querySelector("[role=status]")!.textContent!.startsWith(wanted),
      `${found[1]} of 12 latents`,
    );
    await page.fill("input[type=search]", "");
    await page.click("th[data-column='foundIn'] button");
    await page.waitForFunction(() => location.search === "?sort=-foundIn");
    const first = Number(await page.locator("tr[data-latent]").first().getAttribute("data-latent"));
    await page.click(`tr[data-latent='${first}'] a`);
    await shown(page, first);
    const part = page.locator(".panel .detail-seeds");
    assert.match(await part.locator("h3").innerText(), /of 3/);
    assert.equal(await part.locator("li").count(), runs.length - 1);
    const partner = part.locator("li a").first(), words = await partner.getAttribute("aria-label");
    await partner.click();
    await page.waitForURL((url) => url.pathname.includes(`/runs/${runs[1]}/latents/`));
    const latent = Number(/^Latent (\d+) of random seed 1/.exec(words!)![1]);
    await page.waitForFunction(
      (heading) => [...document.querySelectorAll("h1, .panel h2")].some(({ textContent }) => textContent === heading),
      `Latent ${latent}`,
    );
    await page.close();
  },
}, {
  name: "two dictionaries stand side by side: matched, and what only one of them has",
  async go(site) {
    const { dictionaries: [pair] } = await comparisonOf(site, "pair");
    const page = await site.browser.newPage({ viewport: DESK });
    await page.goto(`${site.origin}/stability/pair/`);
    assert.match(await page.locator("h1").innerText(), /^Two dictionaries/);
    assert.equal(await page.locator("#matched li").count(), Math.min(24, pair.matched));
    const [tile] = await page.locator("#matched .tile").all();
    assert.match((await tile.getAttribute("style"))!, /latents\.png/);
    assert.equal(await page.locator("#alone h3").count(), 2);
    await page.close();
  },
}, {
  name: "a run in no comparison shows nothing of random seeds",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: DESK });
    await page.goto(`${origin}/runs/many/latents/`);
    assert.equal(await page.locator("[data-column='foundIn'], .detail-seeds").count(), 0);
    assert.equal(await page.locator("a[href*='/stability/']").count(), 0);
    await page.close();
  },
}];
