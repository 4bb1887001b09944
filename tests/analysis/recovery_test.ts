/**
 * Recovery of known features against worked cases, every matching of small problems, and what must hold.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { cosine } from "./cosine.ts";
import { dictionaryRecovery } from "../../lib/analysis/recovery.ts";
import { InputRows } from "../../lib/analysis/row_sources.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);

const normals = (n: number, seed: number) => {
  const rng = Rng.fromSeed(seed, "test");
  return Float32Array.from({ length: n }, () => rng.normal());
};
/** Activations of no interest to the test. */
const inactive = (nLatents: number, nFeatures: number) => ({
  acts: new Float32Array(nLatents),
  trueActs: new Float32Array(nFeatures),
  activeAbove: 0,
});

interface Matrices extends Omit<Parameters<typeof dictionaryRecovery>[0], "latents"> {
  /** `[rows, nLatents]` */
  acts: Float32Array<ArrayBuffer>;
}

/** Of matrices in memory. */
const recovered = ({ acts, ...data }: Matrices) =>
  dictionaryRecovery({ ...data, latents: new InputRows(acts, data.decoder.length / data.dInput) });

Deno.test("dictionaryRecovery() is perfect for the truth itself, and for it permuted, scaled and flipped", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(), async (n, seed) => {
    const dInput = n + 3, rows = 20;
    const truth = normals(n * dInput, seed);
    const trueActs = normals(rows * n, seed + 1).map((value) => Math.max(0, value));
    const rng = Rng.fromSeed(seed, "order");
    const order = rng.permutation(n);
    const scales = Array.from({ length: n }, () => (rng.below(2) ? 1 : -1) * rng.uniform(0.5, 2));
    const decoder = Float32Array.from(
      { length: n * dInput },
      (_, i) => scales[Math.floor(i / dInput)] * truth[order[Math.floor(i / dInput)] * dInput + i % dInput],
    );
    const acts = Float32Array.from({ length: rows * n }, (_, i) => 3 * trueActs[Math.floor(i / n) * n + order[i % n]]);
    const found = await recovered({ decoder, truth, acts, trueActs, dInput, activeAbove: 0 });
    near(found.mcc, 1, 1e-6);
    assert.equal(found.uniqueness, 1);
    assert.deepEqual(found.matches.map(({ feature }) => feature), [...order]);
    for (const score of [found.precision, found.recall, found.f1]) assert.ok(score === 1 || found.deadLatents === n);
  }));
});

/** The best sum over every one-to-one matching. */
function bestSum(
  scores: number[][],
  used = new Set<number>(),
  row = 0,
  left = Math.min(scores.length, scores[0].length),
): number {
  if (left === 0) return 0;
  let best = scores.length - row > left ? bestSum(scores, used, row + 1, left) : -Infinity; // leave this row out
  scores[row].forEach((score, k) => {
    if (used.has(k)) return;
    used.add(k);
    best = Math.max(best, score + bestSum(scores, used, row + 1, left - 1));
    used.delete(k);
  });
  return best;
}

Deno.test("dictionaryRecovery() finds the best of all matchings, with more latents than features and with fewer", async () => {
  const sizes = fc.record({
    nLatents: fc.integer({ min: 1, max: 6 }),
    nFeatures: fc.integer({ min: 1, max: 6 }),
    dInput: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  });
  await fc.assert(fc.asyncProperty(sizes, async ({ nLatents, nFeatures, dInput, seed }) => {
    const decoder = normals(nLatents * dInput, seed), truth = normals(nFeatures * dInput, seed + 1);
    const row = (matrix: Float32Array, n: number) => matrix.subarray(n * dInput, (n + 1) * dInput);
    const scores = Array.from(
      { length: nLatents },
      (_, j) => Array.from({ length: nFeatures }, (_, k) => Math.abs(cosine(row(decoder, j), row(truth, k)))),
    );
    const { mcc, matches, uniqueness } = await recovered({ decoder, truth, dInput, ...inactive(nLatents, nFeatures) });
    const pairs = Math.min(nLatents, nFeatures);
    assert.equal(matches.length, pairs);
    assert.equal(new Set(matches.map(({ latent }) => latent)).size, pairs);
    assert.equal(new Set(matches.map(({ feature }) => feature)).size, pairs);
    for (const { latent, feature, cosine } of matches) near(cosine, scores[latent][feature]);
    near(mcc, bestSum(scores) / pairs);
    if (dInput > 1) near(uniqueness, new Set(scores.map((own) => own.indexOf(Math.max(...own)))).size / nLatents);
  }));
});

