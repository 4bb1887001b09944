/// <reference lib="dom" />
/**
 * What readers do with the lifelines of a run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { addressOf, eventually } from "../eventually.ts";
import type { Journey } from "./journey.ts";

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "a reader moves through training, follows a latent, and finds its strip among its details",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/runs/many/`);
    await page.click(".tabs a:has-text('Lifelines')");
    await page.waitForURL(`${origin}/runs/many/lifelines/`);
    const moment = page.locator(".scrubber .moment");
    const last = await moment.innerText();
    assert.match(last, /^After step \d+: \d+ of 70 latents are dead$/);
    await page.focus(".scrubber input[type=range]");
    await page.keyboard.press("Home");
    await page.waitForFunction(() =>
      document.querySelector(".sheet img")!.getAttribute("src")!.endsWith("lifelines/000.png")
    );
    assert.match(await moment.innerText(), /^Before the first step/);
    await page.click("[data-go='1']");
    await page.waitForFunction(() =>
      document.querySelector(".sheet img")!.getAttribute("src")!.endsWith("lifelines/001.png")
    );
    await page.click("[data-play]");
    await page.waitForFunction(() =>
      document.querySelector(".sheet img")!.getAttribute("src")!.endsWith("lifelines/002.png") &&
      document.querySelector("[data-play]")!.textContent === "Play"
    ); // it stops at the end
    assert.equal(await moment.innerText(), last);
    await page.focus(".sheets");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.locator("[data-one]").innerText(), "Latent 1 through training");
    assert.equal(await page.locator(".lifeline-strip li").count(), 3, "its two steps have three snapshots");
    await page.click("[data-link]");
    await page.waitForURL((url) => url.pathname.endsWith("/runs/many/latents/"));
    await page.waitForFunction(() => { // the details are drawn anew once the latents are loaded
      const tile = document.querySelector(".detail-lifeline .tile");
      return tile && /lifelines\/strips\/000\.png/.test(getComputedStyle(tile).backgroundImage);
    });
    await eventually(() => addressOf(page), /latents\/\?latent=1$/);
    await eventually(() => page.locator(".detail-lifeline .lifeline-strip li").count(), 3);
    await page.close();
  },
}, {
  name: "a reader of the live page looks back over the atlas and returns to now",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await page.goto(`${origin}/live/#sparsity=topk&latent=16&k=4&at=30`);
    const line = page.locator(".lifelines");
    await line.waitFor();
    assert.equal(await line.locator("[data-words]").innerText(), "now");
    await line.locator(".bar.born").first().waitFor({ state: "attached" }); // births are drawn
    const pixels = () =>
      page.locator(".tiles > canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const isAt = (words: string) =>
      page.waitForFunction(
        (words) => document.querySelector(".lifelines [data-words]")!.textContent!.startsWith(words),
        words,
      );
    const now = await pixels();
    await line.locator("input").focus();
    await page.keyboard.press("Home");
    await isAt("step 0");
    await eventually(pixels, (seen) => assert.notEqual(seen, now, "the atlas is that of step 0"));
    await line.locator("button").click();
    await isAt("now");
    await eventually(pixels, now);
    await page.close();
  },
}, {
  name:
    "lifelines are there without scripts, play nothing where no motion is wanted, and rows of numbers have them too",
  async go({ browser, origin }) {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(`${origin}/runs/vectors-topk/lifelines/`);
    assert.equal(await page.locator(".stills figure:visible").count(), 3);
    assert.equal(await page.locator(".scrubber .move:visible").count(), 0);
    assert.equal(await page.locator("[data-strip] li:visible").count(), 3);
    assert.equal(await page.locator(".lifeline-table tbody tr").count(), 16);
    await plain.close();
    const still = await browser.newContext({ reducedMotion: "reduce" });
    const other = await still.newPage();
    await other.goto(`${origin}/runs/digits-a/lifelines/`);
    assert.equal(await other.locator("[data-play]:visible").count(), 0);
    assert.match(await other.locator(".lead").innerText(), /none of them can die/);
    assert.equal((await other.request.get(`${origin}/runs/no-labels/lifelines/`)).status(), 404);
    await still.close();
  },
}];
