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
import { ActivationList } from "../../lib/data/truth.ts";
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

interface Matrices extends Omit<Parameters<typeof dictionaryRecovery>[0], "latents" | "truth"> {
  /** `[nFeatures, dInput]` */
  truth: Float32Array;
  /** `[rows, nLatents]` and `[rows, nFeatures]` */
  acts: Float32Array<ArrayBuffer>;
  trueActs: Float32Array;
  parents?: Int32Array;
}

/** Of matrices in memory. */
const recovered = ({ acts, truth, trueActs, parents, ...data }: Matrices) =>
  dictionaryRecovery({
    ...data,
    truth: {
      features: truth,
      testActs: activationList(trueActs, truth.length / data.dInput),
      parents: parents ?? null,
    },
    latents: new InputRows(acts, data.decoder.length / data.dInput),
  });

function activationList(dense: Float32Array, width: number) {
  const list = new ActivationList();
  for (let start = 0; start < dense.length; start += width) {
    const row = dense.subarray(start, start + width);
    list.add(Array.from(row.keys()).filter((feature) => row[feature] > 0), row);
  }
  return list.finish();
}

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
  await assert.rejects(() => recovered(bad), /Cannot match features: the truth of 1 rows, expected 2/);
  await assert.rejects(
    () =>
      dictionaryRecovery({
        ...{ decoder: new Float32Array(0), dInput: 2, activeAbove: 0, latents: new InputRows(shapes.acts, 2) },
        truth: { features: truth, testActs: activationList(new Float32Array(4), 2), parents: null },
      }),
    /0 latents and 2 features/,
  );
  const diverged = { ...bad, decoder: Float32Array.of(1, 0, NaN, 1), trueActs: new Float32Array(4) };
  await assert.rejects(() => recovered(diverged), /row 1 has length NaN, expected finite numbers/);
});

Deno.test("dictionaryRecovery() rates each latent as a sign of its nearest feature, as published", async () => {
  // Latents 0 and 1 are both nearest to feature 0; latent 2, never active, to feature 1. Rows: feature 0 in 0 to 2.
  const truth = Float32Array.of(1, 0, 0, 1), decoder = Float32Array.of(1, 0, 1, 0.5, 0, 1);
  const trueActs = Float32Array.of(1, 0, 1, 0, 1, 1, 0, 0);
  const acts = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0);
  const { byLatent, uniqueness, trueL0, features, foundFeatures } = await recovered({
    ...{ decoder, truth, trueActs, acts, dInput: 2, activeAbove: 0 },
  });
  // latent 0: rows 0, 1, 3, of which 2 have the feature; latent 1: row 2, of 3 that have it; latent 2: nothing
  near(byLatent.precision, (2 / 3 + 1 + 0) / 3);
  near(byLatent.recall, (2 / 3 + 1 / 3 + 0) / 3);
  near(byLatent.f1, (2 / 3 + 1 / 2 + 0) / 3);
  assert.deepEqual([uniqueness, trueL0, features, foundFeatures], [2 / 3, 1, 2, 2]);
});

/** A parent with two children, of whom one is active at a time; latents are the features themselves. */
const FAMILY = {
  decoder: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  truth: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  parents: Int32Array.of(-1, 0, 0),
  dInput: 3,
  activeAbove: 0,
};

Deno.test("dictionaryRecovery() gives the worked absorption of a parent by its children", async () => {
  const rows = [ // the features, and the latents
    [[1, 0, 0], [1, 0, 0]], // alone, and found
    [[1, 0, 0], [0, 0, 0]], // alone, and missed
    [[1, 1, 0], [0, 1, 0]], // absorbed by child 1
    [[1, 1, 0], [1, 1, 0]],
    [[1, 1, 0], [0, 0, 0]], // missed with its child: nothing absorbs it
    [[1, 0, 1], [1, 0, 1]],
    [[1, 0, 1], [1, 0, 1]],
    [[0, 0, 0], [0, 1, 0]], // a false sign of a child
  ];
  const acts = Float32Array.from(rows.flatMap(([, latents]) => latents));
  const trueActs = Float32Array.from(rows.flatMap(([features]) => features));
  const { absorption, trees } = await recovered({ ...FAMILY, acts, trueActs });
  assert.deepEqual(absorption, { share: 1 / 4, missedAlone: 1 / 2, parents: 1 });
  assert.deepEqual(trees!.map(({ feature, parent, absorbs, absorption }) => [feature, parent, absorbs, absorption]), [
    [0, null, null, 1 / 4],
    [1, 0, 1 / 2, null],
    [2, 0, 0, null],
  ]);
  assert.deepEqual(trees!.map(({ density }) => density), [7 / 8, 3 / 8, 2 / 8]);
  assert.deepEqual(trees!.map(({ recall }) => recall), [4 / 7, 2 / 3, 1]);
});

