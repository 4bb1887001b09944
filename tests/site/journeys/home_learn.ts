/// <reference lib="dom" />
/**
 * What readers do on Home and on Learn: see the two models, move the sliders, choose a run, and read without JavaScript.
 *
 * @module
 */
import assert from "node:assert/strict";
import { klDivergence, klSum } from "../../../lib/kl.ts";
import { violations } from "../axe.ts";
import { nextFrame } from "../eventually.ts";
import type { Journey } from "./journey.ts";

const KIB = 1024;

/** The fonts that a page loads: how many files, and their size. */
async function fontsOf(origin: string, { dist, paths }: { dist: string; paths: string[] }) {
  const names = new Set(paths.filter((url) => url.endsWith(".woff2")).map((url) => url.slice(origin.length + 1)));
  let bytes = 0;
  for (const name of names) bytes += (await Deno.stat(`${dist}/${name}`)).size;
  return { files: names.size, bytes };
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "Home shows one input through two models, and the ways on",
  async go({ browser, origin, dist }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const paths: string[] = [];
    page.on("request", (request) => paths.push(request.url()));
    await page.goto(`${origin}/`);
    const claims = await page.locator(".pipe h2").allInnerTexts();
    assert.equal(claims.length, 2);
    assert.match(claims[0], /TopK:\s[0-4] of 70 latents (is|are) active/);
    const [, above, all] = /KL:\s(\d+) of (\d+) latents (?:is|are)/.exec(claims[1])!.map(Number);
    assert.ok(above <= all);
    assert.equal(await page.locator(".bars").nth(1).locator("s").count(), all, "a bar for each latent of KL");
    assert.ok(await page.locator(".bars").nth(0).locator("s").count() <= 4, "and one for each active latent of TopK");
    await page.waitForLoadState("networkidle");
    const fonts = await fontsOf(origin, { dist, paths });
    assert.ok(fonts.files <= 4 && fonts.bytes <= 72 * KIB, `${fonts.files} fonts, ${fonts.bytes} bytes`);
    await page.locator("text=Why a small mean is not few active latents").press("Enter");
    await page.waitForURL(`${origin}/learn/#mean`);
    await page.close();
  },
}, {
  name: "Home's picture follows what a reader draws on it, with the keyboard and with a pointer, once it is touched",
  async go({ browser, origin }) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const weights: string[] = [];
    page.on("request", (request) => /live\.safetensors$/.test(request.url()) && weights.push(request.url()));
    await page.goto(`${origin}/`, { waitUntil: "networkidle" });
    assert.deepEqual(weights, [], "weights are loaded when they are needed");
    const errors = () => page.locator(".pipe .mse").allInnerTexts();
    const atFirst = await errors(), claims = await page.locator(".pipe h2").allInnerTexts();
    await page.locator(".begin").press("Enter");
    await page.locator(".out canvas").nth(1).waitFor();
    assert.equal(weights.length, 2);
    assert.deepEqual(await page.locator(".pipe h2").allInnerTexts(), claims, "first the same input");
    const atTouch = await errors();
    for (const [i, text] of atTouch.entries()) {
      assert.ok(Math.abs(Number(text) / Number(atFirst[i]) - 1) < 0.03, `error ${text}, the report's is ${atFirst[i]}`);
    }
    await page.keyboard.press("Escape"); // clears
    for (const key of ["Space", ...Array(8).fill("ArrowRight"), "Space"]) await page.keyboard.press(key);
    await page.waitForFunction((text) => document.querySelector(".pipe .mse")!.textContent !== text, atFirst[0]);
    await page.locator(".said", { hasText: "Reconstruction error" }).waitFor({ state: "attached" });
    await nextFrame(page); // the last key's place is drawn
    const byKeys = await errors(), box = (await page.locator(".pad canvas").boundingBox())!;
    await page.mouse.move(box.x + 30, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 30, box.y + box.height - 20, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction((text) => document.querySelector(".pipe .mse")!.textContent !== text, byKeys[0]);
    await page.locator(".given").click();
    await page.waitForFunction((text) => document.querySelector(".pipe .mse")!.textContent === text, atTouch[0]);
    assert.deepEqual(await page.locator(".pipe h2").allInnerTexts(), claims, "and the test image again");
    assert.deepEqual(await violations(page, { within: ".pipe" }), []);
    await context.close();
  },
}, {
  name: "Learn's sliders show what lib/kl.ts computes, in the numbers and in the chart",
  async go({ browser, origin, dist }) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const paths: string[] = [];
    page.on("request", (request) => paths.push(request.url()));
    await page.goto(`${origin}/learn/`);
    assert.ok(!paths.some((url) => /mount/.test(url)), "Vega does not load before a reader touches a chart");
    await page.locator("#kl-rho-hat").focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.querySelector("#kl-penalty .drawing.wide > div svg"));
    const valueOf = (id: string) => page.locator(id).evaluate((slider) => Number((slider as HTMLInputElement).value));
    const rho = await valueOf("#kl-rho"), rhoHat = await valueOf("#kl-rho-hat");
    const nats = klDivergence(rho, rhoHat).toFixed(4);
    assert.equal(await page.locator('[data-value="penalty"]').innerText(), nats);
    await page.waitForFunction(
      (text) => document.querySelector("#kl-penalty .drawing.wide")!.textContent!.includes(text),
      `${nats} nats`,
    );
    await page.locator("#kl-run").selectOption("1");
    const data = await page.locator("kl-figure > script").textContent();
    const { runs } = JSON.parse(data!) as { runs: { rho: number; means: number[] }[] };
    assert.equal(await page.locator('[data-value="sum"]').innerText(), klSum(runs[1].rho, runs[1].means).toFixed(4));
    const before = await page.locator("#loss-at-beta").boundingBox();
    await page.locator("#beta").focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.querySelector("#loss-at-beta .drawing.wide > div svg"));
    const after = await page.locator("#loss-at-beta").boundingBox();
    assert.ok(Math.abs(before!.height - after!.height) < 1, "a chart that comes alive does not move the page");
    await page.waitForLoadState("networkidle");
    const fonts = await fontsOf(origin, { dist, paths });
    assert.ok(fonts.files <= 7 && fonts.bytes <= 120 * KIB, `${fonts.files} fonts, ${fonts.bytes} bytes`);
    await page.close();
  },
}, {
  name: "Learn's chapters can be read and found without JavaScript",
  async go({ browser, origin }) {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${origin}/learn/#kl`);
    assert.equal(await page.locator(".learn > section").count(), 12);
    assert.equal(await page.locator("math").first().isVisible(), true);
    assert.ok(await page.locator("#kl-penalty svg:visible").count() >= 1);
    assert.match(await page.locator('[data-value="penalty"]').innerText(), /^0\.\d{4}$/);
    assert.ok(await page.locator("#code article").count() === 13);
    await context.close();
  },
}];
