/// <reference lib="dom" />
/**
 * What readers meet on runs of rows that are not grey images: colour images, rows without a picture, and a model that was not trained
 * here.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { isDrawn } from "./compare.ts";
import { settled } from "./inputs.ts";
import type { Journey, Site } from "./journey.ts";
import { shown } from "./latents.ts";

const DESK = { width: 1440, height: 900 };

/** A new page that collects what goes wrong on it. */
async function opened({ browser, origin }: Site, path: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: DESK }), errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(origin + path);
  return { page, errors };
}

/** Whether a canvas among these has a pixel of which red, green and blue differ by more than a shade of the ground. */
function haveColour(page: Page, canvases: string): Promise<boolean> {
  return page.locator(canvases).evaluateAll((all) =>
    all.some((one) => {
      const { width, height } = one as HTMLCanvasElement;
      const { data } = (one as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
      return data.some((_, i) =>
        i % 4 === 0 && Math.max(...data.slice(i, i + 3)) - Math.min(...data.slice(i, i + 3)) > 25
      );
    })
  );
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "colour images are in colour: latents at five strengths, inputs, reconstructions",
  async go(site) {
    const { page, errors } = await opened(site, "/runs/colour/latents/");
    const tile = page.locator(".atlas a[data-latent] >> nth=1"),
      latent = Number(await tile.getAttribute("data-latent"));
    await tile.click();
    await shown(page, latent);
    assert.ok(await haveColour(page, ".panel .detail-strip canvas"), "the strip of strengths");
    const filters = await page.locator(".atlas .tile, .panel .tile").evaluateAll((
      tiles,
    ) => [...new Set(tiles.map((tile) => getComputedStyle(tile).filter))]);
    assert.deepEqual(filters, ["none"], "an effect has its own colours, not those of grey images");
    await page.goto(`${site.origin}/runs/colour/inputs/?input=1`);
    await settled(page);
    assert.ok(await haveColour(page, "[data-large=recon] canvas"), "the reconstruction");
    assert.ok(await haveColour(page, "[data-figure] canvas"), "what the latents add");
    assert.deepEqual(errors, []);
    await page.close();
  },
}, {
  name: "latents of rows without a picture are found by the words of their rows, and shown by them",
  async go(site) {
    const { page, errors } = await opened(site, "/runs/texts/latents/");
    assert.equal(await page.locator(".tile, canvas, .atlas, [data-take='atlas-png']").count(), 0, "no empty boxes");
    await page.fill("input[type=search]", "“glacier”");
    await page.waitForFunction(() =>
      /^\d+ of 80 /.test(document.querySelector("[role=status]")!.textContent!.replace(/^80/, ""))
    );
    const texts = await page.locator("tr[data-latent] .words").allInnerTexts();
    assert.ok(texts.length > 0 && texts.every((text) => text.includes("glacier")), texts.join("\n"));
    const latent = Number(await page.locator("tr[data-latent]").first().getAttribute("data-latent"));
    await page.click(`tr[data-latent='${latent}'] a`);
    await shown(page, latent);
    const lines = page.locator(".panel .detail-top .rows-in-words li");
    assert.equal(await lines.count(), 16);
    assert.match(await lines.first().innerText(), /The \w+ <b>& the "\w+"<\/b>, line \d+|A very long line/);
    assert.match(await lines.locator("b.token").first().innerText(), /^[a-z]+$/, "the token is emphasised");
    const { detailed, density } = JSON.parse(await Deno.readTextFile(`${site.dist}/runs/texts/latents.json`));
    const without = density.findIndex((_: number, latent: number) => !detailed.includes(latent));
    await page.goto(`${site.origin}/runs/texts/latents/?latent=${without}`);
    await shown(page, without);
    assert.match(await page.locator(".panel .detail-none").innerText(), /--details/);
    assert.match(await page.locator(".panel").innerText(), /Density/i, "its numbers are there");
    assert.deepEqual(errors, []);
    await page.close();
  },
}, {
  name: "inputs without a picture are chosen by their text, with their class, active latents and errors",
  async go(site) {
    const { page, errors } = await opened(site, "/runs/texts/inputs/");
    assert.equal(await page.locator(".tile, canvas, svg image").count(), 0);
    const line = page.locator("nav a[data-input] >> nth=2"), said = await line.locator(".words").innerText();
    await line.click();
    await page.waitForFunction(() => location.search === "?input=2");
    await settled(page);
    assert.match(await page.locator("h1").innerText(), /^Test vector 2/);
    assert.ok((await page.locator("[data-words] blockquote").innerText()).startsWith(said.replace(/….*/, "")));
    assert.equal(await page.locator("[data-words] blockquote b:not(.token)").count(), 0, "its HTML is text");
    assert.ok(await page.locator("[data-figure] .latent").count() > 0);
    assert.match(await page.locator("main").innerText(), /no picture/);
    assert.deepEqual(errors, []);
    await page.close();
  },
}, {
  name:
    "a model that was not trained here says where it is from and has no curves of training; a receipt states the scaling",
  async go(site) {
    const { page, errors } = await opened(site, "/runs/imported/");
    assert.equal(await page.locator("#learning, .contents a[href='#learning']").count(), 0);
    assert.match(await page.locator("#summary").innerText(), /SAELens/);
    const receipt = () => page.locator("#receipt").innerText();
    await page.locator("#receipt details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
    for (const said of ["SAELens, topk", "sae_weights.safetensors", "deno task import"]) {
      assert.ok((await receipt()).includes(said), said);
    }
    await page.goto(`${site.origin}/runs/texts/`);
    for (const said of ["mean-norm", "held out by a hash", "scaling = json.loads"]) {
      assert.ok((await receipt()).includes(said), said);
    }
    assert.deepEqual(errors, []);
    await page.close();
  },
}, {
  name: "Compare shows the same rows by their text, and says what two kinds of data do not share",
  async go(site) {
    const { page, errors } = await opened(site, "/compare/?runs=texts,imported");
    await page.waitForSelector(".compared.errors");
    await isDrawn(page);
    const rows = page.locator(".compared.errors tbody tr");
    assert.equal(await rows.count(), 8);
    assert.match(await rows.first().innerText(), /The \w+ <b>& the/);
    assert.equal(await page.locator("[data-draw]:visible").count(), 0, "there is no error to be drawn");
    assert.match(await page.locator("main").innerText(), /SAELens/);
    await page.goto(`${site.origin}/compare/?runs=colour,texts`);
    await page.waitForFunction(() => document.querySelectorAll("[data-group]").length === 2);
    await isDrawn(page);
    assert.match(await page.locator("[data-slot=results-note]").innerText(), /not ranked against each other/);
    await page.click("[data-group] >> nth=1");
    await page.waitForSelector(".compared.errors");
    await isDrawn(page);
    assert.deepEqual(errors, []);
    await page.close();
  },
}];
