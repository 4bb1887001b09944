/// <reference lib="dom" />
/**
 * What readers do on Compare, a sweep, the family and the speed page.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { addressOf, eventually } from "../eventually.ts";
import { HOSTILE } from "../small_reports.ts";
import type { Journey } from "./journey.ts";

const MOST_BYTES = 200 * 1024;

/** Letters and ids of the runs that are compared. */
function picks(page: Page): Promise<string[]> {
  return page.locator(".picks li").evaluateAll((items) =>
    items.map((item) => `${item.querySelector(".badge")!.textContent} ${item.querySelector("strong")!.textContent}`)
  );
}

/** Waits until the page shows so many runs, and all its charts too. */
async function until(page: Page, count: number): Promise<void> {
  await page.waitForFunction((count) => document.querySelectorAll(".picks li").length === count, count);
  await isDrawn(page);
}

/** Waits until everything is drawn that the page is drawing. */
export async function isDrawn(page: Page): Promise<void> {
  await page.waitForSelector("#compare:not([aria-busy])");
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "Compare starts with the featured run and one run of each other method, and says what they are",
  async go({ browser, origin, dist }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/compare/`);
    assert.deepEqual(await picks(page), [`A ${HOSTILE}`, "B L1 target L0 4", "C TopK k 4"]);
    assert.ok(await page.locator("tr.differs:has-text('not used')").count() > 0, "a setting that a method ignores");
    assert.equal(await page.locator("tr.same:visible").count(), 0);
    await page.click("[data-show=all]");
    assert.ok(await page.locator("tr.same:visible").count() > 0);
    const rows = await page.locator("tr:has-text('Test MSE') td").allInnerTexts(), best = Math.min(...rows.map(Number));
    assert.deepEqual(await page.locator("tr:has-text('Test MSE') td.best").allInnerTexts(), [
      rows.find((text) => Number(text) === best),
    ]);
    const html = await Deno.readTextFile(`${dist}/compare/index.html`);
    assert.ok(html.length <= MOST_BYTES, `Compare's page has ${html.length} bytes`);
    for (const id of ["digits-a", "vectors-kl"]) assert.ok(!html.includes(id), `${id} is loaded when it is picked`);
    await page.close();
  },
}, {
  name: "a reader adds and removes runs, and the address keeps the pick",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(`${origin}/compare/`);
    await page.click("[data-add]");
    await page.fill("dialog input", "kl 5 latents");
    const offered = async () =>
      (await page.locator("dialog li button").allInnerTexts()).map((text) => text.split("\n")[0]);
    await eventually(offered, ["KL ρ 0.05"]);
    await page.click("dialog li button");
    await until(page, 4);
    await eventually(() => addressOf(page), /\?runs=no-labels,few-l1,many,digits-b$/);
    assert.equal(await page.locator("#compare table").first().locator("thead tr:last-child th").count(), 5);
    assert.match(await page.locator("h1").innerText(), /^Four sparse autoencoders on /);
    const letters = await page.locator("#loss .drawing.wide text").evaluateAll((texts) =>
      texts.map(({ textContent }) => textContent).filter((text) => /^[A-H]$/.test(text!))
    );
    assert.deepEqual(letters, ["A", "B", "C", "D"], "the chart is drawn anew");
    await page.reload();
    await until(page, 4);
    assert.equal((await picks(page))[3], "D KL ρ 0.05");
    await page.click("[data-remove=no-labels]");
    await until(page, 3);
    assert.deepEqual((await picks(page)).map((text) => text[0]), ["A", "B", "C"]);
    await eventually(() => addressOf(page), /\?runs=few-l1,many,digits-b$/);
    await page.click("[data-remove=many]");
    await until(page, 2);
    assert.equal(await page.locator("[data-remove]").count(), 0, "two runs stay");
    assert.deepEqual(errors, []);
    await page.close();
  },
}, {
  name: "runs on different data are grouped, not ranked, and have charts of their own",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/compare/?runs=digits-a,digits-b,vectors-topk,vectors-kl,gone`);
    await until(page, 4);
    await page.waitForFunction(() =>
      document.querySelector("[data-status]")!.textContent === "1 of the runs in the address is not on this site"
    );
    assert.match(await page.locator("[data-slot=results-note]").innerText(), /not ranked against each other/);
    assert.equal(await page.locator("th.data[colspan='2']").count(), 2);
    assert.equal(await page.locator("tr:has-text('Test MSE') td.best").count(), 2, "the best of each data set");
    await page.click("[data-group] >> nth=1");
    await page.waitForFunction(() =>
      document.querySelector("#sparsity .drawing")!.getAttribute("aria-label")!.startsWith("C:")
    );
    await isDrawn(page);
    assert.equal(await page.locator("#probing:visible").count(), 0);
    assert.match(await page.locator("[data-figure=probing] [data-none]").innerText(), /no labels/);
    await page.close();
  },
}, {
  name: "a reader looks at other inputs, at one class, and at errors",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/compare/?runs=digits-a,digits-b`);
    await until(page, 2);
    const text = () => page.locator("[data-inputs-text]").innerText();
    const label = () => page.locator(".same-inputs").getAttribute("aria-label");
    assert.match(await text(), /^1 to 8 of the first/);
    await page.click("[data-page='1']");
    await page.waitForFunction(() => document.querySelector("[data-inputs-text]")!.textContent!.startsWith("9 to 16"));
    await page.click("[data-draw=error]");
    await page.waitForFunction(() => document.querySelectorAll(".same-inputs .error").length === 16);
    await page.selectOption("[data-classes] select", "3");
    await page.waitForFunction(() => document.querySelector("[data-inputs-text]")!.textContent!.includes("of class 3"));
    const classes = [...(await label())!.matchAll(/class (\d)/g)].map(([, name]) => name);
    assert.ok(classes.length > 0 && classes.every((name) => name === "3"), String(classes));
    await page.close();
  },
}, {
  name: "the keyboard adds a run, closes the list, and reads a chart",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/compare/`);
    await page.focus("[data-add]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] li");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog:not([open])", { state: "attached" });
    await eventually(() => page.evaluate(() => document.activeElement?.hasAttribute("data-add")), true);
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] li");
    await page.keyboard.type("kl 6 latents");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until(page, 4);
    await page.focus("#loss .drawing.wide");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() =>
      /step \d+ · A /.test(document.querySelector("#loss [data-readout]")!.textContent!)
    );
    await page.close();
  },
}, {
  name: "Compare is whole without JavaScript, and controls that would do nothing are not there",
  async go({ browser, origin }) {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${origin}/compare/`);
    assert.equal((await picks(page)).length, 3);
    assert.ok(await page.locator("tr.same:visible").count() > 0, "all settings can be read");
    assert.equal(await page.locator("#compare button:visible").count(), 0);
    assert.equal(await page.locator(".same-inputs .tile").count(), 4 * 8);
    assert.ok(await page.locator("#loss svg").count() > 0);
    await context.close();
  },
}, {
  name:
    "a sweep shows what varies, medians with links to the runs, and pictures; a run that is not finished is said to be so",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/sweeps/few/`);
    assert.match(await page.locator(".lead").innerText(), /^2 runs on .*, 1 finished\. They differ in sparsity method/);
    assert.match(await page.locator("tr:has-text('TopK')").innerText(), /not finished/);
    assert.equal(await page.locator("#images .line:not(.head)").count(), 2, "the inputs and one setting");
    for (const image of await page.locator("#images img").all()) {
      await image.scrollIntoViewIfNeeded();
      assert.ok(await image.evaluate((element) => (element as HTMLImageElement).decode().then(() => true)));
    }
    await page.click("tr:has-text('L1') td a");
    await page.waitForURL(`${origin}/runs/few-l1/`);
    await page.close();
  },
}, {
  name: "a sweep over k and width shows the right L0, and says why it has no law of the width; others show neither",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/sweeps/levels/`);
    assert.match(
      await page.locator("#right-l0 .said li").innerText(),
      /^TopK, 16 latents\. The mean \|cosine\| is smallest at L0 2 \(0\.1000\); it rises by up to 100\s% down to L0 1/,
    );
    assert.equal(await page.locator("#right-l0-1 svg:visible").count(), 1);
    assert.equal(await page.locator("#right-l0-explained-1 svg:visible").count(), 1);
    assert.match(
      await page.locator("#right-width .says").innerText(),
      /there are 2 widths, and a fit needs at least 3\./,
    );
    assert.equal(await page.locator("#right-width-1 svg:visible").count(), 1);
    assert.equal(await page.locator("#right-width table").count(), 0);
    await page.goto(`${origin}/sweeps/few/`);
    assert.equal(await page.locator("#right-l0, #right-width").count(), 0);
    await page.close();
  },
}, {
  name: "the speed page compares this program with both forms of PyTorch in words",
  async go({ browser, origin }) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/reference/speed/`);
    assert.match(await page.locator("table.speed tbody tr").innerText(), /3\.5\sms.*as fast as PyTorch/s);
    assert.deepEqual(await page.locator("table.speed thead th").allInnerTexts(), [
      "Model",
      "Batch",
      "This program",
      "PyTorch, best form",
      "PyTorch, dense",
      "How they compare",
    ]);
    await page.close();
  },
}];
