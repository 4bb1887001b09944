/**
 * Hoyer's and Gini's measures against worked cases and a naive twin, of vectors and of latents that go by in pieces.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { LifetimeMagnitudes } from "../../lib/analysis/lifetime.ts";
import { gini, hoyer, sortMagnitudes } from "../../lib/analysis/sparseness.ts";
import { RowReader } from "../../lib/analysis/sparse_rows.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number, b: number, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);

const giniOf = (values: number[]) => gini(Float32Array.from(values.filter((v) => v !== 0)), values.length);
const hoyerOf = (values: number[]) =>
  hoyer({
    size: values.length,
    l1: values.reduce((sum, v) => sum + v, 0),
    squares: values.reduce((sum, v) => sum + v * v, 0),
  });

/** 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁) (n − k + ½)/n over all values, zeros among them. */
function naiveGini(values: number[]): number {
  const ascending = values.toSorted((a, b) => a - b), n = values.length;
  const l1 = values.reduce((a, b) => a + b, 0);
  return 1 - 2 * ascending.reduce((sum, v, i) => sum + v / l1 * (n - (i + 1) + 0.5) / n, 0);
}

Deno.test("hoyer() and gini() are 0 for equal values, largest for a single one, and ignore scale and order", () => {
  const vector = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(fc.property(vector, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, scale) => {
    for (const measure of [hoyerOf, giniOf]) {
      const own = measure(values);
      assert.ok(own >= -1e-5 && own <= 1 + 1e-5);
      near(measure(values.map((v) => v * scale)), own, 1e-5);
      near(measure(values.toReversed()), own, 1e-5);
    }
    near(giniOf([...values, 0, 0]), naiveGini([...values, 0, 0]));
  }));
  // Worked by hand: (1, 2, 3, 4): ‖·‖₁ = 10, ‖·‖₂ = √30; Gini 1 − 2/(10·4) (1·3.5 + 2·2.5 + 3·1.5 + 4·0.5) = 0.25
  near(hoyerOf([3, 1, 4, 2]), 2 - 10 / Math.sqrt(30));
  near(giniOf([3, 1, 4, 2]), 0.25);
  assert.ok(Number.isNaN(hoyerOf([0, 0, 0])) && Number.isNaN(giniOf([0, 0, 0])));
});

Deno.test("sortMagnitudes() sorts like a comparing sort, short arrays and long ones, wherever they begin", () => {
  for (const length of [0, 1, 5, 1023, 1024, 3001]) {
    const rng = Rng.fromSeed(length, "test");
    const memory = Float32Array.from({ length: length + 1 }, () => rng.uniform() ** 9 * 10 ** rng.below(30));
    const values = memory.subarray(1), expected = Float32Array.from([...values].sort((a, b) => a - b));
    sortMagnitudes(values);
    assert.deepEqual(values, expected.length ? expected : new Float32Array());
  }
});

/** Latents that are usually 0, `[rows][nLatents]`; the last one always. */
function latentsOf(rows: number, nLatents: number): number[][] {
  const rng = Rng.fromSeed(7, "test");
  return Array.from(
    { length: rows },
    () =>
      Array.from(
        { length: nLatents },
        (_, j) => j < nLatents - 1 && rng.uniform() < 0.3 ? Math.fround(Math.exp(rng.normal())) : 0,
      ),
  );
}

Deno.test("LifetimeMagnitudes: exact while all fits, then from histograms, in between poured from one into the other", () => {
  const nLatents = 7, latents = latentsOf(3000, nLatents);
  const columns = latents[0].map((_, j) => latents.map((row) => row[j])).slice(0, -1);
  const expected = columns.reduce((sum, column) => sum + naiveGini(column), 0) / columns.length; // the dead one is left out
  const entries = latents.flat().filter((v) => v !== 0).length;
  for (const mostEntries of [entries, entries - 1, entries / 2, 0]) {
    const lifetime = new LifetimeMagnitudes({ width: nLatents, mostEntries });
    const reader = new RowReader();
    for (let from = 0; from < latents.length; from += 500) {
      lifetime.add(reader.read(Float32Array.from(latents.slice(from, from + 500).flat()), nLatents));
    }
    const isExact = mostEntries >= entries;
    const { value, isExact: found } = lifetime.gini();
    assert.equal(found, isExact);
    assert.equal(lifetime.stored !== null, isExact);
    near(value!, expected, isExact ? 1e-9 : 2e-3);
  }
});

Deno.test("LifetimeMagnitudes is null where every latent is always 0, and finite for values beyond the histogram", () => {
  for (const mostEntries of [100, 0]) {
    const none = new LifetimeMagnitudes({ width: 2, mostEntries });
    none.add(new RowReader().read(new Float32Array(4), 2));
    assert.equal(none.gini().value, null);
    const extreme = new LifetimeMagnitudes({ width: 1, mostEntries });
    extreme.add(new RowReader().read(Float32Array.of(1e-30, 1e30), 1));
    near(extreme.gini().value!, 0.5, 1e-3);
  }
});
