/// <reference lib="dom" />
/**
 * Where a training on the live page comes from: a run of the site, or the reader's own files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { greyPng } from "../live/png_of.ts";
import type { Journey } from "./journey.ts";
import { isOpen, openLive } from "./live.ts";

/** A file for an input of files. */
function file(name: string, mimeType: string, content: Uint8Array | string) {
  return { name, mimeType, buffer: Buffer.from(content) };
}

/** What the first model is. */
function model(page: Page) {
  return page.evaluate(() => {
    const { sides: [{ settings, opened, stats }], data, notice } = globalThis.live.state;
    return { ...settings, latents: opened?.nLatents, mse: stats?.mse, summary: data?.summary, notice };
  });
}

export const JOURNEYS: Journey[] = [{
  name: "a run is opened in the live page from the menu and from its own page, and another width leaves it",
  async go({ browser, origin, dist }) {
    const page = await openLive(browser, origin);
    await page.getByLabel("Weights").selectOption("digits-a");
    await page.waitForFunction(() => globalThis.live.state.sides[0].settings.run === "digits-a");
    await isOpen(page);
    const opened = await model(page);
    assert.deepEqual([opened.run, opened.data, opened.latents, opened.notice], ["digits-a", "digits", 6, null]);
    // Measured on the first 1,024 of the 10,000 test images that the run was measured on.
    const { metrics } = JSON.parse(await Deno.readTextFile(`${dist}/runs/digits-a/run.json`));
    assert.ok(Math.abs(opened.mse! / metrics.test.mse - 1) < 0.05, `${opened.mse} and ${metrics.test.mse}`);
    await page.waitForFunction(() => location.hash.includes("run=digits-a"));

    const other = await browser.newPage();
    await other.goto(`${origin}/runs/digits-a/`);
    await other.getByRole("link", { name: "Open in Live" }).click();
    await other.waitForURL("**/live/#run=digits-a");
    await other.waitForFunction(() => globalThis.live?.state.sides[0].settings.run === "digits-a");
    await isOpen(other);
    const byAddress = await model(other);
    assert.deepEqual(byAddress, opened);
    await other.locator("[data-choice=latent]").selectOption("16");
    await other.waitForFunction(() => globalThis.live.state.sides[0].opened?.nLatents === 16);
    assert.equal((await model(other)).run, null);
    assert.equal(await other.getByLabel("Weights").inputValue(), "");

    const none = await openLive(browser, origin, "#run=vectors-topk");
    assert.match(
      (await model(none)).notice!,
      /^Cannot open the run vectors-topk: its inputs are vectors of 12 values, not/,
    );
    for (const opened of [page, other, none]) await opened.close();
  },
}, {
  name: "a reader's own images are trained on, and a file that is no image is refused by its name",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin);
    const disc = (radius: number) => greyPng(40, 40, (x, y) => Math.hypot(x - 20, y - 20) < radius ? 20 : 240);
    const input = page.locator("[data-files-input]");
    await input.setInputFiles(Array.from({ length: 70 }, (_, i) => file(`${i}.png`, "image/png", disc(1 + i / 4))));
    await page.waitForFunction(() => globalThis.live.state.data?.name === "own");
    await isOpen(page);
    const { summary, notice } = await model(page);
    const said = "70 images of 70 PNG files: 63 to train on, 7 held out. 70 fitted into 28 by 28 pixels. " +
      "All inverted, because most backgrounds are light.";
    assert.deepEqual([summary, notice], [said, said]);
    assert.equal(await page.locator(".notices").getByText(said).count(), 1);
    await page.evaluate(() => globalThis.live.actions.epoch());
    await page.waitForFunction(() => globalThis.live.state.sides[0].step > 0);

    await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["0,1,2\n"], "short.csv", { type: "text/csv" }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    });
    const refused = "Cannot read short.csv: row 1 has 3 columns, expected 784, or 785 with a label";
    await page.locator(".notices").getByText(refused).waitFor();
    assert.equal((await model(page)).data, "own");
    await page.close();
  },
}];
