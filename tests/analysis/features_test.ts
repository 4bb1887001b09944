/**
 * Rows about latents against hand-worked cases, and decoder images against the float64 model.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { correlation, cosine, decoderImages, featureRows } from "../../lib/analysis/features.ts";
import { HistogramBins, histogramEnd, latentRows, shownLatents } from "../../lib/analysis/latents.ts";
import { measureSplit } from "../../lib/analysis/measure.ts";
import { shownPairs } from "../../lib/analysis/reconstructions.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { makeCase } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";
import { type Table, tablePass } from "./table_engine.ts";

const near = (a: number, b: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1e-12, Math.abs(b)), `${a} ≠ ${b}`);

const KL = { sparsity: "kl" } as const;

/** A pass and what is shown of it, and the rest of what rows need. */
async function shownOf(table: Table, { turned, mostEntries, labels = null, factors = {}, nClasses = 0 }: {
  turned?: typeof KL;
  mostEntries?: number;
  labels?: Uint8Array<ArrayBuffer> | null;
  factors?: Record<string, Float32Array<ArrayBuffer>>;
  nClasses?: number;
} = {}) {
  const pass = await tablePass(table, { turned, mostEntries });
  const shown = await shownLatents(pass);
  return { pass, options: { ...shown, images: { labels, factors }, nClasses, rho: 0.05 } };
}

/** Tiles of one pixel for each latent. */
const decoded = (nLatents: number) => ({
  effect: new Float32Array(nLatents).fill(1),
  decodedAt: new Array<number>(nLatents).fill(1),
});

Deno.test("a histogram of sigmoid latents has 50 bins over [0, 1], the last one closed", async () => {
  const acts = Float32Array.of(0, 0.0199, 0.0201, 0.5, 0.999, 1);
  const { options: { histogram: { max, counts } } } = await shownOf({ acts, nLatents: 2 }, { turned: KL });
  assert.equal(max, 1);
  assert.deepEqual([counts.length, counts[0], counts[1], counts[25], counts[49]], [50, 2, 1, 1, 2]);
  assert.equal(counts.reduce((a, b) => a + b), 6);
});

Deno.test("a histogram of latents that are 0 when they are off ends at the largest, itself included", async () => {
  for (const mostEntries of [undefined, 0]) { // from memory, and computed again
    const table = { acts: Float32Array.of(0, 1, 2, 4), nLatents: 2 };
    const { options: { histogram: { max, counts } } } = await shownOf(table, { mostEntries });
    assert.equal(max, 4);
    assert.deepEqual([counts[0], counts[12], counts[25], counts[49]], [1, 1, 1, 1]);
  }
  const { options: { histogram } } = await shownOf({ acts: new Float32Array(3), nLatents: 1 });
  assert.deepEqual([histogram.max, histogram.counts[0]], [0, 3]);
  assert.deepEqual(new HistogramBins(histogramEnd({ latentsAreSigmoid: false }, 0)).withZeros(2).counts[0], 2);
});

Deno.test("shownLatents() keeps the 64 latents with the largest mean, ties by number, and their columns", async () => {
  const nLatents = 100;
  const acts = Float32Array.from({ length: 2 * nLatents }, (_, i) => i % nLatents >= 30 ? 1 + i % 2 : 0);
  for (const mostEntries of [undefined, 0]) {
    const { options: { shown, columns } } = await shownOf({ acts, nLatents }, { mostEntries });
    // odd latents from 31 on have 2, even ones 1: all 35 odd ones, then the first 29 even ones
    const odd = Array.from({ length: 35 }, (_, i) => 31 + 2 * i),
      even = Array.from({ length: 29 }, (_, i) => 30 + 2 * i);
    assert.deepEqual(shown, [...odd, ...even].sort((a, b) => a - b));
    columns.forEach((column, i) => assert.deepEqual([...column], shown[i] % 2 ? [2, 2] : [1, 1]));
  }
});

Deno.test("latentRows() averages by class and latent", async () => {
  const acts = Float32Array.of(0.2, 0, 0.4, 0.05, 0, 0.5); // three images, two latents
  const labels = Uint8Array.of(1, 1, 0);
  const { pass, options } = await shownOf({ acts, nLatents: 2 }, { turned: KL, labels, nClasses: 3 });
  const rows = latentRows(pass, options);
  assert.deepEqual(rows.classMeans, [[0, 0.5], [0.3, 0.025], [0, 0]]);
  assert.deepEqual(rows.heatmap, { labels: [1, 1, 0], acts: [[0.2, 0], [0.4, 0.05], [0, 0.5]] });
  assert.deepEqual(rows.latents.map(({ density }) => density), [2 / 3, 1 / 3]);
});

Deno.test("featureRows() ranks images, profiles classes, and follows a factor", async () => {
  const acts = Float32Array.of(0.9, 0.1, 0.1, 0.2, 0.5, 0.3, 0.7, 0.4); // four images, two latents
  const factors = { slant: Float32Array.of(1, 2, 3, 4) };
  const labels = Uint8Array.of(0, 1, 0, 0);
  const { pass, options } = await shownOf({ acts, nLatents: 2 }, { turned: KL, labels, factors, nClasses: 2 });
  const [first, second] = featureRows(pass, {
    ...options,
    effect: Float32Array.of(1, 0, 3, 4),
    decodedAt: [1, 1],
  });
  const shown = first.examples.top.map(({ image, activation }) => [image, activation]);
  assert.deepEqual(shown, [[0, 0.9], [3, 0.7], [2, 0.5], [1, 0.1]]);
  assert.deepEqual(first.classProfile, [0.9545, 0.0455]);
  assert.equal(first.classPurity, 0.9545);
  assert.equal(second.factorCorrelation.slant, 1);
  assert.deepEqual(second.similar, [{ latent: 0, cosine: 0.6 }]);
});

