/**
 * One objective: the loss of a split is what steps on its images would report, for every variant; and its weights.
 *
 * @module
 */
import assert from "node:assert/strict";
import { measureEpoch } from "../../lib/analysis/epoch.ts";
import { splitLoss } from "../../lib/analysis/split_loss.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { VARIANT_CASES } from "../engine/variant_cases.ts";

const near = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1e-9, Math.abs(b)), `${what}: ${a} ≠ ${b}`);

for (const sparsity of VARIANT_NAMES) {
  Deno.test(`the loss of a split that is one batch is the loss of the first step on it: ${sparsity}`, async () => {
    const cases = VARIANT_CASES.filter((own) => own.config.sparsity === sparsity);
    const example = cases.find(({ name, config }) => config.deadSteps === 1 && !name.endsWith("dead none")) ?? cases[0]; // for AuxK
    const { definition, state, config: { batch } } = example, { dInput } = definition.arch;
    const weight = 0.7;
    const pixels = example.pixels.subarray(0, batch * dInput) as Pixels;
    const engine = await ReferenceEngine.start(definition, "cpu");
    await engine.load({ state, pixels: example.pixels, batch });
    const split = await splitLoss(engine, { pixels, dInput, batch, weight });
    const row = await measureEpoch(engine, { ...definition, pixels, batch, weight });
    assert.deepEqual(await engine.state(), state, "measuring changes nothing");
    const step = await engine.train({
      indices: Uint32Array.from({ length: batch }, (_, i) => i),
      batch,
      learningRates: Float64Array.of(1e-3),
      weights: Float64Array.of(weight),
    });
    const [reconstruction, penalty, auxiliary] = [step.reconstruction[0], step.penalty[0], step.auxiliary[0]];
    near(split.reconstruction, reconstruction, "reconstruction");
    near(split.penalty, penalty, "penalty");
    near(split.auxiliary, auxiliary, "auxiliary");
    near(split.loss, reconstruction + weight * penalty + auxiliary, "loss");
    assert.deepEqual({ ...row, ...split }, row, "an epoch's row has the same loss");
    if (!["kl", "l1", "jumprelu"].includes(sparsity)) assert.ok(auxiliary > 0, "the case has an auxiliary term");
    await engine.dispose();
  });
}

/** An engine whose losses are the mean pixel of a batch and its multiples. */
function meanEngine(calls: number[]): Engine {
  return {
    losses: (pixels: Pixels, { batch }: { batch: number }) => {
      calls.push(pixels.length);
      const means: number[] = [];
      for (let from = 0; from < pixels.length; from += batch) {
        const own = pixels.subarray(from, from + batch);
        means.push([...own].reduce((a, b) => a + b, 0) / own.length);
      }
      const times = (factor: number) => Float32Array.from(means, (mean) => factor * mean);
      return Promise.resolve({ reconstruction: times(1), penalty: times(2), auxiliary: times(3) });
    },
  } as unknown as Engine;
}

Deno.test("splitLoss() weighs a short last batch by its images, and states every term", async () => {
  const pixels = Float32Array.of(1, 2, 3, 4, 10); // batches of two: means 1.5, 3.5, 10
  const split = await splitLoss(meanEngine([]), { pixels, dInput: 1, batch: 2, weight: 0.5 });
  assert.deepEqual(split, { loss: 4 + 0.5 * 8 + 12, reconstruction: 4, penalty: 8, auxiliary: 12 });
  const one = await splitLoss(meanEngine([]), { pixels: Float32Array.of(7), dInput: 1, batch: 100, weight: 0 });
  assert.deepEqual(one, { loss: 28, reconstruction: 7, penalty: 14, auxiliary: 21 });
});

Deno.test("splitLoss() hands over whole batches, 2 MiB at a time, and tells how far it is", async () => {
  const calls: number[] = [], done: number[] = [];
  const pixels = new Uint8Array(2 ** 21 * 2 + 5).fill(3), batch = 1000;
  const onProgress = (progress: { done: number; total: number }) => {
    assert.equal(progress.total, pixels.length);
    done.push(progress.done);
  };
  const { reconstruction } = await splitLoss(meanEngine(calls), { pixels, dInput: 1, batch, weight: 0, onProgress });
  const full = Math.floor(2 ** 21 / batch) * batch;
  assert.deepEqual(calls, [full, full, pixels.length - 2 * full]);
  assert.deepEqual(done, [full, 2 * full, pixels.length]);
  near(reconstruction, 3, "mean");
});