Deno.test("dictionaryRecovery() has no absorption without trees, and none where a parent or its children have no latent", async () => {
  const acts = Float32Array.of(0, 1, 0), trueActs = Float32Array.of(1, 1, 0);
  const { parents: _, ...lone } = FAMILY;
  assert.deepEqual(await recovered({ ...lone, acts, trueActs }).then(({ absorption, trees }) => [absorption, trees]), [
    null,
    null,
  ]);
  const decoder = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 1); // nothing stands for the parent
  const { absorption, trees } = await recovered({ ...FAMILY, decoder, acts, trueActs });
  assert.deepEqual(absorption, { share: null, missedAlone: null, parents: 0 });
  assert.deepEqual([trees![0].latent, trees![0].cosine, trees![1].latent], [null, null, 1]);
});

Deno.test("dictionaryRecovery() gives recall by half decades of how often features are active", async () => {
  // feature 0 on 50 of 100 rows, found on 25; features 1 and 2 on 4, of which 1 is always found and 2 has no latent
  const trueActs = new Float32Array(300), acts = new Float32Array(200);
  for (let row = 0; row < 100; row++) {
    if (row < 50) trueActs[3 * row] = 1;
    if (row % 25 === 0) trueActs[3 * row + 1] = trueActs[3 * row + 2] = 1;
    if (row < 25) acts[2 * row] = 1;
    if (row % 25 === 0) acts[2 * row + 1] = 1;
  }
  const { byFrequency } = await recovered({
    decoder: Float32Array.of(1, 0, 0, 0, 1, 0),
    ...{ truth: FAMILY.truth, dInput: 3, activeAbove: 0, acts, trueActs },
  });
  assert.deepEqual(byFrequency.map(({ features, found, recall }) => [features, found, recall]), [[2, 1, 0.5], [
    1,
    1,
    0.5,
  ]]);
  for (const [i, density] of [0.04, 0.5].entries()) {
    assert.ok(byFrequency[i].from <= density && density < byFrequency[i].to);
    near(byFrequency[i].to / byFrequency[i].from, Math.sqrt(10), 1e-9);
  }
});

Deno.test("dictionaryRecovery() counts together what a slow count of dense matrices gives", async () => {
  const n = 7, rows = 60, rng = Rng.fromSeed(3, "dense");
  const truth = Float32Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
  const parents = Int32Array.of(-1, 0, 0, 1, 1, -1, 5);
  const trueActs = new Float32Array(rows * n), acts = Float32Array.from({ length: rows * n }, () => rng.below(2));
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f < n; f++) {
      const isAllowed = parents[f] < 0 || trueActs[row * n + parents[f]] > 0;
      if (isAllowed && rng.uniform() < 0.6) trueActs[row * n + f] = 1;
    }
  }
  const on = (matrix: Float32Array, row: number, i: number) => matrix[row * n + i] > 0;
  const all = Array.from({ length: rows }, (_, row) => row);
  const absorbed = [0, 1, 5].map((p) => {
    const pairs = all.flatMap((row) =>
      [...parents.keys()].filter((c) => parents[c] === p && on(trueActs, row, c) && on(acts, row, c)).map(() => row)
    );
    return pairs.filter((row) => !on(acts, row, p)).length / pairs.length;
  });
  const alone = [0, 1, 5].map((p) => {
    const lone = all.filter((row) =>
      on(trueActs, row, p) && ![...parents.keys()].some((c) => parents[c] === p && on(trueActs, row, c))
    );
    return lone.filter((row) => !on(acts, row, p)).length / lone.length;
  });
  const { absorption } = await recovered({ decoder: truth, truth, acts, trueActs, parents, dInput: n, activeAbove: 0 });
  near(absorption!.share!, absorbed.reduce((a, b) => a + b) / 3);
  near(absorption!.missedAlone!, alone.reduce((a, b) => a + b) / 3);
  assert.equal(absorption!.parents, 3);
});
