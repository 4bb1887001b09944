/**
 * Densities and their histogram against worked cases and a naive twin.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { DENSITY_EDGES, latentDensities, logDensityHistogram } from "../../lib/analysis/density.ts";

Deno.test("latentDensities() equals a count of each column", () => {
  const value = fc.constantFrom(-0.5, 0, 0.05, 0.1, 0.3, 1).map(Math.fround);
  const matrix = fc.integer({ min: 1, max: 5 }).chain((nLatents) =>
    fc.array(fc.array(value, { minLength: nLatents, maxLength: nLatents }), { minLength: 1, maxLength: 9 })
  );
  fc.assert(fc.property(matrix, (rows) => {
    const nLatents = rows[0].length;
    const found = latentDensities(Float32Array.from(rows.flat()), { nLatents, threshold: 0.2 });
    const share = (fires: (a: number) => boolean) =>
      Float64Array.from({ length: nLatents }, (_, j) => rows.filter((row) => fires(row[j])).length / rows.length);
    assert.deepEqual(found, {
      aboveThreshold: share((a) => a > 0.2),
      nonZero: share((a) => a !== 0),
      rows: rows.length,
    });
  }));
});

Deno.test("logDensityHistogram() puts an edge into the bin it opens, and 1 into the last", () => {
  assert.equal(DENSITY_EDGES.length, 11);
  const expected = [1e-5, 10 ** -4.5, 1e-4, 10 ** -3.5, 1e-3, 10 ** -2.5, 1e-2, 10 ** -1.5, 0.1, 10 ** -0.5, 1];
  DENSITY_EDGES.forEach((edge, k) => assert.ok(Math.abs(edge / expected[k] - 1) < 1e-12));
  const { counts } = logDensityHistogram(Float64Array.from(DENSITY_EDGES), 100_000);
  assert.deepEqual(counts, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
  const decades = logDensityHistogram(Float64Array.of(1 / 100, 10 / 100, 10 / 10_000), 100); // as they come from counts
  assert.deepEqual(decades.counts, [0, 0, 0, 0, 1, 0, 1, 0, 1, 0]);
});

Deno.test("logDensityHistogram() finds every latent once", () => {
  const densities = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1 });
  fc.assert(fc.property(densities, (values) => {
    const histogram = logDensityHistogram(Float64Array.from(values), 7);
    const { counts, neverFired, belowFirstEdge, shares } = histogram;
    assert.equal(counts.reduce((a, b) => a + b) + neverFired + belowFirstEdge, values.length);
    counts.forEach((count, k) => {
      const inside = values.filter((p) => p >= DENSITY_EDGES[k] && (p < DENSITY_EDGES[k + 1] || (k === 9 && p === 1)));
      assert.equal(count, inside.length);
    });
    assert.equal(shares.dead, values.filter((p) => p === 0).length / values.length);
    assert.equal(histogram.resolution, 1 / 7);
  }));
});

Deno.test("logDensityHistogram() counts strictly more than 1, 10 and 50 %", () => {
  const { shares } = logDensityHistogram(Float64Array.of(0.01, 0.1, 0.5, 0.51), 100);
  assert.deepEqual(shares, { dead: 0, above1Percent: 0.75, above10Percent: 0.5, above50Percent: 0.25 });
  const dead = logDensityHistogram(new Float64Array(4), 1);
  assert.deepEqual([dead.neverFired, dead.shares.dead, dead.counts.every((n) => n === 0)], [4, 1, true]);
  assert.equal(logDensityHistogram(Float64Array.of(1e-6), 1e6).belowFirstEdge, 1);
});

Deno.test("latentDensities() and logDensityHistogram() refuse what has no density", () => {
  assert.throws(
    () => latentDensities(new Float32Array(0), { nLatents: 2, threshold: 0 }),
    /0 rows, expected at least 1/,
  );
  assert.throws(() => latentDensities(new Float32Array(3), { nLatents: 2, threshold: 0 }), TypeError);
  assert.throws(() => logDensityHistogram(new Float64Array(0), 3), RangeError);
  assert.throws(() => logDensityHistogram(Float64Array.of(NaN), 3), /one is NaN, expected 0 to 1/);
  assert.throws(() => logDensityHistogram(Float64Array.of(1), 0), RangeError);
});
