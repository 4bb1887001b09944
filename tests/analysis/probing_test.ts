/**
 * Draws, the logistic regression and the probes against worked cases and SciPy.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { drawBalanced, drawnRows, meanDifferences, splitClasses } from "../../lib/analysis/class_draws.ts";
import { fitLogistic } from "../../lib/analysis/logistic_regression.ts";
import { sparseProbing } from "../../lib/analysis/probing.ts";
import { InputRows } from "../../lib/analysis/row_sources.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);

Deno.test("fitLogistic() finds the minimum that SciPy 1.17 finds (BFGS, then Nelder and Mead)", () => {
  const features = Float64Array.of(0.5, 2, 1.5, -1, 2, 0.5, 3, 1, 0, 0.25, 2.5, -0.5, 1, 1);
  const positives = Uint8Array.of(0, 1, 0, 1, 0, 1, 1);
  const expected = {
    1: [0.70627144, -0.46753081, -0.51112257],
    0.1: [0.1669681, -0.11242447, 0.09258656],
    10: [1.15404338, -0.78639018, -0.98356057],
  };
  for (const [c, [first, second, bias]] of Object.entries(expected)) {
    const probe = fitLogistic(features, { positives, c: Number(c) });
    near(probe.weights[0], first, 1e-6);
    near(probe.weights[1], second, 1e-6);
    near(probe.bias, bias, 1e-6);
  }
});

Deno.test("fitLogistic() stops where no small move lowers the penalised loss", () => {
  const problem = fc.record({
    n: fc.integer({ min: 2, max: 12 }),
    k: fc.integer({ min: 1, max: 5 }),
    scale: fc.constantFrom(1e-3, 1, 1e3),
    c: fc.constantFrom(0.1, 1),
    seed: fc.nat(),
  });
  fc.assert(fc.property(problem, ({ n, k, scale, c, seed }) => {
    const rng = Rng.fromSeed(seed, "test");
    const x = Array.from({ length: n }, () => Array.from({ length: k }, () => scale * rng.normal()));
    const positives = Uint8Array.from({ length: n }, (_, i) => i === 0 ? 1 : i === 1 ? 0 : rng.below(2));
    const loss = (w: number[], b: number) =>
      w.reduce((sum, value) => sum + value * value, 0) / 2 + c * x.reduce((sum, row, i) => {
          const margin = (positives[i] ? 1 : -1) * row.reduce((dot, value, j) => dot + value * w[j], b);
          return sum + (margin > -30 ? Math.log1p(Math.exp(-margin)) : -margin);
        }, 0);
    const { weights, bias } = fitLogistic(Float64Array.from(x.flat()), { positives, c });
    const least = loss([...weights], bias);
    for (const move of [1e-3, -1e-3]) {
      assert.ok(loss([...weights], bias + move) >= least - 1e-9 * Math.abs(least));
      for (let j = 0; j < k; j++) {
        const moved = [...weights];
        moved[j] += move / scale;
        assert.ok(loss(moved, bias) >= least - 1e-9 * Math.abs(least), `weight ${j} of ${weights}`);
      }
    }
  }));
});

Deno.test("fitLogistic() weighs a constant feature 0, and refuses examples of one kind", () => {
  const { weights, bias } = fitLogistic(Float64Array.of(0, 0, 0, 0), { positives: Uint8Array.of(1, 0, 1, 1), c: 1 });
  near(weights[0], 0, 1e-12);
  near(bias, Math.log(3), 1e-9); // three to one
  assert.throws(() => fitLogistic(Float64Array.of(1, 2), { positives: Uint8Array.of(1, 1), c: 1 }), RangeError);
});

Deno.test("splitClasses() keeps a fifth for testing, none of it in training", () => {
  const labels = Uint8Array.from({ length: 500 }, (_, i) => i % 7 === 0 ? 2 : i % 2);
  const { train, test } = splitClasses(labels, { nClasses: 4, seed: 3, trainCap: 100, testCap: 1000 });
  for (let c = 0; c < 4; c++) {
    const own = labels.filter((label) => label === c).length;
    assert.equal(test[c].length, Math.ceil(own / 5));
    assert.equal(train[c].length, Math.min(100, own - Math.ceil(own / 5)));
    const rows = [...train[c], ...test[c]];
    assert.equal(new Set(rows).size, rows.length);
    assert.ok(rows.every((row) => labels[row] === c));
  }
  assert.deepEqual(train, splitClasses(labels, { nClasses: 4, seed: 3, trainCap: 100, testCap: 9 }).train);
  assert.notDeepEqual(train, splitClasses(labels, { nClasses: 4, seed: 4, trainCap: 100, testCap: 9 }).train);
  assert.throws(
    () => splitClasses(labels, { nClasses: 2, seed: 3, trainCap: 1, testCap: 1 }),
    /has label 2, expected 0 to 1/,
  );
});

Deno.test("drawBalanced() draws evenly from the others, and no more positives than negatives", () => {
  const rows = (from: number, n: number) => Uint32Array.from({ length: n }, (_, i) => from + i);
  const byClass = [rows(0, 9), rows(100, 2), rows(200, 20), rows(300, 0)];
  assert.deepEqual([...drawBalanced(byClass, { positive: 0, cap: 99 }).negatives], [
    100,
    200,
    101,
    201,
    202,
    203,
    204,
    205,
    206,
  ]);
  assert.equal(drawBalanced(byClass, { positive: 2, cap: 99 }).positives.length, 11);
  assert.equal(drawBalanced(byClass, { positive: 2, cap: 4 }).positives.length, 4);
  assert.equal(drawBalanced(byClass, { positive: 3, cap: 4 }).negatives.length, 0);
});

Deno.test("meanDifferences() reads each row once and gives it to every draw that has it", async () => {
  const rows = new InputRows(Float32Array.of(1, 2, 0, 9, 3, 6, 5, 0), 2);
  const first = { positives: Uint32Array.of(0, 2), negatives: Uint32Array.of(3, 1) };
  const second = { positives: Uint32Array.of(3), negatives: Uint32Array.of(0) };
  assert.deepEqual(drawnRows([first, second]), {
    rows: Uint32Array.of(0, 1, 2, 3),
    drawn: [
      [{ draw: 0, example: 0 }, { draw: 1, example: 1 }],
      [{ draw: 0, example: 3 }],
      [{ draw: 0, example: 1 }],
      [{ draw: 0, example: 2 }, { draw: 1, example: 0 }],
    ],
  });
  const differences = await meanDifferences(rows, [first, second]);
  // means of (1, 2), (3, 6) less those of (5, 0), (0, 9); then (5, 0) less (1, 2)
  assert.deepEqual(differences, [Float64Array.of(2 - 2.5, 4 - 4.5), Float64Array.of(4, -2)]);
});

/** Column c is the label's, one-hot with noise; the other columns are noise alone. */
function labelled({ rows, width, nClasses, noise }: { rows: number; width: number; nClasses: number; noise: number }) {
  const rng = Rng.fromSeed(1, "test");
  const labels = Uint8Array.from({ length: rows }, () => rng.below(nClasses));
  const values = new Float32Array(rows * width).map(() => noise * rng.normal());
  labels.forEach((label, i) => values[i * width + label] += 1);
  return { values, width, labels, nClasses, seed: 5 };
}

