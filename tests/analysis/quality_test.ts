/**
 * Reconstruction metrics against worked values and naive twins.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { columnMeans, type ReconstructionQuality, ReconstructionSums } from "../../lib/analysis/quality.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number | null, b: number, tolerance: number) =>
  assert.ok(a !== null && Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);

const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const minus = (a: number[], b: number[]) => a.map((value, i) => value - b[i]);
const squared = (a: number[]) => dot(a, a);

/** Each formula as it is written, over arrays of rows. */
function naive(x: number[][], recon: number[][]): Partial<Record<keyof ReconstructionQuality, number>> {
  const mean = (rows: number[][]) => rows[0].map((_, j) => average(rows.map((row) => row[j])));
  const errors = x.map((row, i) => minus(row, recon[i]));
  const totalVariance = (rows: number[][]) =>
    rows.map((row) => squared(minus(row, mean(rows)))).reduce((a, b) => a + b) / (rows.length - 1);
  const error = errors.map(squared), spread = x.map((row) => squared(minus(row, mean(x))));
  const total = (values: number[]) => values.reduce((a, b) => a + b);
  return {
    mse: average(errors.flat().map((e) => e * e)),
    fvu: total(error) / total(spread),
    explainedVariance: 1 - total(error) / total(spread),
    evLegacy: average(error.map((e, i) => 1 - e / spread[i])),
    evVariance: 1 - totalVariance(errors) / totalVariance(x),
    nmse: average(error.map((e, i) => e / squared(x[i]))),
    cosine: average(x.map((row, i) => dot(row, recon[i]) / Math.sqrt(squared(row) * squared(recon[i])))),
    l2Ratio: average(x.map((row, i) => Math.sqrt(squared(recon[i]) / squared(row)))),
    relativeReconstructionBias: average(recon.map(squared)) / average(x.map((row, i) => dot(row, recon[i]))),
  };
}

/** The mean of each column, in float64. */
function meansOf(x: number[][]): Float64Array {
  return Float64Array.from(x[0], (_, i) => x.reduce((sum, row) => sum + Math.fround(row[i]), 0) / x.length);
}

function measure(x: number[][], recon: number[][]): ReconstructionQuality {
  const [flatX, flatRecon] = [Float32Array.from(x.flat()), Float32Array.from(recon.flat())];
  const sums = new ReconstructionSums({ means: meansOf(x) });
  sums.add(flatX, flatRecon);
  return sums.result();
}

Deno.test("ReconstructionSums gives the worked values of all formulas that go by the name of explained variance", () => {
  const quality = measure([[1, 1], [3, 1], [1, 2], [4, 3]], [[1, 1], [2.5, 1], [1, 1.5], [4, 3.5]]);
  near(quality.mse, 0.75 / 8, 1e-15);
  near(quality.explainedVariance, 0.921053, 5e-7);
  near(quality.evLegacy, 0.892469, 5e-7);
  near(quality.evVariance, 0.927632, 5e-7);
  near(quality.nmse, 0.021250, 5e-7);
  near(quality.fvu, 0.078947, 5e-7);
  near(quality.l2Ratio, 0.930177, 5e-7);
  near(quality.relativeReconstructionBias, 0.993902, 5e-7);
  near(quality.cosine, 0.996929, 5e-7);
  assert.deepEqual([quality.rows, quality.zeroRows], [4, 0]);
});

Deno.test("ReconstructionSums equals the formulas as written, however the rows are cut into pieces", () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 2, max: 9 }),
    dInput: fc.integer({ min: 1, max: 7 }),
    offset: fc.constantFrom(0, 100),
    seed: fc.integer({ min: 0, max: 1e6 }),
    first: fc.nat({ max: 9 }),
  });
  fc.assert(fc.property(sizes, ({ rows, dInput, offset, seed, first }) => {
    const rng = Rng.fromSeed(seed, "test");
    const make = () =>
      Array.from({ length: rows }, () => Array.from({ length: dInput }, () => Math.fround(offset + rng.normal())));
    const x = make(), recon = make();
    const wanted = naive(x, recon);
    const flatX = Float32Array.from(x.flat()), flatRecon = Float32Array.from(recon.flat());
    const cut = Math.min(first, rows) * dInput;
    const means = meansOf(x);
    for (const source of [dInput, { means }]) {
      const sums = new ReconstructionSums(source);
      sums.add(flatX.subarray(0, cut), flatRecon.subarray(0, cut));
      sums.add(flatX.subarray(cut), flatRecon.subarray(cut));
      const quality = sums.result();
      for (const key of Object.keys(wanted) as (keyof ReconstructionQuality)[]) {
        if (key === "evLegacy" && typeof source === "number") assert.equal(quality[key], null);
        else near(quality[key], wanted[key]!, 1e-8 * Math.max(1, Math.abs(wanted[key]!)));
      }
    }
  }));
});

