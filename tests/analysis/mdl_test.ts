/**
 * Description length against a worked case and a naive twin.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { BIN_COUNTS, descriptionLength } from "../../lib/analysis/mdl.ts";
import { InputRows } from "../../lib/analysis/row_sources.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);
const entropy = (shares: number[]) => -shares.filter((q) => q > 0).reduce((sum, q) => sum + q * Math.log2(q), 0);

interface Matrices {
  x: Float32Array<ArrayBuffer>;
  recon: Float32Array<ArrayBuffer>;
  acts: Float32Array<ArrayBuffer>;
  decoder: Float32Array;
  nLatents: number;
}

/** Of matrices in memory. */
const described = ({ x, recon, acts, decoder, nLatents }: Matrices) =>
  descriptionLength({
    latents: new InputRows(acts, nLatents),
    decoder,
    errorsOf: (rows) => {
      const dInput = decoder.length / nLatents;
      const errors = Array.from(rows, (row) =>
        [...x.subarray(row * dInput, (row + 1) * dInput)].map((value, i) => value - recon[row * dInput + i]));
      return Promise.resolve(Float32Array.from(errors.flat()));
    },
  });

Deno.test("descriptionLength() gives the worked bits of two latents on four inputs", async () => {
  // Latent 0 is inactive twice and 0.2 and 1 otherwise: H(½) = 1 bit, and ½ · 1 bit for two bins.
  // Latent 1 fires once: H(¼) = 0.8113 bits, and no more, for it has one value.
  const acts = Float32Array.of(0, 0, 0.2, 0, 1, 0.5, 0, 0);
  const data = { acts, nLatents: 2, decoder: Float32Array.of(1, 0, 0, 1) };
  const noisy = acts.map((value, i) => value + (i % 2 ? 1 : -1)); // an error of 1: rounding hardly counts
  const { bits, binCount, candidates, unroundedMse } = await described({ ...data, x: noisy, recon: acts });
  near(bits!, 1.5 + entropy([0.25, 0.75]));
  assert.equal(binCount, 2);
  near(unroundedMse, 1, 1e-6);
  // With 2 bins: 0.2 → 0.25, 1 → 0.75, 0.5 → 0.375. Errors of −1 (even) and +1 (odd) meet shifts +0.05, −0.25, −0.125.
  near(candidates[0].mse!, (5 + (-1 - 0.05) ** 2 + (-1 + 0.25) ** 2 + (1 + 0.125) ** 2) / 8, 1e-6);
  // More bins take as many bits here, so that none of them is tried.
  assert.deepEqual(candidates.slice(1).map(({ mse }) => mse), BIN_COUNTS.slice(1).map(() => null));
});

Deno.test("descriptionLength() tries 2 bins and 3, and takes 3 where their rounding is the first that is fine enough", async () => {
  // One latent on 50 inputs: 16 times each the middle of a third of its range, once its largest value, once 0.
  const acts = Float32Array.from({ length: 50 }, (_, i) => i < 48 ? [1 / 6, 1 / 2, 5 / 6][i % 3] : i === 48 ? 1 : 0);
  const x = acts.map((value, i) => value + (i % 2 ? 0.1 : -0.1)); // 50 squared errors of 0.01: 0.5 together
  const found = await described({ x, recon: acts, acts, decoder: Float32Array.of(1), nLatents: 1 });
  // 2 bins move each ½ by ¼, whose squares alone are 16 · 1/16. 3 bins move the 1 to 5/6 and nothing else: the error of
  // input 48, −0.1, becomes +1/15, so that the sum falls.
  const [two, three] = found.candidates;
  assert.deepEqual([two.binCount, two.isWithinTolerance, three.binCount, three.isWithinTolerance], [2, false, 3, true]);
  assert.equal(found.binCount, 3);
  near(found.bits!, entropy([0.98, 0.02]) + 0.98 * entropy([16 / 49, 16 / 49, 17 / 49]));
});