const probed = (
  { values, width, ...data }:
    & { values: Float32Array<ArrayBuffer>; width: number }
    & Parameters<typeof sparseProbing>[1],
) => sparseProbing(new InputRows(values, width), data);

Deno.test("sparseProbing() finds the column that is the class, and tells it almost always", async () => {
  const { accuracy, classes } = await probed(labelled({ rows: 600, width: 20, nClasses: 4, noise: 0.1 }));
  assert.deepEqual(accuracy.map(({ k }) => k), [1, 2, 5]);
  for (const { value } of accuracy) assert.ok(value! > 0.97, `${value}`);
  classes.forEach(({ label, columns, trainRows }) => {
    assert.equal(columns[0], label);
    assert.equal(columns.length, 5);
    assert.ok(trainRows > 200);
  });
});

Deno.test("sparseProbing() is at chance where nothing tells the classes apart", async () => {
  const data = labelled({ rows: 4000, width: 8, nClasses: 2, noise: 1 });
  const labels = data.labels.map((_, i) => (i * 7919 >> 3) & 1);
  const noise = await probed({ ...data, values: data.values.map((_, i) => Math.sin(i * i)), labels });
  for (const { value } of noise.accuracy) near(value!, 0.5, 0.06);
  const constant = await probed({ ...data, values: new Float32Array(data.values.length).fill(3) });
  assert.deepEqual(constant.accuracy.map(({ value }) => value), [0.5, 0.5, 0.5]);
});

Deno.test("sparseProbing() leaves out classes it cannot probe, and sizes above the width", async () => {
  const values = Float32Array.of(0, 0, 0, 1, 1, 1, 5);
  const labels = Uint8Array.of(0, 0, 0, 2, 2, 2, 3); // none of class 1, one of class 3
  const { accuracy, classes } = await probed({ values, width: 1, labels, nClasses: 4, seed: 0 });
  assert.deepEqual(accuracy, [{ k: 1, value: accuracy[0].value }]);
  assert.deepEqual(classes.map(({ accuracy }) => accuracy[0] === null), [false, true, false, true]);
  const alone = await probed({ values, width: 1, labels: new Uint8Array(7), nClasses: 1, seed: 0 });
  assert.deepEqual(alone.accuracy, [{ k: 1, value: null }]);
  const none = await probed({
    values: new Float32Array(0),
    width: 2,
    labels: new Uint8Array(0),
    nClasses: 2,
    seed: 0,
  });
  assert.deepEqual(none.accuracy, [{ k: 1, value: null }, { k: 2, value: null }]);
  await assert.rejects(
    () => probed({ values: values.subarray(1), width: 2, labels, nClasses: 4, seed: 0 }),
    /one for each of 7 labels/,
  );
});

Deno.test("sparseProbing() is decided by its seed", async () => {
  const data = labelled({ rows: 200, width: 6, nClasses: 3, noise: 0.7 });
  assert.deepEqual(await probed(data), await probed(data));
  assert.notDeepEqual(await probed(data), await probed({ ...data, seed: 6 }));
});
