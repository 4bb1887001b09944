/// <reference lib="dom" />
/**
 * Where a training on the live page comes from: a run of the site, or the reader's own files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import type { Inputs } from "../../../lib/report/inputs_schema.ts";
import { npyHeader } from "../../../lib/formats/npy.ts";
import { Rng } from "../../../lib/rng.ts";
import { joined } from "../../mutate.ts";
import { COLOUR, pngOf } from "../../png_of.ts";
import { eventually } from "../eventually.ts";
import type { Journey } from "./journey.ts";
import { isMeasured, isOpen, openLive } from "./live.ts";

/** A file for an input of files. */
function file(name: string, mimeType: string, content: Uint8Array | string) {
  return { name, mimeType, buffer: Buffer.from(content) };
}

/** The size of a canvas, and whether it has colours. */
function canvasOf(page: Page, selector: string) {
  return page.locator(selector).first().evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    const isColoured = data.some((_, i) => {
      const pixel = data.slice(i, i + 3);
      return i % 4 === 0 && Math.max(...pixel) - Math.min(...pixel) > 40;
    });
    return { width, height, isColoured };
  });
}

/** Trains some steps, and gives the reconstruction loss of the first and of the one after them. */
async function trained(page: Page, steps: number) {
  await page.evaluate(() => globalThis.live.actions.play());
  await page.waitForFunction((steps) => globalThis.live.state.sides[0].losses.length > steps, steps);
  return await page.evaluate((steps) => {
    globalThis.live.actions.pause();
    const { reconstruction } = globalThis.live.state.sides[0].losses;
    return [reconstruction[0], reconstruction[steps]]; // however many more a quick machine has taken
  }, steps);
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
    await isMeasured(page);
    const opened = await model(page);
    assert.deepEqual([opened.run, opened.data, opened.latents, opened.notice], ["digits-a", "digits", 6, null]);
    // Measured on the first 1,024 of the 10,000 test images that the run was measured on.
    const { metrics } = JSON.parse(await Deno.readTextFile(`${dist}/runs/digits-a/run.json`));
    assert.ok(Math.abs(opened.mse! / metrics.test.mse - 1) < 0.05, `${opened.mse} and ${metrics.test.mse}`);
    await page.waitForFunction(() => location.hash.includes("run=digits-a"));

    const other = await browser.newPage();
    await other.goto(`${origin}/runs/digits-a/`);
    await other.getByRole("link", { name: "Open in Live" }).click();
    await other.waitForURL(/\/live\/#(?:.*&)?run=digits-a/);
    await other.waitForFunction(() => globalThis.live?.state.sides[0].settings.run === "digits-a");
    await isOpen(other);
    await isMeasured(other);
    const byAddress = await model(other);
    assert.deepEqual(byAddress, opened);
    await other.locator("[data-choice=latent]").selectOption("16");
    await other.waitForFunction(() => globalThis.live.state.sides[0].opened?.nLatents === 16);
    assert.equal((await model(other)).run, null);
    await eventually(() => other.getByLabel("Weights").inputValue(), "");

    const none = await openLive(browser, origin, "#run=texts");
    assert.match(
      (await model(none)).notice!,
      /^Cannot open the run texts: its rows have 300 values, and vectors of more than 256 have no pictures in the report,/,
    );
    for (const opened of [page, other, none]) await opened.close();
  },
}, {
  name:
    "runs of colour images and of vectors are opened on their test rows, drawn as what they are, and left for other data",
  async go({ browser, origin, dist }) {
    for (
      const [id, tile] of [
        ["colour", { width: 12, height: 12, isColoured: true }],
        ["vectors-topk", { width: 32, height: 32, isColoured: false }],
      ] as const
    ) {
      const page = await browser.newPage();
      await page.goto(`${origin}/runs/${id}/`);
      await page.getByRole("link", { name: "Open in Live" }).click();
      await page.waitForURL(new RegExp(`/live/#(?:.*&)?run=${id}`)); // the page adds to it
      await page.waitForFunction((id) => globalThis.live?.state.sides[0].settings.run === id, id);
      await isOpen(page);
      await isMeasured(page);
      const opened = await model(page);
      assert.deepEqual([opened.run, opened.data], [id, `run:${id}`]);
      // Every second one of the report's first test rows is held out.
      const { rows }: Inputs = JSON.parse(await Deno.readTextFile(`${dist}/runs/${id}/inputs.json`));
      const heldOut = rows.filter(({ kinds }) => kinds.includes("first")).filter((_, i) => i % 2 === 1);
      const mse = heldOut.reduce((sum, { mse }) => sum + mse, 0) / heldOut.length;
      assert.ok(Math.abs(opened.mse! / mse - 1) < 0.05, `${opened.mse} and ${mse}`);
      await page.locator(".notices").getByText(`of the run ${id}, in 256 levels`).waitFor();
      await eventually(() => canvasOf(page, "[data-view=samples] canvas"), tile);
      await page.locator("[data-pad]").waitFor({ state: "hidden" });
      await eventually(() => page.getByLabel("Data").inputValue(), `run:${id}`);
      const [first, last] = await trained(page, 60);
      assert.ok(last < first, `${first} and ${last}`);
      await page.waitForFunction((id) => location.hash.includes(`data=run:${id}`), id);
      await page.getByLabel("Data").selectOption("digits");
      await page.waitForFunction(() => globalThis.live.state.data?.name === "digits");
      await isOpen(page);
      const left = await model(page);
      assert.deepEqual([left.run, left.data], [null, "digits"]);
      await page.close();
    }
  },
}, {
  name:
    "a reader's own vectors and colour images are trained on and drawn, and what cannot be read is refused by its name",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin);
    const input = page.locator("[data-files-input]");
    const dropped = async (files: ReturnType<typeof file>[], summary: string) => {
      await input.setInputFiles(files);
      await page.waitForFunction((text) => globalThis.live.state.data?.summary.startsWith(text), summary);
      await isOpen(page);
      await page.locator(".notices").getByText(summary).waitFor();
    };
    await dropped(
      [file("acts.npy", "", vectors(200, 40))],
      "200 vectors of 40 values of acts.npy: 180 to train on, 20 held out.",
    );
    const ofVectors = await trained(page, 60);
    assert.ok(ofVectors[1] < 0.5 * ofVectors[0], `${ofVectors}`);
    assert.equal((await model(page)).knobs.sparsity, "topk");
    const sample = () => canvasOf(page, "[data-view=samples] canvas");
    await eventually(sample, { width: 40, height: 40, isColoured: false });
    await page.locator("[data-pad]").waitFor({ state: "hidden" });
    await page.getByText("Test row").waitFor();
    await page.getByText("Drawing is possible with grey images of 28 by 28 pixels.").waitFor();

    const disc = (radius: number) => {
      const row = (y: number) =>
        Array.from({ length: 20 }, (_, x) => Math.hypot(x - 10, y - 8) < radius ? [230, 40, 30] : [10, 10, 10]).flat();
      return pngOf({ width: 20, height: 16, type: COLOUR.rgb, rows: Array.from({ length: 16 }, (_, y) => row(y)) });
    };
    await page.evaluate(() => globalThis.live.actions.start({ data: "digits", knobs: {} }));
    const pictures = Array.from({ length: 80 }, (_, i) => file(`${i}.png`, "image/png", disc(1 + i / 12)));
    await dropped(pictures, "80 colour images of 80 files: 72 to train on, 8 held out.");
    const ofColours = await trained(page, 60);
    assert.ok(ofColours[1] < 0.5 * ofColours[0], `${ofColours}`);
    await eventually(sample, { width: 20, height: 16, isColoured: true });

    await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["a,b\n0,1\n1\n"], "short.csv", { type: "text/csv" }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    });
    await page.locator(".notices").getByText(
      "Cannot read short.csv: row 1 (from 0; row 3 of a spreadsheet) has 1 columns, expected 2 as the first row",
    )
      .waitFor();
    assert.equal((await model(page)).data, "own");
    await page.evaluate(() => globalThis.live.actions.start({ data: "digits", knobs: {} }));
    await page.waitForFunction(() => globalThis.live.state.data?.name === "digits");
    await page.locator("[data-pad]").waitFor(); // digits can be drawn again
    await page.close();
  },
}];

/** A NumPy file of vectors that are sums of few of 12 directions. */
function vectors(count: number, dInput: number): Uint8Array {
  const rng = Rng.fromSeed(5, "journey"), directions = Float32Array.from({ length: 12 * dInput }, () => rng.normal());
  const values = new Float32Array(count * dInput);
  for (let row = 0; row < count; row++) {
    for (let feature = 0; feature < 12; feature++) {
      if (rng.below(5) > 0) continue;
      for (let i = 0; i < dInput; i++) values[row * dInput + i] += directions[feature * dInput + i];
    }
  }
  return joined(npyHeader({ type: "f32", shape: [count, dInput] }), new Uint8Array(values.buffer));
}
