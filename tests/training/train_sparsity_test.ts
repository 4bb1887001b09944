/**
 * The loop with everything that happens between steps: the weight pursues a target, dead latents are renewed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { testRow } from "../../lib/analysis/history.ts";
import { activity, decoderNorms, measureSplit } from "../../lib/analysis/measure.ts";
import { gatherPixels } from "../../lib/pixels.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { resampleDead } from "../../lib/training/resample.ts";
import {
  freshSnapshot,
  loadCheckpoint,
  type RunIdentity,
  saveCheckpoint,
  type Snapshot,
} from "../../lib/training/snapshot.ts";
import { CONTROL_STEPS } from "../../lib/training/sparsity_weight.ts";
import { train } from "../../lib/training/train.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const RESAMPLE_STEPS = 20;
const PURSUED = {
  latent: 12,
  batch: 7,
  epochs: 8, // of 13 steps, the last one of 6 images: 104 steps
  resampleSteps: RESAMPLE_STEPS,
  deadSteps: 6,
  sparsityWarmupSteps: 10,
};
const CASES = [
  makeVariantCase(8, { ...PURSUED, sparsity: "l1", targetL0: 3 }),
  makeVariantCase(8, { ...PURSUED, sparsity: "jumprelu", targetL0: 5 }),
  makeVariantCase(8, { ...PURSUED, sparsity: "batchtopk", k: 2 }),
];

/** The case's run from its first step, with two latents that nothing wakes. */
function fresh({ state, config, definition: { arch } }: VariantCase): Snapshot {
  const params = structuredClone(state.params);
  params["encoder.0.bias"].fill(-1e3, 0, 2);
  return freshSnapshot(params, { config, arch });
}

async function run(
  { config, definition, pixels, count }: VariantCase,
  options: { start: Snapshot; engine: Engine; stopAfter?: number },
): Promise<Snapshot> {
  const { engine, start } = options;
  const { arch } = definition;
  const images = { pixels, count, labels: null, factors: {} };
  const stop = new AbortController();
  return await train({
    config,
    engine,
    pixels,
    count,
    start,
    evaluate: async (params, weight) =>
      testRow(await measureSplit(engine, images, definition), {
        ...definition,
        weight,
        decoderNorms: decoderNorms(params, arch),
      }),
    measureL0: async (order) => {
      const sample = { ...images, pixels: gatherPixels(pixels, order, arch.dInput), count: order.length };
      return activity(await measureSplit(engine, sample, definition)).activeLatents;
    },
    resample: () => resampleDead({ engine, arch, pixels, batch: 256, seed: config.seed, deadSteps: config.deadSteps }),
    save: () => Promise.resolve(),
    onProgress: ({ step }) => step >= (options.stopAfter ?? Infinity) && stop.abort(),
    onEpoch: () => {},
    signal: stop.signal,
  });
}

for (const example of CASES) {
  const { config, definition } = example;
  Deno.test(`train() with ${config.sparsity}, a target and resampling resumes from any stop as if it had not stopped`, async () => {
    await using folder = await temporaryFolder();
    const engine = await ReferenceEngine.start(definition, "wasm");
    const { trainMs: _, ...whole } = await run(example, { engine, start: fresh(example) });
    assert.equal(whole.state.step, 104);
    assert.deepEqual(whole.resampled.map(({ step }) => step), [20, 40], "the first half alone");
    assert.ok(whole.resampled[0].latents >= 2);
    for (const stopAfter of [1, 20, 21, 25, 40, 75, 103]) {
      const stopped = await run(example, { engine, start: fresh(example), stopAfter });
      assert.ok(stopped.state.step >= stopAfter);
      const path = `${folder.path}/checkpoint`;
      await saveCheckpoint(path, { identity: {} as RunIdentity, snapshot: stopped, arch: definition.arch });
      const { snapshot } = await loadCheckpoint(path);
      const { trainMs: _, ...resumed } = await run(example, { engine, start: snapshot });
      assert.deepEqual(resumed, whole, `stopped after ${stopped.state.step}`);
    }
    await engine.dispose();
  });
}

Deno.test("train() moves the weight every 25 steps towards its target, and warms it up", async () => {
  const [example] = CASES;
  const { config } = example;
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  const { history: { weight }, weight: last } = await run(example, { engine, start: fresh(example) });
  for (let step = 0; step < 10; step++) assert.equal(weight[step], Math.fround(config.lambda * (step + 1) / 10));
  for (let step = 10; step < CONTROL_STEPS; step++) assert.equal(weight[step], Math.fround(config.lambda));
  const levels = [0, 1, 2, 3, 4].map((i) => new Set(weight.subarray(Math.max(10, i * 25), Math.min(104, i * 25 + 25))));
  for (const level of levels) assert.equal(level.size, 1);
  assert.equal(new Set(levels.flatMap((level) => [...level])).size, 5, "each measurement moved it");
  assert.equal(weight[103], Math.fround(last));
  await engine.dispose();
});
