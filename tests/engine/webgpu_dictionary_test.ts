/**
 * The WebGPU engine of dictionaries against the reference engine on plain JavaScript: every variant at awkward sizes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { openEngine } from "../../lib/engine/open.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { dictionaryModel } from "../../lib/engine/webgpu/dictionary/dictionary_gpu_model.ts";
import { type DictionaryTuning, dictionaryTunings } from "../../lib/engine/webgpu/dictionary/dictionary_tuning.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { needsAdapter } from "../adapter.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { compareWithReference } from "./compare_with_reference.ts";
import { type Case, CASES, COUNT, PAIR_CASES, planOf, repeated } from "./dictionary_cases.ts";

const ignore = !needsAdapter();

/** As for hardware, which this machine need not have. */
const HARDWARE: DictionaryTuning = { product: { product: "shared", workgroup: 64 }, lanes: 64, selectLanes: 256 };

type Opened = WebGpuEngine & AsyncDisposable;

async function opened(
  { definition, state, pixels, config: { batch } }: Case,
  { tuning, bindingBytes }: { tuning?: DictionaryTuning; bindingBytes?: number } = {},
): Promise<Opened> {
  const device = await requestDevice();
  const model = dictionaryModel(definition, tuning ?? dictionaryTunings(definition, device.adapterInfo)[0]);
  const engine = await WebGpuEngine.create(model, { device, bindingBytes });
  await engine.load({ state, pixels, batch });
  return Object.assign(engine, {
    [Symbol.asyncDispose]: async () => {
      await engine.dispose();
      device.destroy();
    },
  });
}

Deno.test({ name: "a dictionary on the WebGPU engine equals the reference", ignore }, async (t) => {
  for (const example of [...CASES, ...PAIR_CASES]) await t.step(example.name, () => compare(example));
});

Deno.test({ name: "a dictionary on the WebGPU engine built for hardware equals the reference", ignore }, async (t) => {
  const chosen = [...[0, 3, 7, 11, 16, 19].map((i) => CASES[i]), ...[2, 9, 17].map((i) => PAIR_CASES[i])];
  for (const example of chosen) await t.step(example.name, () => compare(example, HARDWARE));
});

async function compare(example: Case, tuning?: DictionaryTuning): Promise<void> {
  await using engine = await opened(example, { tuning });
  await compareWithReference(engine, example);
}

Deno.test(
  { name: "forward() of TopK has exactly k latents where so many are above 0, equal ones by index", ignore },
  async () => {
    const example = CASES.find(({ name }) => /^topk.*ties/.test(name))!, { nLatents } = example.definition.arch;
    example.state.params["encoder.0.bias"].fill(100);
    await using engine = await opened(example);
    const { hidden: [acts] } = await engine.forward(example.pixels);
    for (let row = 0; row < COUNT; row++) {
      const active = Array.from(acts.subarray(row * nLatents, (row + 1) * nLatents).keys())
        .filter((j) => acts[row * nLatents + j] > 0);
      assert.equal(active.length, 3);
      assert.deepEqual(active, [0, 1, 2].map((j) => active[0] + j), "one of the threes");
    }
    example.state.params["encoder.0.bias"].fill(0);
  },
);

Deno.test({ name: "train() of a dictionary streams images that do not fit, bit for bit", ignore }, async () => {
  for (const example of [CASES[2], CASES[3]]) {
    const plan = planOf(example, { from: 0, to: 150 });
    await using whole = await opened(example);
    // The indices of 128 steps of 48 images need 24 KiB; all images 4.2 KiB as bytes, so more of them.
    const pixels = repeated(example.pixels, 12);
    await using streamed = await opened({ ...example, pixels }, { bindingBytes: 32 * 1024 });
    assert.deepEqual(await streamed.train(plan), await whole.train(plan));
    assert.deepEqual(await streamed.state(), await whole.state());
    const others = pixels.toReversed() as typeof pixels, given = others.slice() as typeof pixels;
    await streamed.setRows(given);
    given.fill(1); // they were copied, though they go to the device only with their steps
    await whole.setRows(others);
    assert.deepEqual(await streamed.train(plan), await whole.train(plan));
    assert.deepEqual(await streamed.state(), await whole.state());
  }
});

Deno.test({ name: "openEngine() opens the WebGPU engine in a Worker, which does the same", ignore }, async () => {
  await using folder = await temporaryFolder();
  const example = CASES[16], { definition, state, pixels, config: { batch } } = example;
  const choice = { engine: "webgpu", backend: "webgpu", reason: "" } as const;
  await Deno.mkdir(`${folder.path}/webgpu_tunings.json`); // a cache that is none does no harm
  const there = await openEngine(definition, choice, { threads: null, cacheDir: folder.path, batch });
  await there.load({ state, pixels, batch });
  await using here = await opened(example);
  assert.deepEqual(there.info, here.info);
  const plan = planOf(example, { from: 0, to: 4 });
  assert.deepEqual(await there.train(plan), await here.train(plan));
  assert.deepEqual(await there.state(), await here.state());
  assert.deepEqual(await there.forward(pixels), await here.forward(pixels));
  await there.dispose();
});

Deno.test({ name: "load() of a dictionary says which buffer does not fit", ignore }, async () => {
  await assert.rejects(opened(CASES[2], { bindingBytes: 4096 }), /^UserError: Cannot put encoder on the GPU/);
});

Deno.test("whyNotWebGpu() covers one-layer dictionaries of every variant, and says what it does not", () => {
  const why = (turned: Partial<Config>, pixels: Pixels = new Uint8Array()) =>
    whyNotWebGpu(stepDefinition(resolveConfig(turned), 784), { batch: 128, pixels, limits: LIMITS });
  for (const sparsity of VARIANT_NAMES.filter((name) => name !== "kl")) {
    assert.equal(why({ sparsity }), null);
    assert.equal(why({ sparsity }, new Float32Array()), null);
    assert.equal(why({ sparsity, latent: 16384 }), null);
    assert.match(why({ sparsity, hidden: [128] })!, /without hidden layers/);
    assert.match(why({ sparsity, latent: 65536 })!, /^its weights need 196 MiB/);
  }
  const prefixes = Array.from({ length: 32 }, (_, i) => (i + 1) / 33); // the knob takes no more, and so do the kernels
  assert.equal(why({ sparsity: "matryoshka", latent: 330, prefixes }), null);
  for (const turned of [{}, { output: "linear" as const }]) {
    assert.equal(why(turned), null);
    assert.equal(why(turned, new Float32Array()), null);
  }
});

const LIMITS = { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28 };
