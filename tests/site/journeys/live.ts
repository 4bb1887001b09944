/// <reference lib="dom" />
/**
 * What readers do on the live page: train, draw, operate, follow a link, and meet what can go wrong.
 *
 * Reads the page's own state, `live`, where a number matters, and what is to be seen where words do.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { generateDigits } from "../../../lib/data/generated/digits.ts";
import { CpuEngine } from "../../../lib/engine/cpu/cpu_engine.ts";
import { stepDefinition } from "../../../lib/engine/engine.ts";
import { trainModel } from "../../../lib/run/train.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { freshSnapshot } from "../../../lib/training/course.ts";
import { meanLoss } from "../../../lib/training/course.ts";
import type { Store } from "../../../site/src/live/store.ts";
import { liveConfig, type LiveSettings } from "../../../site/src/live/settings.ts";
import { addressOf, nextFrame } from "../eventually.ts";
import { browse } from "../small_site.ts";
import type { Journey } from "./journey.ts";

declare global {
  /** The page's state; see `site/src/live/page.ts`. */
  var live: Store;
}

/** Opens the page at an address and waits until a training could begin. */
export async function openLive(browser: Browser, origin: string, hash = ""): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${origin}/live/${hash}`);
  await isOpen(page);
  return page;
}

/** Waits until every model is open and measured. */
export async function isOpen(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    return globalThis.live?.state.sides.every(({ opened, stats }) => opened && stats);
  });
}

/** Waits until every model is measured on all held-out rows; the first numbers are of some of them. */
export async function isMeasured(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { sides, data } = globalThis.live.state;
    return sides.every(({ stats }) => stats?.rows === data?.heldOutCount);
  });
}

/** Waits until a training stands still, and returns the losses of its steps. */
async function losses(page: Page, side: 0 | 1 = 0): Promise<number[]> {
  await page.waitForFunction(() => {
    const { sides } = globalThis.live.state;
    return sides.every((side) => !side.isTraining && side.losses.length === side.step);
  });
  return await page.evaluate((i) => {
    const { losses } = globalThis.live.state.sides[i]!;
    return Array.from({ length: losses.length }, (_, step) => losses.reconstruction[step]);
  }, side);
}

/** Trains until a step. */
async function trainTo(page: Page, step: number): Promise<void> {
  for (let at = 0; at < step; at = await page.evaluate(() => globalThis.live.state.sides[0].step)) {
    await page.evaluate(() => globalThis.live.actions.play());
    await page.waitForFunction((step) => globalThis.live.state.sides[0].step >= step, step);
    await page.evaluate(() => globalThis.live.actions.pause());
    await losses(page);
  }
}

/** Everything that a view shows of a model: numbers as they are, long lists by a number that depends on every bit. */
function view(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const { sides, input, operated } = globalThis.live.state;
    const bits = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array | Int32Array) =>
      new Uint8Array(buffer, byteOffset, byteLength).reduce(
        (hash, byte) => Math.imul(hash ^ byte, 0x01000193),
        byteLength,
      );
    return {
      input: bits(input!.pixels),
      operated: [...operated],
      sides: sides.map(({ step, losses, focus, stats, atlas, changes }) => ({
        ...{ step, changes, l0: stats!.l0, mse: stats!.mse, dead: stats!.dead, top: bits(stats!.top) },
        losses: [losses.reconstruction, losses.penalty, losses.auxiliary].map((l) => bits(l.subarray(0, step))),
        acts: bits(focus!.acts),
        sum: focus!.sum.mse,
        reconstruction: bits(focus!.reconstruction),
        output: focus!.operated && bits(focus!.operated.image),
        atlas: bits(atlas!.images),
      })),
    };
  });
}

/** Waits until the models have answered the latest input, strokes of which may not be handed on yet, and everything set by hand. */
async function isAnswered(page: Page): Promise<void> {
  await nextFrame(page);
  await page.waitForFunction(() => {
    const { isAnswered, state: { sides, selected, operated } } = globalThis.live;
    return isAnswered && (operated.size > 0) === (sides[selected]!.focus!.operated !== null);
  });
}

/** The losses of the program's own training on the CPU engine, one thread. */
async function programLosses(knobs: LiveSettings["knobs"], steps: number): Promise<number[]> {
  const { train, test } = generateDigits({ seed: 0, trainCount: 4976, testCount: 1024 });
  const whole = liveConfig({ knobs }, train), epochs = Math.ceil(steps / Math.ceil(train.count / whole.batch));
  const config = { ...whole, epochs };
  const definition = stepDefinition(config, 784);
  const engine = await CpuEngine.start(definition, { threads: 1 });
  try {
    const model = initialModel(config, { arch: definition.arch, pixels: train.pixels });
    const run = { config, definition, engine, train, test, takeStart: () => freshSnapshot(model, config) };
    const { history } = await trainModel(run);
    assert.ok(meanLoss(history, { from: 0, to: steps }) > 0);
    return [...history.reconstruction.subarray(0, steps)];
  } finally {
    await engine.dispose();
  }
}

function assertClose(actual: number[], expected: number[], tolerance: number): void {
  assert.ok(actual.length >= expected.length, `${actual.length} losses, expected ${expected.length}`);
  for (const [step, loss] of expected.entries()) {
    assert.ok(Math.abs(actual[step] - loss) <= tolerance, `step ${step}: ${actual[step]}, expected ${loss}`);
  }
}

/** What the page says to its reader now. */
function said(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { notice, sides } = globalThis.live.state;
    return [notice, ...sides.map(({ message }) => message)].filter(Boolean).join(" ");
  });
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "a reader presses Train: the loss falls below 0.03 within 400 steps, with the program's own losses",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu");
    await page.getByRole("button", { name: /^Train/ }).click();
    await page.waitForFunction(() => globalThis.live.state.sides[0].step >= 400);
    await page.getByRole("button", { name: /^Pause/ }).click();
    const trained = await losses(page);
    assert.ok(trained[399] < 0.03, `the loss of step 400 is ${trained[399]}`);
    assertClose(trained, await programLosses({}, 60), 1e-6);
    await page.close();
  },
}, {
  name: "a dictionary of a preset trains with the program's losses, and one step is one step",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#sparsity=topk&latent=64&k=8&engine=cpu");
    for (let step = 1; step <= 3; step++) {
      await page.getByRole("button", { name: /^Step/ }).click();
      assert.equal((await losses(page)).length, step);
    }
    await trainTo(page, 60);
    assertClose(await losses(page), await programLosses({ sparsity: "topk", latent: 64, k: 8 }, 60), 1e-6);
    await page.close();
  },
}, {
  name: "WebGPU gives the same losses to 1e-4, and a lost device is said in words",
  async go({ origin }) {
    const browser = await browse("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader");
    try {
      const page = await openLive(browser, origin, "#engine=webgpu");
      assert.match(await page.evaluate(() => globalThis.live.state.sides[0].opened!.device), /SwiftShader/i);
      await trainTo(page, 20);
      assertClose(await losses(page), await programLosses({}, 20), 1e-4);
      await page.evaluate(() => globalThis.live.actions.play());
      const session = await browser.newBrowserCDPSession();
      await session.send("Browser.crashGpuProcess" as "Browser.close").catch(() => {});
      await page.waitForFunction(() => globalThis.live.state.sides[0].message !== null);
      assert.match(await said(page), /device/);
      await page.close();
    } finally {
      await browser.close();
    }
  },
}, {
  name: "a reader draws a stroke: other latents are active, and the reconstruction is another",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu");
    await trainTo(page, 100);
    await page.getByRole("button", { name: "Clear" }).click();
    await isAnswered(page);
    const before = await page.evaluate(() => [...globalThis.live.state.sides[0].focus!.acts]);
    const pad = (await page.locator("[data-pad]").boundingBox())!;
    const at = (x: number, y: number) => [pad.x + x * pad.width, pad.y + y * pad.height] as const;
    await page.mouse.move(...at(0.5, 0.15));
    await page.mouse.down();
    await page.mouse.move(...at(0.5, 0.85), { steps: 8 });
    await page.mouse.up();
    await isAnswered(page);
    const { acts, ink } = await page.evaluate(() => ({
      acts: [...globalThis.live.state.sides[0].focus!.acts],
      ink: globalThis.live.state.input!.pixels.reduce((a, b) => a + b),
    }));
    assert.ok(ink > 20 * 255, "the stroke is in the image");
    assert.notDeepEqual(acts, before);
    await page.close();
  },
}, {
  name: "a link reproduces the view to the bit: settings, changes, steps, a drawing, and what was set by hand",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#sparsity=topk&latent=32&k=6&seed=3&engine=cpu");
    await trainTo(page, 40);
    await page.evaluate(() => globalThis.live.actions.change("k", 3));
    await page.evaluate(() => globalThis.live.actions.change("lr", 0.004));
    await trainTo(page, 80);
    await page.evaluate(() => globalThis.live.actions.step());
    await losses(page);
    await page.evaluate(() => globalThis.live.actions.operate(5, 1.25));
    await isAnswered(page);
    await page.waitForFunction(() => decodeURIComponent(location.hash).includes("set=5:1.25")); // the address follows
    const seen = await view(page), address = await addressOf(page);
    const other = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await other.goto(address);
    await isOpen(other);
    await isAnswered(other);
    assert.deepEqual(await view(other), seen);
    await page.close();
    await other.close();
  },
}, {
  name: "two models side by side step together from one random seed",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#with=sparsity:topk;latent:32;k:8&engine=cpu");
    await page.evaluate(() => globalThis.live.actions.play());
    await page.waitForFunction(() => globalThis.live.state.sides.every(({ step }) => step >= 60));
    await page.evaluate(() => globalThis.live.actions.pause());
    await losses(page);
    await page.waitForFunction(() => !globalThis.live.isPlaying);
    await losses(page);
    const [a, b] = await page.evaluate(() => globalThis.live.state.sides.map(({ step }) => step));
    assert.equal(a, b);
    assertClose(await losses(page, 1), await programLosses({ sparsity: "topk", latent: 32, k: 8 }, 40), 1e-6);
    await page.close();
  },
}, {
  name: "what goes wrong is said: a Worker that does not load, an address that makes no sense, a file without an image",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    await page.route(/worker-.*\.js$/, (route) => route.abort());
    await page.goto(`${origin}/live/`);
    await page.waitForFunction(() => (globalThis.live?.state.sides[0].message ?? null) !== null);
    assert.match(await said(page), /^Cannot train in this page: /);
    await page.getByText(/^Cannot train in this page: /).first().waitFor({ state: "visible" });
    await page.close();

    const odd = await browser.newPage();
    await odd.goto(`${origin}/live/#rho=many&foo=1`);
    await isOpen(odd);
    assert.match(await said(odd), /^Cannot use rho: it is "many", expected .*foo=1 is not understood\.$/s);
    await odd.evaluate(() =>
      globalThis.live.actions.files([{ path: "notes.png", file: new File(["hello"], "notes.png") }])
    );
    await odd.waitForFunction(() => /notes\.png/.test(globalThis.live.state.notice ?? ""));
    assert.match(await said(odd), /^Cannot read notes\.png: .*expected/);
    await odd.close();
  },
}, {
  name: "training stands still while the tab is hidden, and goes on afterwards",
  async go({ browser, origin }) {
    const page = await openLive(browser, origin, "#engine=cpu");
    const hide = (isHidden: boolean) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await page.evaluate(() => globalThis.live.actions.play());
    await page.waitForFunction(() => globalThis.live.state.sides[0].step > 5);
    await hide(true);
    const { length } = await losses(page);
    // A Worker does one thing after the other: if it were to train, it would have by the time that it answers an input.
    await page.evaluate(() => globalThis.live.actions.input({ ...globalThis.live.state.input! }));
    await isAnswered(page);
    assert.equal(await page.evaluate(() => globalThis.live.isPlaying), false);
    assert.equal((await losses(page)).length, length);
    await hide(false);
    assert.match(await said(page), /hidden/);
    await page.waitForFunction((step) => globalThis.live.state.sides[0].step > step, length);
    await page.close();
  },
}];
