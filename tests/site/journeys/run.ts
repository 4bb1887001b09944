/// <reference lib="dom" />
/**
 * What readers do on the list of runs and on the page of a run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { HOSTILE } from "../small_reports.ts";
import type { Journey } from "./journey.ts";

/** Runs of the small site that are no KL runs, with their method. */
const WITHOUT_KL = { many: "TopK", "few-l1": "L1", "vectors-topk": "TopK" };

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "a reader searches runs, sorts them, and opens one",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/explore/`);
    const digits = page.locator("[data-run-table]", { has: page.locator("h2:text-is('Synthetic digits')") });
    const errors = () =>
      digits.locator("td[data-label='Test MSE']").evaluateAll((cells) =>
        cells.map((cell) => Number((cell as HTMLElement).dataset.value))
      );
    await digits.locator("button:has-text('Test MSE')").click();
    assert.deepEqual(await errors(), (await errors()).toSorted((a, b) => a - b));
    assert.equal(await digits.locator("th:has-text('Test MSE')").getAttribute("aria-sort"), "ascending");
    await digits.locator("button:has-text('Test MSE')").click();
    assert.deepEqual(await errors(), (await errors()).toSorted((a, b) => b - a));
    await page.fill("[data-run-search] input", "topk 70");
    const shown = page.locator("[data-run-table] tbody tr:visible");
    assert.equal(await shown.count(), 1, "the run of 70 latents, not the vectors");
    await page.reload();
    assert.equal(await shown.count(), 1, "the address keeps the search");
    await shown.locator("a").click();
    await page.waitForURL(`${origin}/runs/many/`);
    assert.match(await page.locator("h1").innerText(), /TopK/);
    await page.close();
  },
}, {
  name: "on a phone, runs are cards, which are sorted by a choice",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(`${origin}/explore/`);
    await page.selectOption("[data-run-search] select", "Explained variance");
    const rows = page.locator("[data-run-table]").first().locator("tbody tr");
    const values = await rows.locator("td[data-label='Explained variance']").evaluateAll((cells) =>
      cells.map((cell) => Number((cell as HTMLElement).dataset.value))
    );
    assert.deepEqual(values, values.toSorted((a, b) => b - a), "the largest first");
    const width = (await rows.first().boundingBox())!.width;
    assert.ok(width > 300 && width <= 390, "a card is as wide as the page");
    await page.close();
  },
}, {
  name: "a chart of a run and its heat map are read with pointer and keys",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${origin}/runs/digits-a/`);
    const figure = page.locator("#loss-by-epoch"), readout = figure.locator("[data-readout]");
    await figure.locator(".drawing").focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() =>
      /before the first step/.test(document.querySelector("#loss-by-epoch [data-readout]")!.textContent!)
    );
    await page.keyboard.press("Escape");
    assert.doesNotMatch(await readout.innerText(), /before the first step/);
    const map = page.locator("#heat-map [data-map='rows']");
    await map.scrollIntoViewIfNeeded();
    await map.hover({ position: { x: 3, y: 3 } });
    await page.waitForFunction(() =>
      /^latent \d+ · test image \d+ \(class .+\) · activation/.test(
        document.querySelector("#heat-map [data-readout]")!.textContent!,
      )
    );
    await map.focus();
    const before = await page.locator("#heat-map [data-readout]").innerText();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
      (before) => document.querySelector("#heat-map [data-readout]")!.textContent !== before,
      before,
    );
    await page.close();
  },
}, {
  name: "a run without KL does not speak of what KL has",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    for (const [run, title] of Object.entries(WITHOUT_KL)) {
      await page.goto(`${origin}/runs/${run}/`);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      const text = (await page.locator("main").innerText()).replace(/Not read by this method:.*/, "");
      assert.match(text, new RegExp(`\\b${title}\\b`));
      // The settings `latentBias` and `decoderScale` name ρ in their values, which a dictionary does not take.
      assert.doesNotMatch(text, /ρ|\bKL\b|β(?![₁₂])|\bnats\b|\brho\b/, run); // β₁ and β₂ are Adam's
    }
    await page.close();
  },
}, {
  name: "a run's page is whole with unlabelled data, vectors, and hostile words",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    page.on("dialog", () => assert.fail("a string of a report was executed"));
    await page.goto(`${origin}/runs/no-labels/`);
    assert.ok((await page.locator("main").innerText()).includes(HOSTILE));
    assert.equal(await page.locator("#heat-map .above").count(), 0, "no classes, no names");
    await page.goto(`${origin}/runs/vectors-topk/`);
    assert.equal(await page.locator("#first .strip").count(), 24, "eight vectors, three strips each");
    const strips = await page.locator("#first .strip svg[role='img']").evaluateAll((all) =>
      all.map((svg) => svg.getAttribute("viewBox"))
    );
    assert.deepEqual(new Set(strips), new Set(["0 0 12 1"]), "12 values in a row");
    await page.close();
  },
}];
