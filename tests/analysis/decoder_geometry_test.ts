/**
 * Norms and cosines of a dictionary against worked cases and a naive twin.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { decoderGeometry, spread } from "../../lib/analysis/decoder_geometry.ts";
import { cosine } from "./cosine.ts";
import { Rng } from "../../lib/rng.ts";
import { needs } from "../needs.ts";

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ≠ ${b}`);

const normals = (n: number, seed: number) => {
  const rng = Rng.fromSeed(seed, "test");
  return Float32Array.from({ length: n }, () => rng.normal());
};

Deno.test("decoderGeometry() equals the cosine of every pair, at sizes around a tile's", needs("time"), () => {
  const sizes = fc.record({
    nLatents: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 71 })),
    dInput: fc.integer({ min: 1, max: 9 }),
    compared: fc.integer({ min: 1, max: 80 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, ({ nLatents, dInput, compared, seed }) => {
      const decoder = normals(nLatents * dInput, seed), encoder = normals(nLatents * dInput, seed + 1);
      const row = (matrix: Float32Array, j: number) => matrix.subarray(j * dInput, (j + 1) * dInput);
      const geometry = decoderGeometry({ decoder, encoder, nLatents, comparedLatents: compared });
      assert.equal(geometry.comparedLatents, Math.min(nLatents, compared));
      assert.equal(geometry.nearestDecoderCosines.length, geometry.comparedLatents);
      for (let j = 0; j < nLatents; j++) {
        near(geometry.decoderNorms[j], Math.hypot(...row(decoder, j)));
        near(geometry.encoderNorms[j], Math.hypot(...row(encoder, j)));
        near(geometry.encoderDecoderCosines[j], cosine(row(encoder, j), row(decoder, j)));
      }
      for (let j = 0; j < geometry.comparedLatents; j++) {
        const others = Array.from({ length: geometry.comparedLatents }, (_, i) => i).filter((i) => i !== j);
        if (others.length === 0) assert.ok(Number.isNaN(geometry.nearestDecoderCosines[j]));
        else {near(
            geometry.nearestDecoderCosines[j],
            Math.max(...others.map((i) => cosine(row(decoder, i), row(decoder, j)))),
          );}
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("decoderGeometry() keeps the sign: opposite directions are far apart", () => {
  const decoder = Float32Array.of(1, 0, -2, 0);
  const { nearestDecoderCosines, summary } = decoderGeometry({ decoder, encoder: decoder, nLatents: 2 });
  assert.deepEqual(nearestDecoderCosines, Float64Array.of(-1, -1));
  assert.deepEqual(summary.decoderNorms, { mean: 1.5, median: 1.5, max: 2 });
});

Deno.test("decoderGeometry() leaves a latent without direction out of every comparison", () => {
  const decoder = Float32Array.of(1, 0, 0, 0, 3, 4), encoder = Float32Array.of(0, 0, 1, 1, 3, 4);
  const geometry = decoderGeometry({ decoder, encoder, nLatents: 3 });
  assert.deepEqual(geometry.decoderNorms, Float64Array.of(1, 0, 5));
  assert.deepEqual([...geometry.encoderDecoderCosines], [NaN, NaN, 1]);
  assert.ok(Number.isNaN(geometry.nearestDecoderCosines[1]));
  near(geometry.nearestDecoderCosines[0], 0.6);
  near(geometry.nearestDecoderCosines[2], 0.6);
  near(geometry.summary.nearestDecoderCosines!.mean, 0.6);
  const dead = decoderGeometry({ decoder: new Float32Array(6), encoder, nLatents: 3 });
  assert.equal(dead.summary.nearestDecoderCosines, null);
  assert.deepEqual(dead.summary.decoderNorms, { mean: 0, median: 0, max: 0 });
});

Deno.test("decoderGeometry() compares the first 2,048 latents where there are more, and says so", () => {
  const decoder = new Float32Array(2050).fill(1);
  decoder[2049] = -1;
  const geometry = decoderGeometry({ decoder, encoder: decoder, nLatents: 2050 });
  assert.equal(geometry.comparedLatents, 2048);
  assert.equal(geometry.decoderNorms.length, 2050);
  assert.deepEqual(geometry.summary.nearestDecoderCosines, { mean: 1, median: 1, max: 1 });
});

Deno.test("spread() takes the middle of an odd count, the mean of two of an even one, and sorts by value", () => {
  assert.deepEqual(spread(Float64Array.of(10, -2, 9)), { mean: 17 / 3, median: 9, max: 10 });
  assert.deepEqual(spread(Float64Array.of(4, 1, NaN, 2, 3)), { mean: 2.5, median: 2.5, max: 4 });
  assert.equal(spread(new Float64Array(0)), null);
});

Deno.test("decoderGeometry() refuses matrices of another shape", () => {
  const decoder = new Float32Array(6);
  assert.throws(() => decoderGeometry({ decoder, encoder: new Float32Array(4), nLatents: 3 }), TypeError);
  assert.throws(() => decoderGeometry({ decoder, encoder: decoder, nLatents: 4 }), TypeError);
});
