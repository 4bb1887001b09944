/// <reference lib="dom" />
/**
 * The controls of the live page: keys, choices that follow the variant, second models, exercises, and the window they fit.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "../eventually.ts";
import type { Journey } from "./journey.ts";
import { isOpen, openLive } from "./live.ts";

/** Waits until the first model stands still at a step. */
async function standsAt(page: Page, step: number): Promise<void> {
  await page.waitForFunction((step) => {
    const [side] = globalThis.live.state.sides;
    return side.step === step && !side.isTraining && side.losses.length === step;
  }, step);
}

export const JOURNEYS: Journey[] = [{
  name: "what is pressed while the page's scripts are on their way is done then, and the focus stays on the page",
  async go({ browser, origin }) {
    const early = async (hash: string, press: (page: Page) => Promise<void>) => {
      const page = await browser.newPage(), { promise: pressed, resolve: go } = Promise.withResolvers<void>();
      await page.route(/\/_astro\/.*\.js$/, async (route) => {
        await pressed;
        await route.continue();
      });
      await page.goto(`${origin}/live/${hash}`, { waitUntil: "commit" });
      await page.locator("[data-view=spoken]").waitFor({ state: "attached" }); // the page's last element
      await press(page);
      assert.equal(await page.evaluate(() => "live" in globalThis), false);
      go();
      return page;
    };
    const page = await early("", async (page) => {
      await page.locator("[data-choice=latent]").selectOption("64");
      await page.locator("[data-knob=rho]").focus();
      await page.keyboard.press("ArrowRight");
      await page.locator("[data-choice=seed]").fill("7");
      await page.locator("[data-toggle=hidden]").click();
      await page.locator("[data-act=play]").click();
    });
    await page.waitForFunction(() => globalThis.live?.state.sides[0].step > 0);
    const { knobs, rho } = await page.evaluate(() => {
      const [{ settings, opened }] = globalThis.live.state.sides;
      return { knobs: settings.knobs, rho: opened!.config.rho };
    });
    assert.deepEqual([knobs.latent, knobs.seed, knobs.hidden], [64, 7, []]);
    assert.ok(rho > 0.05, `${rho}`);
    assert.equal(await page.evaluate(() => document.activeElement?.matches("[data-act=play]")), true);
    await page.close();

    const other = await early("#preset=topk", (page) => page.locator("[data-knob=beta]").focus());
    await other.waitForFunction(() => document.activeElement?.matches("[data-choice=sparsity]"));
    await other.close();
  },
}, {
  name: "keys train from anywhere but a field; what is said and seen follows",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu");
    await page.keyboard.press("s");
    await standsAt(page, 1);
    await page.keyboard.press("e");
    await standsAt(page, 39);
    await page.getByText(/^Paused: epoch 2, 39 steps, loss 0\.0/).waitFor({ state: "attached" });
    const seed = page.getByRole("spinbutton", { name: "Random seed" });
    await seed.focus();
    await page.keyboard.press("s");
    await page.keyboard.press("e");
    assert.deepEqual(
      await page.evaluate(() => [globalThis.live.state.sides[0].step, globalThis.live.isPlaying]),
      [39, false],
    );
    await seed.fill("7");
    await seed.press("Enter");
    await isOpen(page);
    assert.deepEqual(await page.evaluate(() => globalThis.live.state.sides[0].settings.knobs), { seed: 7 });
    await page.evaluate(() => globalThis.live.actions.notify("A line to read."));
    const dismiss = page.getByRole("button", { name: "Dismiss" });
    await dismiss.focus();
    await dismiss.press("Enter");
    await dismiss.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.act), "play");
    await page.locator(".tiles").focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => globalThis.live.state.pinned), 1);
    await page.close();
  },
}, {
  name: "controls follow the variant, a second model comes from the menu, and everything fits one screen",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu");
    const sliders = () =>
      page.locator(".sliders label:visible").evaluateAll((labels) =>
        labels.map((label) => (label as HTMLElement).dataset.control)
      );
    await eventually(sliders, ["rho", "beta", "lr"]);
    const fits = () =>
      page.evaluate(() =>
        document.querySelector("[data-live]")!.getBoundingClientRect().bottom <= innerHeight + 8 &&
        document.documentElement.scrollWidth === innerWidth
      );
    await eventually(fits, true);
    await page.getByLabel("Variant").selectOption("topk");
    await isOpen(page);
    await eventually(sliders, ["k", "lr"]);
    await page.getByLabel("Second model").selectOption({ label: "beside k 4" });
    await isOpen(page);
    await page.getByRole("button", { name: "k 4", exact: true }).first().click();
    assert.equal(await page.evaluate(() => globalThis.live.state.selected), 1);
    const slider = page.getByRole("slider", { name: "k", exact: true });
    await eventually(() => slider.getAttribute("aria-valuetext"), "k 4");
    await page.close();
  },
}, {
  name: "an exercise hides controls, and a pair of models explains itself",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu&hide=variant,rho,presets");
    await page.getByLabel("Variant").waitFor({ state: "hidden" });
    await eventually(() => page.getByText("Works").isVisible(), false);
    await page.getByRole("slider", { name: "Learning rate" }).waitFor();
    const pair = page.getByRole("button", { name: "KL against TopK" });
    await pair.click();
    await page.waitForFunction(() => globalThis.live.state.sides.every(({ step }) => step > 0));
    await eventually(() => pair.getAttribute("aria-pressed"), "true");
    await page.close();
  },
}];
