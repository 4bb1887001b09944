/**
 * Metrics against naive float64 twins and hand-worked cases.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFINITIONS } from "../../lib/analysis/definitions.ts";
import { correlation, cosine, decoderImages, featureRows } from "../../lib/analysis/features.ts";
import { metricRows } from "../../lib/analysis/history.ts";
import { histogram, latentRows } from "../../lib/analysis/latents.ts";
import { decoderNorms, measureSplit, splitMetrics, type SplitPass } from "../../lib/analysis/measure.ts";
import { shownPairs } from "../../lib/analysis/reconstructions.ts";
import { gini, hoyer } from "../../lib/analysis/sparseness.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { SplitMetrics } from "../../lib/report/schema.ts";
import { freshSnapshot } from "../../lib/training/course.ts";
import { makeCase } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";
import { needs } from "../needs.ts";

/** A pass of sigmoid latents, of which only these were looked at. */
const passOf = (count: number, acts: Float32Array): SplitPass => ({
  count,
  activeAbove: 0.1,
  acts,
  imageMse: new Float64Array(count),
  quality: null,
  mse: 0,
  bce: 0,
  rhoHats: [],
});

const near = (a: number, b: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1e-12, Math.abs(b)), `${a} ≠ ${b}`);

async function trained(test: (engine: Engine, example: ReturnType<typeof makeCase>) => Promise<void>) {
  const example = makeCase(30, { hidden: [9], latent: 6, batch: 16 }, { count: 2017 }); // three forward chunks, the last short
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  await engine.load({ ...example, batch: 256 });
  await test(engine, example);
  await engine.dispose();
}

Deno.test("measureSplit() and splitMetrics() equal a naive float64 evaluation over the whole split", () =>
  trained(async (engine, { definition, state, pixels, count }) => {
    const { arch, objective } = definition;
    const images = { pixels, count, labels: null, factors: {} };
    const { beta, rho } = objective.knobs;
    const pass = await measureSplit(engine, images, definition, { withQuality: true });
    const metrics = splitMetrics(pass, {
      ...definition,
      weight: beta,
      decoderNorms: decoderNorms(state.params, arch),
    });
    const x = images64(pixels, arch.dInput);
    const { activations } = forward64(x, widen(state.params), arch);
    const [recon, acts] = [activations.at(-1)!, activations[arch.latentIndex + 1]];
    const flat = <T>(rows: T[][]) => rows.flat();
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const meanImage = x[0].map((_, i) => mean(x.map((row) => row[i])));
    const squared = x.map((row, b) => row.map((v, i) => (v - recon[b][i]) ** 2));
    near(metrics.mse, mean(flat(squared)));
    near(
      metrics.bce!,
      mean(
        flat(x.map((row, b) => row.map((v, i) => -v * Math.log(recon[b][i]) - (1 - v) * Math.log(1 - recon[b][i])))),
      ),
    );
    near(
      metrics.fvu!,
      flat(squared).reduce((a, b) => a + b) /
        flat(x.map((row) => row.map((v, i) => (v - meanImage[i]) ** 2))).reduce((a, b) => a + b),
    );
    const rhoHat = acts[0].map((_, j) => mean(acts.map((row) => row[j])));
    const kl = rhoHat.reduce((sum, q) => sum + rho * Math.log(rho / q) + (1 - rho) * Math.log((1 - rho) / (1 - q)), 0);
    near(metrics.klNats!, kl, 1e-4);
    near(metrics.penalty, kl, 1e-4);
    near(metrics.loss, metrics.mse + beta * kl, 1e-5);
    near(metrics.meanActivation, mean(rhoHat));
    for (const { threshold, value } of metrics.l0) {
      near(
        value,
        mean(acts.map((row) => row.filter((a) => a > threshold).length)),
        1e-3,
      );
    }
    for (const { threshold, value } of metrics.shareAbove) {
      near(
        value,
        mean(flat(acts).map((a) => a > threshold ? 1 : 0)),
        1e-3,
      );
    }
    assert.equal(metrics.images, count);
    assert.equal(metrics.deadLatents, rhoHat.filter((_, j) => acts.every((row) => row[j] <= 0.1)).length);
    SplitMetrics.parse(metrics);
  }));

Deno.test(
  "DEFINITIONS explains each metric of a split, and names the file that computes it",
  needs("permissions"),
  async () => {
    for (const metric of Object.keys(SplitMetrics.shape)) assert.ok(metric in DEFINITIONS, metric);
    for (const { code } of Object.values(DEFINITIONS)) await Deno.stat(new URL(`../../${code}`, import.meta.url));
  },
);

