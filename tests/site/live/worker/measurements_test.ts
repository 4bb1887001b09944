/**
 * What a frame measures equals the definitions of `lib/analysis` on all held-out images, for every kind of latents.
 *
 * @module
 */
import assert from "node:assert/strict";
import { latentDensities } from "../../../../lib/analysis/density.ts";
import { binOf, BINS } from "../../../../lib/analysis/latent_scan.ts";
import { measureSplit } from "../../../../lib/analysis/measure.ts";
import { splitLoss } from "../../../../lib/analysis/split_loss.ts";
import { splitMetrics } from "../../../../lib/analysis/split_metrics.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { N_TOP } from "../../../../site/src/live/messages.ts";
import type { LiveSettings } from "../../../../site/src/live/settings.ts";
import { Measurements } from "../../../../site/src/live/worker/measurements.ts";
import { openTraining } from "../../../../site/src/live/worker/opening.ts";
import { DATA, opening, startEngine } from "../live_session.ts";

const CASES: LiveSettings["knobs"][] = [
  { sparsity: "kl" },
  { sparsity: "topk", latent: 64 },
  { sparsity: "gated", latent: 40 },
  { sparsity: "batchtopk", latent: 24, k: 3 },
];

async function trained(knobs: LiveSettings["knobs"], until = 20) {
  const { training } = await openTraining(opening(knobs, { until }).opening, {
    ...{ data: DATA, startEngine, check: () => {}, pause: () => Promise.resolve() },
  });
  return Object.assign(training, { [Symbol.asyncDispose]: () => training.engine.dispose() });
}

for (const knobs of CASES) {
  Deno.test(`${knobs.sparsity}: a whole measurement equals the report's metrics of the same images`, async () => {
    await using training = await trained(knobs);
    const { engine, definition, data: { dataset: { test } } } = training, { arch, objective } = definition;
    const measurements = new Measurements(training, test.pixels);
    await measurements.measureAll();
    const stats = measurements.stats();

    const pass = await measureSplit(engine, { images: test, arch, objective });
    const loss = await splitLoss(engine, { pixels: test.pixels, dInput: arch.dInput, batch: 128, weight: 0 });
    const metrics = splitMetrics(pass, { loss, objective });
    assert.equal(stats.rows, metrics.images);
    assert.equal(stats.l0, metrics.activeLatents);
    assert.equal(stats.dead, metrics.deadLatents);
    assert.ok(Math.abs(stats.mse - metrics.mse) < 1e-12);
    stats.mean.forEach((mean, j) => assert.ok(Math.abs(mean - pass.rhoHat[j]) <= 1e-7 * pass.rhoHat[j], `latent ${j}`));
    assert.deepEqual(stats.largest, pass.latents.largest);

    const acts = (await engine.forward(test.pixels)).hidden[arch.latentIndex], n = arch.nLatents;
    const threshold = VARIANTS[objective.sparsity].activeAbove;
    const { aboveThreshold } = latentDensities(acts, { nLatents: n, threshold });
    assert.deepEqual(stats.density, Float32Array.from(aboveThreshold));

    const largest = Math.max(...acts), counts = new Uint32Array(BINS);
    for (const act of acts) if (act > 0) counts[binOf(act, largest)]++;
    assert.deepEqual([stats.histogramEnd, stats.histogram], [largest, counts]);

    for (let j = 0; j < n; j++) {
      const rows = Array.from({ length: test.count }, (_, row) => row).filter((row) => acts[row * n + j] > 0);
      const sorted = rows.sort((a, b) => acts[b * n + j] - acts[a * n + j] || a - b).slice(0, N_TOP);
      const padded = [...sorted, ...new Array(N_TOP - sorted.length).fill(-1)];
      assert.deepEqual([...stats.top.subarray(j * N_TOP, (j + 1) * N_TOP)], padded, `latent ${j}`);
      const topActs = padded.map((row) => row < 0 ? 0 : acts[row * n + j]);
      assert.deepEqual([...stats.topActs.subarray(j * N_TOP, (j + 1) * N_TOP)], topActs, `latent ${j}`);
    }
  });
}

Deno.test("slices roll: eight of 128 make a whole, each as it was when it was measured", async () => {
  await using training = await trained({ sparsity: "topk", latent: 32, k: 4 });
  const { pixels } = training.data.dataset.test;
  const measurements = new Measurements(training, pixels), whole = new Measurements(training, pixels);
  for (let slice = 1; slice <= 3; slice++) {
    await measurements.measureSlice();
    assert.equal(measurements.stats().rows, 128 * slice);
  }
  for (let slice = 4; slice <= 8; slice++) await measurements.measureSlice();
  await whole.measureAll();
  assert.deepEqual(measurements.stats(), whole.stats());
  const before = measurements.stats();
  await training.advance({ ms: 1, until: training.step + 1 });
  await measurements.measureSlice();
  assert.notDeepEqual(measurements.stats(), before, "the first slice again");
  await whole.measureAll();
  assert.notDeepEqual(measurements.stats(), whole.stats(), "the others as they were");
});

Deno.test("fewer images than a slice are measured as they are", async () => {
  await using training = await trained({ sparsity: "topk", latent: 32, k: 4 });
  const measurements = new Measurements(training, training.data.dataset.test.pixels.slice(0, 5 * 784));
  await measurements.measureAll();
  assert.deepEqual([measurements.stats().rows, measurements.stats().l0], [5, 4]);
});
