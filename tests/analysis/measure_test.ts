/**
 * A pass over a whole split against naive float64 twins and hand-worked cases.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DEFINITIONS } from "../../lib/analysis/definitions.ts";
import { measureActivity, measureSplit } from "../../lib/analysis/measure.ts";
import { splitMetrics } from "../../lib/analysis/split_metrics.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { SplitMetrics } from "../../lib/report/schema.ts";
import { makeCase } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";
import { needs } from "../needs.ts";
import { tablePass, tableSplit } from "./table_engine.ts";

const near = (a: number, b: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1e-12, Math.abs(b)), `${a} ≠ ${b}`);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** A loss of no interest to the test. */
const LOSS = { loss: 3, reconstruction: 1, penalty: 2, auxiliary: 0.5 };

Deno.test("measureSplit() and splitMetrics() equal a naive float64 evaluation over the whole split", async () => {
  const example = makeCase(30, { hidden: [9], latent: 6, batch: 16 }, { count: 2017 }); // five pieces, the last short
  const { definition, state, pixels, count } = example;
  const { arch, objective } = definition;
  const engine = await ReferenceEngine.start(definition, "cpu");
  await engine.load({ ...example, batch: 256 });
  const done: number[] = [];
  const onProgress = (progress: { done: number; total: number }) => {
    assert.equal(progress.total, count);
    done.push(progress.done);
  };
  const pass = await measureSplit(engine, { images: { pixels, count }, arch, objective, onProgress });
  const metrics = splitMetrics(pass, { loss: LOSS, objective });
  const x = images64(pixels, arch.dInput);
  const { activations } = forward64(x, widen(state.params), arch);
  const [recon, acts] = [activations.at(-1)!, activations[arch.latentIndex + 1]];
  const meanImage = x[0].map((_, i) => mean(x.map((row) => row[i])));
  const squared = x.map((row, b) => row.map((v, i) => (v - recon[b][i]) ** 2));
  near(metrics.mse, mean(squared.flat()));
  const crossEntropy = x.map((row, b) =>
    row.map((v, i) => -v * Math.log(recon[b][i]) - (1 - v) * Math.log(1 - recon[b][i]))
  );
  near(metrics.bce!, mean(crossEntropy.flat()));
  const variation = x.flatMap((row) => row.map((v, i) => (v - meanImage[i]) ** 2)).reduce((a, b) => a + b);
  near(metrics.fvu!, squared.flat().reduce((a, b) => a + b) / variation);
  squared.forEach((row, i) => near(pass.imageMse[i], mean(row), 1e-5));
  const rhoHat = acts[0].map((_, j) => mean(acts.map((row) => row[j])));
  const { rho } = objective.knobs;
  const kl = rhoHat.reduce((sum, q) => sum + rho * Math.log(rho / q) + (1 - rho) * Math.log((1 - rho) / (1 - q)), 0);
  near(metrics.klNats!, kl, 1e-4);
  near(metrics.meanActivation, mean(rhoHat));
  const above = (threshold: number) => acts.map((row) => row.filter((a) => a > threshold).length);
  assert.deepEqual(metrics.l0.map(({ threshold }) => threshold), [0.01, 0.1, 0.5]);
  for (const { threshold, value } of metrics.l0) near(value, mean(above(threshold)), 1e-3);
  assert.deepEqual(metrics.shareAbove.map(({ threshold }) => threshold), [0.1, 0.5]);
  for (const { threshold, value } of metrics.shareAbove) near(value, mean(above(threshold)) / arch.nLatents, 1e-3);
  near(metrics.activeLatents, mean(above(0.1)), 1e-3);
  near(metrics.l0NonZero, arch.nLatents);
  const hoyer = (a: number[]) =>
    (Math.sqrt(a.length) - a.reduce((s, v) => s + v, 0) / Math.sqrt(a.reduce((s, v) => s + v * v, 0))) /
    (Math.sqrt(a.length) - 1);
  near(metrics.hoyerPopulation!, mean(acts.map(hoyer)), 1e-5);
  near(metrics.hoyerLifetime!, mean(rhoHat.map((_, j) => hoyer(acts.map((row) => row[j])))), 1e-5);
  assert.equal(metrics.images, count);
  assert.equal(metrics.deadLatents, rhoHat.filter((_, j) => acts.every((row) => row[j] <= 0.1)).length);
  const { loss, penalty, auxiliary } = metrics;
  assert.deepEqual({ loss, penalty, auxiliary }, { loss: 3, penalty: 2, auxiliary: 0.5 });
  SplitMetrics.parse(metrics);
  assert.deepEqual(done, [500, 1000, 1500, 2000, 2017]);

  const { latents, mse } = await measureActivity(engine, { pixels, arch, objective });
  near(mse, metrics.mse, 1e-9);
  assert.deepEqual(latents.means(), pass.rhoHat);
  await engine.dispose();
});