Deno.test("hoyer() and gini() are 0 for equal values, largest for a single one, and ignore scale and order", () => {
  const vector = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(fc.property(vector, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, scale) => {
    for (const measure of [hoyer, gini]) {
      const own = measure(Float32Array.from(values));
      assert.ok(own >= -1e-5 && own <= 1 + 1e-5);
      assert.ok(Math.abs(measure(Float32Array.from(values, (v) => v * scale)) - own) < 1e-5);
      assert.ok(Math.abs(measure(Float32Array.from(values).reverse()) - own) < 1e-5);
    }
  }));
  // Worked by hand: (1, 2, 3, 4): ‖·‖₁ = 10, ‖·‖₂ = √30; Gini 1 − 2/(10·4) (1·3.5 + 2·2.5 + 3·1.5 + 4·0.5) = 0.25
  near(hoyer(Float32Array.of(3, 1, 4, 2)), (2 - 10 / Math.sqrt(30)) / 1);
  near(gini(Float32Array.of(3, 1, 4, 2)), 0.25);
  assert.ok(Number.isNaN(hoyer(new Float32Array(3))) && Number.isNaN(gini(new Float32Array(3))));
});

Deno.test("histogram() counts into 50 bins, the last one closed", () => {
  const { max, counts } = histogram(Float32Array.of(0, 0.0199, 0.0201, 0.5, 0.999, 1), { activeAbove: 0.1 });
  assert.equal(max, 1);
  assert.deepEqual([counts[0], counts[1], counts[25], counts[49]], [2, 1, 1, 2]);
  assert.equal(counts.reduce((a, b) => a + b), 6);
});

Deno.test("histogram() of latents that are 0 when they are off ends at the largest, itself included", () => {
  const { max, counts } = histogram(Float32Array.of(0, 1, 2, 4), { activeAbove: 0 });
  assert.equal(max, 4);
  assert.deepEqual([counts[0], counts[12], counts[25], counts[49]], [1, 1, 1, 1]);
  const silent = histogram(new Float32Array(3), { activeAbove: 0 });
  assert.deepEqual([silent.max, silent.counts[0]], [0, 3]);
});

Deno.test("latentRows() averages by class and latent", () => {
  const acts = Float32Array.of(0.2, 0, 0.4, 0.05, 0, 0.5); // three images, two latents
  const pass = passOf(3, acts);
  const images = { pixels: new Uint8Array(3), count: 3, labels: Uint8Array.of(1, 1, 0), factors: {} };
  const rows = latentRows(pass, { images, nClasses: 3, rho: 0.05, shown: [0, 1] });
  assert.deepEqual(rows.classMeans, [[0, 0.5], [0.3, 0.025], [0, 0]]);
  assert.deepEqual(rows.heatmap, { labels: [1, 1, 0], acts: [[0.2, 0], [0.4, 0.05], [0, 0.5]] });
  assert.deepEqual(rows.latents.map(({ density }) => density), [2 / 3, 1 / 3]);
});

Deno.test("featureRows() ranks images, profiles classes, and follows a factor", () => {
  const acts = Float32Array.of(0.9, 0.1, 0.1, 0.2, 0.5, 0.3, 0.7, 0.4); // four images, two latents
  const pass = passOf(4, acts);
  const images = {
    pixels: new Uint8Array(4),
    count: 4,
    labels: Uint8Array.of(0, 1, 0, 0),
    factors: { slant: Float32Array.of(1, 2, 3, 4) },
  };
  const own = { shown: [0, 1], decodedAt: [1, 1] };
  const [first, second] = featureRows(pass, {
    images,
    nClasses: 2,
    rho: 0.05,
    effect: Float32Array.of(1, 0, 3, 4),
    ...own,
  });
  const shown = first.examples.top.map(({ image, activation }) => [image, activation]);
  assert.deepEqual(shown, [[0, 0.9], [3, 0.7], [2, 0.5], [1, 0.1]]);
  assert.deepEqual(first.classProfile, [0.9545, 0.0455]);
  assert.equal(first.classPurity, 0.9545);
  assert.equal(second.factorCorrelation.slant, 1);
  assert.deepEqual(second.similar, [{ latent: 0, cosine: 0.6 }]);
});

Deno.test("featureRows() shows the strongest images in the order of a full sort, ties by index", () => {
  const level = fc.integer({ min: 0, max: 6 }).map((n) => n / 8); // few levels: many ties
  fc.assert(fc.property(fc.array(level, { minLength: 1, maxLength: 60 }), (column) => {
    const count = column.length;
    const pass = passOf(count, Float32Array.from(column));
    const images = { pixels: new Uint8Array(count), count, labels: null, factors: {} };
    const [row] = featureRows(pass, {
      images,
      nClasses: 0,
      rho: 0.05,
      effect: Float32Array.of(1),
      shown: [0],
      decodedAt: [1],
    });
    const sorted = [...column.keys()].sort((a, b) => column[b] - column[a] || a - b).slice(0, 16);
    assert.deepEqual(row.examples.top.map(({ image }) => image), sorted);
  }));
});

