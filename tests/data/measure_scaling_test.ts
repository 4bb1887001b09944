/**
 * Scalings against the same in plain doubles, one value after the other.
 *
 * @module
 */
import assert from "node:assert/strict";
import { measureScaling, settledScale, unmeasuredScaling } from "../../lib/data/measure_scaling.ts";
import { applyScaling, SCALES, SUBTRACTS } from "../../lib/data/scaling.ts";
import { Rng } from "../../lib/rng.ts";

const D = 7, ROWS = 500;
const rng = Rng.fromSeed(3, "scaling");
const sample = Float32Array.from({ length: D * ROWS }, (_, i) => rng.normal() * (1 + i % D) + 3 * (i % D));
const rows = Array.from({ length: ROWS }, (_, i) => [...sample.subarray(i * D, (i + 1) * D)]);
const column = (j: number) => rows.map((row) => row[j]);
const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${actual} ≠ ${expected}`);

Deno.test("measureScaling() subtracts column means and divides as the scale says", () => {
  for (const subtract of ["none", "mean"] as const) {
    const centre = Array.from({ length: D }, (_, j) => subtract === "mean" ? mean(column(j)) : 0);
    const lengths = rows.map((row) => Math.hypot(...row.map((x, j) => x - centre[j])));
    const { offset, factor, sampledRows } = measureScaling(sample, {
      ...{ scale: "mean-norm", subtract, dInput: D, areBytes: false },
    });
    near(factor as number, Math.sqrt(D) / mean(lengths));
    if (subtract === "none") assert.equal(offset, null);
    else offset!.forEach((value, j) => near(value, centre[j]));
    assert.equal(sampledRows, ROWS);
  }
  const { factor } = measureScaling(sample, { scale: "standard", subtract: "none", dInput: D, areBytes: false });
  (factor as Float32Array).forEach((value, j) => {
    const centre = mean(column(j)), variance = mean(column(j).map((x) => (x - centre) ** 2));
    near(value, 1 / Math.sqrt(variance));
  });
});

Deno.test("a scaled sample is what its scale promises: in [0, 1], of mean length √d, of deviation 1", () => {
  const scaled = (scale: "unit" | "mean-norm" | "standard", subtract: "none" | "mean") => {
    const values = sample.slice();
    applyScaling(values, {
      scaling: measureScaling(sample, { scale, subtract, dInput: D, areBytes: false }),
      dInput: D,
    });
    return Array.from({ length: ROWS }, (_, i) => [...values.subarray(i * D, (i + 1) * D)]);
  };
  const unit = scaled("unit", "none").flat();
  assert.deepEqual([Math.min(...unit), Math.max(...unit)].map((x) => x.toFixed(6)), ["0.000000", "1.000000"]);
  near(mean(scaled("mean-norm", "mean").map((row) => Math.hypot(...row))), Math.sqrt(D));
  for (let j = 0; j < D; j++) {
    const values = scaled("standard", "mean").map((row) => row[j]);
    assert.ok(Math.abs(mean(values)) < 1e-5);
    assert.ok(Math.abs(mean(values.map((x) => x ** 2)) - 1) < 1e-5);
  }
});

Deno.test("a column that does not vary, and rows of zeros, keep their factor of 1", () => {
  const constant = Float32Array.from({ length: 40 }, (_, i) => i % 2 === 0 ? 0.1 : i);
  const { factor } = measureScaling(constant, { scale: "standard", subtract: "none", dInput: 2, areBytes: false });
  assert.equal((factor as Float32Array)[0], 1);
  for (const scale of SCALES) {
    for (const subtract of SUBTRACTS) {
      const zeros = new Float32Array(8);
      applyScaling(zeros, {
        scaling: measureScaling(zeros.slice(), { scale, subtract, dInput: 2, areBytes: false }),
        dInput: 2,
      });
      assert.ok(zeros.every((value) => value === 0), `${scale} ${subtract}`);
    }
  }
});

Deno.test("bytes stay as they are unless something is subtracted or their size is changed", () => {
  const grey = { kind: "image", height: 2, width: 2, channels: 1 } as const,
    bytes = { type: "bytes", shape: grey } as const;
  const vectors = { type: "floats", shape: { kind: "vector", height: 1, width: 4, channels: 1 } } as const;
  assert.deepEqual(
    [bytes, { ...bytes, shape: vectors.shape }, { ...vectors, shape: grey }, vectors].map((rows) =>
      settledScale("auto", rows)
    ),
    ["unit", "unit", "unit", "mean-norm"],
  );
  assert.equal(unmeasuredScaling({ scale: "unit", subtract: "none" }, bytes)?.factor, 1);
  assert.equal(unmeasuredScaling({ scale: "unit", subtract: "mean" }, bytes), null);
  assert.equal(unmeasuredScaling({ scale: "unit", subtract: "none" }, vectors), null);
  assert.equal(unmeasuredScaling({ scale: "row-norm", subtract: "none" }, vectors)?.scale, "row-norm");
});