Deno.test("dictionaryRecovery() is low for a random dictionary in many dimensions", async () => {
  const n = 20, dInput = 400;
  const { mcc } = await recovered({
    decoder: normals(n * dInput, 1),
    truth: normals(n * dInput, 2),
    dInput,
    ...inactive(n, n),
  });
  assert.ok(mcc > 0 && mcc < 0.2, `${mcc}`); // |cos| is about 0.04 for a pair, the best of twenty about 0.1
});

Deno.test("dictionaryRecovery() counts latents that share a nearest feature once", async () => {
  const truth = Float32Array.of(1, 0, 0, 1);
  const decoder = Float32Array.of(1, 0, 1, 0.1, 1, 0.2, 1, 0.3); // all four nearest to the first
  const { uniqueness, mcc, matches } = await recovered({ decoder, truth, dInput: 2, ...inactive(4, 2) });
  assert.equal(uniqueness, 0.25);
  assert.deepEqual(matches.map(({ latent, feature }) => [latent, feature]), [[0, 0], [3, 1]]);
  near(mcc, (1 + 0.3 / Math.hypot(1, 0.3)) / 2, 1e-6);
});

Deno.test("dictionaryRecovery() gives the worked precision, recall and F1", async () => {
  const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  // Latent 0 fires on rows 0–3, feature 0 on 2–5: ½, ½, ½. Latent 1 fires on row 0, feature 1 on 0 and 1: 1, ½, ⅔.
  // Latent 2 never fires, feature 2 on row 5: no precision, recall 0, F1 0. Below 0 is not firing.
  const acts = [[1, 1, 0], [1, 0, 0], [1, -1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]];
  const trueActs = [[0, 2, 0], [0, 2, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 3]];
  const found = await recovered({
    decoder: identity,
    truth: identity,
    acts: Float32Array.from(acts.flat()),
    trueActs: Float32Array.from(trueActs.flat()),
    dInput: 3,
    activeAbove: 0,
  });
  near(found.precision!, 0.75);
  near(found.recall!, 1 / 3);
  near(found.f1!, (1 / 2 + 2 / 3 + 0) / 3);
  assert.equal(found.deadLatents, 1);
});

Deno.test("dictionaryRecovery() asks whether a latent is above the variant's threshold: a sigmoid is never 0", async () => {
  // Two sigmoids that follow their features, 0.9 against 0.02, and a third that never rises above 0.1.
  const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const trueActs = Float32Array.of(1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1);
  const acts = trueActs.map((value, i) => i % 3 < 2 && value > 0 ? 0.9 : 0.02);
  const data = { decoder: identity, truth: identity, acts, trueActs, dInput: 3 };
  const found = await recovered({ ...data, activeAbove: 0.1 });
  assert.deepEqual([found.precision, found.recall, found.f1, found.deadLatents], [1, 2 / 3, 2 / 3, 1]);
  const above0 = await recovered({ ...data, activeAbove: 0 }); // what counting f > 0 would say: all are always active
  assert.deepEqual([above0.recall, above0.deadLatents], [1, 0]);
});

Deno.test("dictionaryRecovery() says null where nothing fires, and 0 for a decoder of zeros", async () => {
  const truth = Float32Array.of(1, 0, 0, 1);
  const found = await recovered({ decoder: new Float32Array(4), truth, dInput: 2, ...inactive(2, 2) });
  assert.deepEqual([found.mcc, found.uniqueness, found.deadLatents], [0, 0.5, 2]);
  assert.deepEqual([found.precision, found.recall, found.f1], [null, null, null]);
  const noRows = { acts: new Float32Array(0), trueActs: new Float32Array(0), activeAbove: 0 };
  assert.equal((await recovered({ decoder: truth, truth, dInput: 2, ...noRows })).precision, null);
  const single = {
    decoder: Float32Array.of(-3),
    truth: Float32Array.of(2),
    acts: Float32Array.of(1),
    trueActs: Float32Array.of(1),
    activeAbove: 0,
  };
  const { mcc, f1 } = await recovered({ ...single, dInput: 1 });
  assert.deepEqual([mcc, f1], [1, 1]);
});

Deno.test("dictionaryRecovery() refuses matrices that do not fit, and none", async () => {
  const truth = Float32Array.of(1, 0, 0, 1);
  const shapes = { acts: new Float32Array(4), trueActs: new Float32Array(2), activeAbove: 0 };
  const bad = { decoder: truth, truth, dInput: 2, ...shapes };
  await assert.rejects(() => recovered(bad), /Cannot read true activations: 2 numbers, expected 2 rows of 2/);
  await assert.rejects(
    () => dictionaryRecovery({ ...bad, latents: new InputRows(shapes.acts, 2), decoder: new Float32Array(0) }),
    /0 latents and 2 features/,
  );
  const diverged = { ...bad, decoder: Float32Array.of(1, 0, NaN, 1), trueActs: new Float32Array(4) };
  await assert.rejects(() => recovered(diverged), /row 1 has length NaN, expected finite numbers/);
});
