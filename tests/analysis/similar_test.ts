/**
 * Similar latents against the cosine of every pair.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { stopwatch } from "../fastest.ts";
import { similarLatents } from "../../lib/analysis/similar.ts";
import { Rng } from "../../lib/rng.ts";
import { cosine } from "./cosine.ts";

/** Random effects of latents 0, 2, 4, …, `[n][width]`. */
function effectsOf({ n, width, seed }: { n: number; width: number; seed: number }) {
  const rng = Rng.fromSeed(seed, "test");
  const rows = Array.from({ length: n }, () => Float32Array.from({ length: width }, () => rng.normal()));
  return { rows, latents: rows.map((_, i) => 2 * i), width, effectOf: (latent: number) => rows[latent / 2] };
}

Deno.test("similarLatents() finds the five largest cosines of all pairs, whatever the effects' lengths", () => {
  const sizes = fc.record({
    n: fc.integer({ min: 0, max: 70 }),
    width: fc.integer({ min: 1, max: 9 }),
    seed: fc.integer(),
  });
  fc.assert(fc.property(sizes, (size) => {
    const { rows, ...effects } = effectsOf({ ...size, seed: Math.abs(size.seed) });
    rows.forEach((row, i) => row.forEach((value, d) => row[d] = value * (i + 1)));
    const similar = similarLatents(effects);
    assert.ok(similar.isExact);
    rows.forEach((row, i) => {
      const wanted = rows.map((other) => cosine(row, other)).filter((_, j) => j !== i).sort((a, b) => b - a);
      const found = similar.of(2 * i);
      assert.equal(found.latents.length, Math.min(5, rows.length - 1));
      found.cosines.forEach((value, k) => {
        assert.ok(Math.abs(value - wanted[k]) < 1e-4, `${value} ≠ ${wanted[k]}`);
        assert.ok(Math.abs(value - cosine(row, effects.effectOf(found.latents[k]))) < 1e-4);
      });
      assert.ok(!found.latents.includes(2 * i) && new Set(found.latents).size === found.latents.length);
    });
    assert.deepEqual(similar.of(1), { latents: [], cosines: [] }, "a latent that was not compared");
  }));
});

Deno.test("similarLatents() of many latents says that it is not exact, and finds what is nearly the same", () => {
  const { rows, ...effects } = effectsOf({ n: 6000, width: 200, seed: 7 });
  const rng = Rng.fromSeed(8, "test");
  // every latent of the second half is one of the first half, with a tenth of noise and another length
  for (let i = 3000; i < 6000; i++) {
    for (let d = 0; d < 200; d++) rows[i][d] = 3 * (rows[i - 3000][d] + 0.1 * rng.normal());
  }
  const took = stopwatch();
  const similar = similarLatents(effects);
  assert.ok(!similar.isExact);
  let found = 0;
  for (let i = 0; i < 3000; i++) {
    const { latents, cosines } = similar.of(2 * i);
    if (latents[0] === 2 * (i + 3000)) found++;
    latents.forEach((other, k) => assert.ok(Math.abs(cosines[k] - cosine(rows[i], effects.effectOf(other))) < 1e-4));
    assert.deepEqual(cosines, cosines.toSorted((a, b) => b - a));
  }
  assert.ok(found > 2700, `${found} of 3000 are found`);
  assert.ok(took() < 20_000);
});
