/// <reference lib="dom" />
/**
 * What readers take away from the live page, in a browser.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { unzipSync } from "fflate";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { checkedReports } from "../../../site/src/checked_reports.ts";
import { eventually } from "../eventually.ts";
import type { Journey } from "./journey.ts";
import { openLive } from "./live.ts";

/** Presses a button and returns the file that the page gives. */
async function taken(page: Page, button: string): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "what was trained is taken away: weights, a picture of the latents, and a report that the site shows",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#latent=16&hidden=24&engine=cpu");
    const scripts: string[] = [];
    page.on("response", (response) => scripts.push(response.url()));
    await page.getByRole("button", { name: /^Epoch/ }).click();
    await page.waitForFunction(() => globalThis.live.state.sides[0].step === 39 && !globalThis.live.isPlaying);
    assert.ok(!scripts.some((url) => /export/.test(url)), "what makes files is loaded when one is wanted");
    const weights = await taken(page, "Weights"), picture = await taken(page, "Latents");
    await eventually(() => scripts.some((url) => /export/.test(url)), true);
    const report = await taken(page, "Report"), id = report.name.replace(/\.zip$/, "");
    assert.match(id, /^\d{4}-\d\d-\d\d-\d{6}-digits-tuned-s0-page$/);
    assert.deepEqual([weights.name, picture.name], [`${id}.safetensors`, `${id}-latents.png`]);
    const { width, height } = decode(picture.bytes);
    assert.deepEqual([width, height], [4 * 90 + 6, 4 * 90 + 6]);
    const files = unzipSync(report.bytes);
    assert.deepEqual(new Uint8Array(weights.bytes), files[`${id}/model.safetensors`]);
    const dir = await Deno.makeTempDir();
    for (const [path, bytes] of Object.entries(files)) {
      await Deno.mkdir(`${dir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${dir}/${path}`, bytes);
    }
    const { runs: [run] } = await checkedReports(dir, { isStrict: true });
    assert.deepEqual([run.id, run.config.epochs, run.timing.steps], [id, 1, 39]);
    assert.ok("browser" in run.environment && /^Chromium \d+$/.test(run.environment.browser));
    await Deno.remove(dir, { recursive: true });
    await page.close();
  },
}];