Deno.test("featureRows() shows the strongest images in the order of a full sort, ties by index", async () => {
  const level = fc.integer({ min: 0, max: 6 }).map((n) => n / 8); // few levels: many ties
  await fc.assert(fc.asyncProperty(fc.array(level, { minLength: 1, maxLength: 60 }), async (column) => {
    const { pass, options } = await shownOf({ acts: Float32Array.from(column), nLatents: 1 });
    const [row] = featureRows(pass, { ...options, ...decoded(1) });
    const sorted = [...column.keys()].sort((a, b) => column[b] - column[a] || a - b).slice(0, 16);
    assert.deepEqual(row.examples.top.map(({ image }) => image), sorted);
  }));
});

Deno.test("featureRows() splits activations into ten intervals, and those of a latent that is always 0 into none", async () => {
  const column = [1, 0.95, 0.901, 0.55, 0, 0.05, 0.91, 0.92, 0.93];
  const acts = Float32Array.from(column.flatMap((value) => [value, 0]));
  const { pass, options } = await shownOf({ acts, nLatents: 2 });
  const [first, second] = featureRows(pass, { ...options, ...decoded(2) });
  const { intervals } = first.examples;
  assert.deepEqual(intervals.map(({ count }) => count), [6, 0, 0, 0, 1, 0, 0, 0, 0, 2]);
  assert.deepEqual(intervals.map(({ to }) => Math.round(10 * to)), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(intervals[0].images.map(({ image }) => image), [0, 1, 2, 6, 7], "the first five, not the strongest");
  assert.deepEqual(intervals[9].images.map(({ image, activation }) => [image, activation]), [[4, 0], [5, 0.05]]);
  assert.deepEqual(second.examples.intervals, []);
  assert.deepEqual([second.maxActivation, second.histogram.max, second.histogram.counts[0]], [0, 0, 9]);
});

Deno.test("rows about latents that are always 0 hold finite numbers alone", async () => {
  const labels = Uint8Array.of(0, 0, 0), factors = { slant: Float32Array.of(1, 2, 3) };
  const { pass, options } = await shownOf({ acts: new Float32Array(6), nLatents: 2 }, { labels, factors, nClasses: 1 });
  const rows = { ...latentRows(pass, options), features: featureRows(pass, { ...options, ...decoded(2) }) };
  JSON.stringify(rows, (name, value) => {
    if (typeof value === "number") assert.ok(Number.isFinite(value), `${name} is ${value}`);
    return value;
  });
});

Deno.test("correlation() and cosine() give hand-worked values, and 0 where a side does not vary", () => {
  assert.equal(cosine([1, 0], [1, 1]), 1 / Math.sqrt(2));
  assert.equal(cosine([0, 0], [1, 1]), 0);
  near(correlation(Float32Array.of(1, 2, 3), Float32Array.of(2, 4, 7)), 5 / Math.sqrt(2 * (38 / 3)), 1e-6);
  assert.equal(correlation(Float32Array.of(1, 1), Float32Array.of(0, 5)), 0);
});

Deno.test("decoderImages() and shownPairs() equal the float64 model", async () => {
  const example = makeCase(30, { hidden: [9], latent: 6, batch: 16 }, { count: 517 });
  const { definition: { arch, objective }, state, pixels, count } = example;
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  await engine.load({ ...example, batch: 256 });
  const images = { pixels, count, labels: null, factors: {} };
  const pass = await measureSplit(engine, { images, arch, objective });
  const { pairs, recons, originals, errors } = await shownPairs(engine, { pass, images, arch });
  assert.deepEqual(
    pairs.map(({ kind }) => kind),
    [..."ffffffff"].map(() => "first").concat(["best", "median", "worst"].flatMap((kind) => Array(4).fill(kind))),
  );
  assert.equal(pairs.find(({ kind }) => kind === "worst")!.mse, pass.imageMse.reduce((a, b) => Math.max(a, b)));
  assert.equal(pairs.find(({ kind }) => kind === "best")!.mse, pass.imageMse.reduce((a, b) => Math.min(a, b)));
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
  const { decoder, effect, decodedAt } = await decoderImages(engine, { pass, arch, shown });
  assert.ok(decodedAt.every((act) => act === 1));
  const decoderOnly = { ...arch, layers: arch.layers.slice(arch.latentIndex + 1) };
  const response = (latent: number) => {
    const single = Array.from({ length: arch.nLatents }, (_, k) => k === latent ? 1 : 0);
    return forward64([single], widen(state.params), decoderOnly).activations.at(-1)![0];
  };
  const base = response(-1);
  for (let j = 0; j < arch.nLatents; j++) {
    response(j).forEach((value, i) => {
      near(decoder[j * arch.dInput + i], value, 1e-5);
      assert.ok(Math.abs(effect[j * arch.dInput + i] - (value - base[i])) < 1e-5);
    });
  }
  await engine.dispose();
});