Deno.test("ReconstructionSums says null, not NaN, where a formula has nothing to divide by", () => {
  const all = { mse: null, fvu: null, explainedVariance: null, evLegacy: null, evVariance: null, nmse: null } as const;
  assert.deepEqual(new ReconstructionSums(3).result(), {
    ...{ rows: 0, zeroRows: 0, cosine: null, l2Ratio: null, relativeReconstructionBias: null },
    ...all,
  });
  const one = measure([[0.1, 0.7]], [[0.1, 0.2]]); // a single row does not vary
  near(one.mse, 0.125, 1e-7);
  assert.deepEqual([one.fvu, one.explainedVariance, one.evLegacy, one.evVariance], [null, null, null, null]);
  const constant = measure([[0.1, 0.7], [0.1, 0.7], [0.1, 0.7]], [[0, 0], [1, 1], [0, 0]]);
  assert.deepEqual([constant.fvu, constant.evLegacy, constant.evVariance], [null, null, null]);
  assert.ok(constant.nmse !== null && constant.l2Ratio !== null);
});

Deno.test("ReconstructionSums leaves rows without a ratio out and counts them", () => {
  const whole = measure([[3, 4], [0, 0], [6, 8]], [[3, 4], [1, 1], [0, 0]]);
  assert.equal(whole.zeroRows, 1);
  near(whole.nmse, 0.5, 1e-12); // 0 and 1
  near(whole.l2Ratio, 0.5, 1e-12); // 1 and 0
  near(whole.cosine, 1, 1e-12); // the first row alone
  const onlyZeros = measure([[0, 0], [0, 0]], [[1, 1], [1, 1]]);
  assert.deepEqual(
    [onlyZeros.nmse, onlyZeros.l2Ratio, onlyZeros.cosine, onlyZeros.relativeReconstructionBias, onlyZeros.zeroRows],
    [null, null, null, null, 2],
  );
  const atTheMean = measure([[1], [2], [3]], [[1], [2], [2]]); // the second row is x̄: 1 and 1 − 1/1
  near(atTheMean.evLegacy, 0.5, 1e-12);
});

Deno.test("ReconstructionSums.evVariance ignores a constant offset of the error, fvu does not", () => {
  const quality = measure([[1, 5], [2, 3], [4, 4]], [[3, 4], [4, 2], [6, 3]]);
  near(quality.evVariance, 1, 1e-12);
  assert.ok(quality.fvu! > 1);
});

Deno.test("columnMeans() averages rows however they are cut into pieces, read at once or one after the other", async () => {
  const rows = [[1, 100], [4, 101], [7, 105]], values = Float32Array.from(rows.flat());
  const read = async function* () {
    await Promise.resolve();
    yield values.subarray(0, 2);
    yield values.subarray(2);
  };
  for (const chunks of [[values], [values.subarray(0, 4), values.subarray(4)], read()]) {
    assert.deepEqual(await columnMeans(chunks, 2), Float64Array.of(4, 102));
  }
});

Deno.test("ReconstructionSums and columnMeans() refuse what is not whole rows", async () => {
  const sums = new ReconstructionSums(2);
  assert.throws(
    () => sums.add(new Float32Array(3), new Float32Array(3)),
    /Cannot read inputs: 3 numbers, expected a multiple/,
  );
  assert.throws(() => sums.add(new Float32Array(4), new Float32Array(2)), /expected 2 rows of 2/);
  assert.throws(() => new ReconstructionSums(0), RangeError);
  await assert.rejects(columnMeans([], 2), /0 rows, expected at least 1/);
});