Deno.test("featureRows() splits activations into ten intervals, and a silent latent's into none", () => {
  const column = [1, 0.95, 0.901, 0.55, 0, 0.05, 0.91, 0.92, 0.93];
  const acts = Float32Array.from(column.flatMap((value) => [value, 0])); // the second latent is silent
  const count = column.length;
  const pass = passOf(count, acts);
  const images = { pixels: new Uint8Array(count), count, labels: null, factors: {} };
  const own = { shown: [0, 1], decodedAt: [1, 1] };
  const [first, second] = featureRows(pass, { images, nClasses: 0, rho: 0.05, effect: Float32Array.of(1, 1), ...own });
  const { intervals } = first.examples;
  assert.deepEqual(intervals.map(({ count }) => count), [6, 0, 0, 0, 1, 0, 0, 0, 0, 2]);
  assert.deepEqual(intervals.map(({ to }) => Math.round(10 * to)), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(intervals[0].images.map(({ image }) => image), [0, 1, 2, 6, 7], "the first five, not the strongest");
  assert.deepEqual(intervals[9].images.map(({ image, activation }) => [image, activation]), [[4, 0], [5, 0.05]]);
  assert.deepEqual(second.examples.intervals, []);
  assert.equal(second.maxActivation, 0);
});

Deno.test("correlation() and cosine() give hand-worked values, and 0 where a side does not vary", () => {
  assert.equal(cosine([1, 0], [1, 1]), 1 / Math.sqrt(2));
  assert.equal(cosine([0, 0], [1, 1]), 0);
  near(correlation(Float32Array.of(1, 2, 3), Float32Array.of(2, 4, 7)), 5 / Math.sqrt(2 * (38 / 3)), 1e-6);
  assert.equal(correlation(Float32Array.of(1, 1), Float32Array.of(0, 5)), 0);
});

Deno.test("decoderImages() and shownPairs() equal the float64 model", () =>
  trained(async (engine, { definition, state, pixels, count }) => {
    const { arch } = definition;
    const images = { pixels, count, labels: null, factors: {} };
    const pass = await measureSplit(engine, images, definition);
    const { pairs, recons, originals, errors } = await shownPairs(engine, pass, { images, arch });
    assert.deepEqual(
      pairs.map(({ kind }) => kind),
      [..."ffffffff"].map(() => "first").concat(["best", "median", "worst"].flatMap((kind) => Array(4).fill(kind))),
    );
    assert.equal(pairs.find(({ kind }) => kind === "worst")!.mse, Math.max(...pass.imageMse));
    assert.equal(pairs.find(({ kind }) => kind === "best")!.mse, Math.min(...pass.imageMse));
    const x = images64(pixels, arch.dInput);
    const truth = forward64(x, widen(state.params), arch).activations.at(-1)!;
    pairs.forEach(({ image }, p) =>
      truth[image].forEach((value, i) => {
        near(recons[p * arch.dInput + i], value, 1e-5);
        near(originals[p * arch.dInput + i], x[image][i]);
        assert.ok(Math.abs(errors[p * arch.dInput + i] - Math.abs(value - x[image][i])) < 1e-6);
      })
    );
    const shown = Array.from({ length: arch.nLatents }, (_, j) => j);
    const { decoder, effect, decodedAt } = await decoderImages(engine, pass, { arch, shown });
    assert.ok(decodedAt.every((act) => act === 1));
    const { arch: decoderOnly, params } = {
      arch: { ...arch, layers: arch.layers.slice(arch.latentIndex + 1) },
      params: widen(state.params),
    };
    const response = (j: number) =>
      forward64([Array.from({ length: arch.nLatents }, (_, k) => k === j ? 1 : 0)], params, decoderOnly).activations.at(
        -1,
      )![0];
    const base = response(-1);
    for (let j = 0; j < arch.nLatents; j++) {
      response(j).forEach((value, i) => {
        near(decoder[j * arch.dInput + i], value, 1e-5);
        assert.ok(Math.abs(effect[j * arch.dInput + i] - (value - base[i])) < 1e-5);
      });
    }
  }));

Deno.test("metricRows() averages steps into epochs and into at most 500 rows", () => {
  const { config, state } = makeCase(4, {
    hidden: [],
    latent: 2,
    epochs: 2,
    decay: "constant",
    warmupSteps: 0,
    lr: 0.5,
    beta: 2,
  });
  const snapshot = freshSnapshot(state, config);
  snapshot.history = {
    reconstruction: Float32Array.from({ length: 1002 }, (_, i) => i),
    penalty: new Float32Array(1002).fill(0.125),
    auxiliary: new Float32Array(1002).fill(0.25),
    weight: new Float32Array(1002).fill(2),
  };
  const test = {
    loss: 1,
    reconstruction: 1,
    penalty: 1,
    mse: 1,
    klNats: 1,
    meanActivation: 1,
    activeLatents: 1,
    deadLatents: 0,
    rhoHat: { min: 0, q25: 0, median: 0, q75: 0, max: 0 },
  };
  snapshot.testRows = [test, test];
  const { epochs, stepStride, steps } = metricRows(snapshot, { config, stepsPerEpoch: 501 });
  assert.deepEqual(epochs.map(({ step, lr, train }) => [step, lr, train.loss]), [[501, 0.5, 250.5], [
    1002,
    0.5,
    751.5,
  ]]);
  assert.equal(stepStride, 3);
  assert.deepEqual([steps.length, steps[0].reconstruction, steps[0].step, steps.at(-1)!.step], [334, 1, 3, 1002]);
});