Deno.test("descriptionLength() equals rounding every latent and decoding anew", async () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 12 }),
    nLatents: fc.integer({ min: 1, max: 5 }),
    dInput: fc.integer({ min: 1, max: 4 }),
    noise: fc.constantFrom(0, 0.02, 0.5),
    isSigned: fc.boolean(),
    seed: fc.nat(),
  });
  await fc.assert(fc.asyncProperty(sizes, async ({ rows, nLatents, dInput, noise, isSigned, seed }) => {
    const rng = Rng.fromSeed(seed, "test");
    const draw = () => rng.uniform() < 0.5 ? 0 : Math.fround(rng.uniform(isSigned ? -1 : 0, 2));
    const f = Array.from({ length: rows }, () => Array.from({ length: nLatents }, draw));
    const decoder = Array.from(
      { length: nLatents },
      () => Array.from({ length: dInput }, () => Math.fround(rng.normal())),
    );
    const bias = Array.from({ length: dInput }, () => rng.normal());
    const decode = (latents: number[]) =>
      bias.map((b, i) => latents.reduce((sum, value, j) => sum + value * decoder[j][i], b));
    const recon = f.map(decode);
    const x = recon.map((row) => row.map((value) => value + noise * rng.normal()));
    const flat = (matrix: number[][]) => Float32Array.from(matrix.flat());
    const found = await described({
      x: flat(x),
      recon: flat(recon),
      acts: flat(f),
      decoder: flat(decoder),
      nLatents,
    });

    const mseOf = (latents: number[][]) =>
      latents.flatMap((row, n) => decode(row).map((value, i) => (x[n][i] - value) ** 2))
        .reduce((a, b) => a + b) / (rows * dInput);
    near(found.unroundedMse, mseOf(f), 1e-5);
    const ratios: number[] = [];
    const columns = f[0].map((_, j) => f.map((row) => row[j]));
    found.candidates.forEach(({ binCount, bits, mse, isWithinTolerance }) => {
      const edges = columns.map((column) => {
        const low = Math.min(0, ...column), high = Math.max(0, ...column);
        return Array.from({ length: binCount + 1 }, (_, k) => low + (high - low) * k / binCount);
      });
      const bin = (value: number, j: number) =>
        Math.max(0, edges[j].slice(0, -1).findLastIndex((e) => value >= e - 1e-12));
      const total = columns.reduce((sum, column, j) => {
        const fired = column.filter((value) => value !== 0), p = fired.length / rows;
        const shares = edges[j].map((_, k) =>
          fired.filter((value) => bin(value, j) === k).length / Math.max(1, fired.length)
        );
        return sum + entropy([p, 1 - p]) + p * entropy(shares);
      }, 0);
      near(bits, total);
      const rounded = f.map((row) =>
        row.map((value, j) => value === 0 ? 0 : (edges[j][bin(value, j)] + edges[j][bin(value, j) + 1]) / 2)
      );
      ratios.push(mseOf(rounded) / mseOf(f));
      if (mse === null) return; // not tried: another with fewer bits was fine enough
      near(mse, mseOf(rounded), 1e-5);
      assert.equal(isWithinTolerance, mse <= 1.2 * found.unroundedMse);
    });
    if (noise > 0 && ratios.every((ratio) => Math.abs(ratio - 1.2) > 1e-3)) {
      const allowed = found.candidates.filter((_, k) => ratios[k] <= 1.2).map(({ bits }) => bits);
      assert.equal(found.bits, allowed.length ? Math.min(...allowed) : null);
    }
    for (const { binCount, bits } of found.candidates) { // halved bins hold more bits
      const halved = found.candidates.find((other) => other.binCount === 2 * binCount);
      assert.ok(!halved || halved.bits >= bits - 1e-9);
    }
  }));
});

Deno.test("descriptionLength() is 0 bits for latents that never fire or never change", async () => {
  const x = Float32Array.of(1, 2, 3, 4), decoder = Float32Array.of(1, 1);
  const inactive = await described({ x, recon: new Float32Array(4), acts: new Float32Array(8), decoder, nLatents: 2 });
  assert.equal(inactive.bits, 0);
  assert.equal(inactive.binCount, BIN_COUNTS[0]);
  const constant = await described({
    x,
    recon: new Float32Array(4),
    acts: new Float32Array(8).fill(0.5),
    decoder,
    nLatents: 2,
  });
  assert.ok(constant.candidates.every(({ bits }) => bits === 0));
  const single = { x: Float32Array.of(1), recon: Float32Array.of(0), acts: Float32Array.of(0.3) };
  assert.equal((await described({ ...single, decoder: Float32Array.of(1), nLatents: 1 })).candidates[0].bits, 0);
});

Deno.test("descriptionLength() is null where every rounding is too coarse, as for a perfect reconstruction", async () => {
  const acts = Float32Array.of(0.3, 0.77, 1);
  const found = await described({ x: acts, recon: acts, acts, decoder: Float32Array.of(1), nLatents: 1 });
  assert.deepEqual([found.bits, found.binCount, found.unroundedMse], [null, null, 0]);
  assert.ok(found.candidates.every(({ isWithinTolerance }) => !isWithinTolerance));
});

Deno.test("descriptionLength() looks at 2,000 rows evenly spaced", async () => {
  const acts = Float32Array.from({ length: 4000 }, (_, i) => i % 2 ? 1 : 0); // every second row: the inactive ones
  const found = await described({
    x: acts,
    recon: new Float32Array(4000),
    acts,
    decoder: Float32Array.of(1),
    nLatents: 1,
  });
  assert.deepEqual([found.rows, found.checkedRows, found.bits], [2000, 2000, 0]);
});

Deno.test("descriptionLength() refuses no rows and matrices that do not fit", async () => {
  const none = new Float32Array(0), decoder = Float32Array.of(1, 1);
  await assert.rejects(
    () => described({ x: none, recon: none, acts: none, decoder, nLatents: 2 }),
    /0 rows, expected at least 1/,
  );
  await assert.rejects(
    () => described({ x: none, recon: none, acts: Float32Array.of(1, 2), decoder, nLatents: 2 }),
    TypeError,
  );
});