/** 1,200 images, of which every latent is active on a stretch of its own; the last third on none. */
const STRETCHES = (() => {
  const count = 1200, nLatents = 12;
  const acts = new Float32Array(count * nLatents);
  for (let i = 0; i < count; i++) for (let j = 0; j < 8; j++) if (i % (j + 2) === 0) acts[i * nLatents + j] = 1 + i % 7;
  return { acts, nLatents };
})();

Deno.test("a split whose latents do not fit into memory has the same metrics: they are computed again", async () => {
  const kept = await tablePass(STRETCHES), again = await tablePass(STRETCHES, { mostEntries: 100 });
  const { objective } = tableSplit(STRETCHES).definition;
  const { giniLifetime: exact, ...all } = splitMetrics(kept, { loss: LOSS, objective });
  const { giniLifetime: binned, ...others } = splitMetrics(again, { loss: LOSS, objective });
  assert.deepEqual(others, all);
  assert.ok(Math.abs(binned! - exact!) < 0.02 && binned !== exact);
  assert.deepEqual([kept.lifetimeGini.isExact, again.lifetimeGini.isExact], [true, false]);
});

Deno.test("wide models are read in pieces of bounded size, and no image is left out", async () => {
  const nLatents = 2 ** 16, count = 300; // 79 MB if it were one matrix
  const acts = new Float32Array(count * nLatents);
  for (let i = 0; i < count; i++) acts[i * nLatents + i * 211] = 1;
  const split = tableSplit({ acts, nLatents });
  const pass = await measureSplit(split.engine, { images: split.images, ...split.definition });
  assert.ok(split.calls.every((rows) => rows * nLatents * 4 <= 2 ** 24));
  assert.equal(split.calls.reduce((a, b) => a + b), count);
  assert.equal(pass.count, count);
  assert.deepEqual(pass.latents.activity(), { activeLatents: 1, deadLatents: nLatents - count });
});

Deno.test("timers and signals have their turn while a split is measured", async () => {
  const split = tableSplit({ acts: new Float32Array(3000), nLatents: 1 });
  const { forward } = split.engine;
  split.engine.forward = (pixels) => {
    for (const end = performance.now() + 60; performance.now() < end;); // computes, as an engine on this thread does
    return forward(pixels);
  };
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await measureSplit(split.engine, { images: split.images, ...split.definition });
  clearInterval(timer);
  assert.ok(turns >= 3, `${turns} turns in six pieces`);
});

Deno.test("metrics of awkward splits are finite or null: one image, constant images, latents that are always 0", async () => {
  const one = await tablePass({ acts: Float32Array.of(0, 2), nLatents: 2 });
  const dead = await tablePass({ acts: new Float32Array(6), nLatents: 2, recon: () => 0 });
  const lone = await tablePass({ acts: Float32Array.of(1, 0, 3), nLatents: 1 });
  const { objective } = tableSplit({ acts: Float32Array.of(1), nLatents: 1 }).definition;
  const metrics = [one, dead, lone].map((pass) => splitMetrics(pass, { loss: LOSS, objective }));
  for (const own of metrics) {
    SplitMetrics.parse(own);
    for (const [name, value] of Object.entries(own)) {
      if (typeof value === "number") assert.ok(Number.isFinite(value), `${name} is ${value}`);
    }
  }
  assert.equal(metrics[0].fvu, null, "one image does not vary");
  assert.deepEqual([metrics[1].hoyerPopulation, metrics[1].giniLifetime, metrics[1].deadLatents], [null, null, 2]);
  assert.equal(metrics[2].hoyerPopulation, null, "a single latent has no sparseness in an image");
});

Deno.test("images that do not vary have no variance to explain, whatever their grey", async () => {
  const { definition, state } = makeCase(3, { hidden: [], latent: 2, batch: 16 });
  const engine = await ReferenceEngine.start(definition, "cpu");
  for (const grey of [1, 77, 100, 254]) {
    const pixels = new Uint8Array(33 * 3).fill(grey);
    await engine.load({ state, pixels, batch: 16 });
    const { quality } = await measureSplit(engine, { images: { pixels, count: 33 }, ...definition });
    assert.deepEqual([quality.fvu, quality.evLegacy, quality.evVariance], [null, null, null], `grey ${grey}`);
  }
  await engine.dispose();
});

Deno.test(
  "DEFINITIONS explains each metric of a split, and names the file that computes it",
  needs("read"),
  async () => {
    for (const metric of Object.keys(SplitMetrics.shape)) assert.ok(metric in DEFINITIONS, metric);
    for (const { code } of Object.values(DEFINITIONS)) await Deno.stat(new URL(`../../${code}`, import.meta.url));
  },
);
