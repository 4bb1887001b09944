/// <reference lib="dom" />
/**
 * What readers do on the Inputs page of a run: choose an input, switch latents off, follow the sum, come back to an address.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually, textsOf } from "../eventually.ts";
import type { Journey } from "./journey.ts";

/** What the page says of the input that it shows, once it has done what was asked of it. */
async function shown(page: Page): Promise<{ title: string; mse: number; off: string[] }> {
  await settled(page);
  return {
    title: await page.locator("h1").innerText(),
    mse: Number(await page.locator("[data-mse]").innerText()),
    off: await page.locator("[data-switch]:not(:checked)").evaluateAll((boxes) =>
      boxes.map((box) => (box as HTMLElement).dataset.switch!)
    ),
  };
}

/** Waits until the page has done what was asked of it. */
export const settled = (page: Page) => page.waitForSelector('[data-inputs][aria-busy="false"]');

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "a reader chooses an input, switches a latent off, and finds both again under the address",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${origin}/runs/many/inputs/`);
    assert.match(await page.locator("h1").innerText(), /^Test image 0 · class \d$/);
    await page.click("nav [data-input] >> nth=2");
    await settled(page);
    assert.match((await shown(page)).title, /^Test image 2 · /);
    const whole = (await shown(page)).mse;
    const latents = await page.locator("[data-switch]").count();
    await page.locator("[data-switch]").first().uncheck();
    const without = await shown(page);
    assert.equal(without.off.length, 1);
    assert.match(
      await page.locator("[data-state]").innerText(),
      new RegExp(`^The sum has ${latents - 1} of ${latents} latents\\. With all`),
    );
    await page.click("text=Largest effect first");
    await settled(page);
    await page.reload();
    await settled(page);
    assert.deepEqual(await shown(page), without, "the address keeps input and switches");
    assert.equal(await page.locator('[value="effect"]').getAttribute("aria-pressed"), "true");
    await page.click("text=All on");
    assert.equal((await shown(page)).mse, whole);
    await page.click("text=All off");
    await settled(page);
    const base = Number((await page.locator(".steps .base .value").textContent())!.replace("MSE ", ""));
    assert.equal((await shown(page)).mse, base, "no latent leaves the decoder's bias");
    await page.close();
  },
}, {
  name: "a reader follows the sum with the slider and with Play",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${origin}/runs/many/inputs/`);
    const latents = await page.locator("[data-switch]").count();
    await page.locator("[data-first]").fill("1");
    await settled(page);
    assert.equal(await page.locator("[data-first-text]").innerText(), `1 of ${latents} latents`);
    assert.equal(await page.locator(".steps li.later").count(), latents - 1);
    const buttonTexts = await textsOf(page, '[data-do="play"]');
    await page.click("text=Play");
    await eventually(buttonTexts, ["Play", "Stop", "Play"]); // it plays, and stops at the end
    assert.equal(await page.locator(".steps li.later").count(), 0);
    assert.equal(new URL(page.url()).search, "", "a whole sum needs no address");
    await page.close();
  },
}, {
  name: "the arrow keys turn to the next and the previous input, and filters choose among all",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(`${origin}/runs/many/inputs/`);
    await page.focus("nav [data-input] >> nth=0");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-input")), "1");
    await page.keyboard.press("ArrowLeft");
    await settled(page);
    await page.click('[data-do="all"]');
    await settled(page);
    const count = () => page.locator("[data-list] [data-input]").count();
    const all = await count();
    await page.selectOption('[data-filter="kind"]', "worst");
    await settled(page);
    assert.ok(await count() < all);
    await page.fill(
      '[data-filter="latent"]',
      (await page.locator("[data-switch]").first().getAttribute("data-switch"))!,
    );
    await settled(page);
    assert.match(await page.locator("[data-count]").innerText(), /on which latent \d+ is active/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await page.close();
  },
}, {
  name: "what removing a latent changes is decoded in the browser, where contributions do not add up",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${origin}/runs/digits-a/inputs/?input=3`);
    await settled(page);
    const error = async (k: number) =>
      Number((await page.locator(".steps .latent .without").nth(k).textContent())!.replace(/^.* /, ""));
    const promised = await error(0);
    await page.locator("[data-switch]").first().uncheck();
    assert.ok(Math.abs((await shown(page)).mse - promised) < 2e-4, "switching off is what the figure said of it");
    await page.close();
  },
}, {
  name: "large weights are loaded only when the reader asks for them",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.route("**/inputs/data.json", async (route) => {
      const data = await (await route.fetch()).json();
      await route.fulfill({ json: { ...data, decoderBytes: 5 * 2 ** 20 } });
    });
    await page.goto(`${origin}/runs/digits-a/inputs/?input=1`);
    await settled(page);
    assert.match(await page.locator("[data-message]").innerText(), /weights, 5\.2\sMB\. Load the weights$/);
    assert.equal(await page.locator("[data-figure] canvas").count(), 0);
    assert.ok(!await page.locator('[data-do="off"]').isVisible(), "nothing can be switched off yet");
    assert.ok(!asked.some((url) => url.endsWith(".safetensors")));
    await page.click('[data-do="decoder"]');
    await settled(page);
    assert.ok(await page.locator("[data-figure] canvas").count() > 0);
    assert.equal(await page.locator("[data-message]").textContent(), "");
    assert.ok(await page.locator('[data-do="off"]').isVisible());
    await page.close();
  },
}, {
  name: "vectors are bars and numbers, and an input that is not listed is named",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    await page.goto(`${origin}/runs/vectors-topk/inputs/`);
    assert.equal(await page.locator("[data-values] tr").count(), 12);
    await page.click("nav [data-input] >> nth=1");
    await settled(page);
    assert.match(await page.locator("h1").innerText(), /^Test vector 1$/);
    await page.goto(`${origin}/runs/vectors-topk/inputs/?input=999999`);
    await page.waitForFunction(() => document.querySelector("[data-message]")!.textContent !== "");
    assert.match(await page.locator("[data-message]").innerText(), /Test vector 999999 is not among the \d+/);
    await page.close();
  },
}, {
  name: "an input is taken away as picture, CSV and JSON",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${origin}/runs/many/inputs/?input=1`);
    await settled(page);
    const taken = async (selector: string) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
      const chunks = await Array.fromAsync(await download.createReadStream() as AsyncIterable<Uint8Array>);
      return { name: download.suggestedFilename(), bytes: new Blob(chunks as BlobPart[]) };
    };
    const png = await taken('[data-do="take"][value="png"]');
    assert.equal(png.name, "image-1.png");
    assert.deepEqual([...new Uint8Array(await png.bytes.slice(1, 4).arrayBuffer())], [0x50, 0x4e, 0x47]);
    const json = JSON.parse(await (await taken('[data-do="take"][value="json"]')).bytes.text());
    assert.equal(json[0].part, "base");
    const csv = await taken('.take a[download$=".csv"]');
    assert.equal(csv.name, "image-1.csv");
    assert.equal((await csv.bytes.text()).trim().split("\r\n").length, json.length + 1);
    await page.close();
  },
}];
