/**
 * The mean |cosine| over pairs of decoder directions against worked cases and every pair in float64.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decoderGeometry } from "../../lib/analysis/decoder_geometry.ts";
import { sampledDecoderPairs } from "../../lib/analysis/decoder_pairs.ts";
import { Rng } from "../../lib/rng.ts";
import { cosine } from "./cosine.ts";

function near(a: number, b: number, tolerance = 1e-12) {
  assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);
}

function normals(n: number, seed: number): Float32Array {
  const rng = Rng.fromSeed(seed, "test");
  return Float32Array.from({ length: n }, () => rng.normal());
}

/** Every pair's |cosine|, one by one. */
function reference(decoder: Float32Array, { width, isKept }: { width: number; isKept(row: number): boolean }): number {
  const rows = Array.from({ length: decoder.length / width }, (_, i) => i).filter(isKept);
  const row = (i: number) => decoder.subarray(i * width, (i + 1) * width);
  const values = rows.flatMap((i) => rows.filter((j) => j > i).map((j) => Math.abs(cosine(row(i), row(j)))));
  return values.reduce((a, b) => a + b, 0) / values.length;
}

Deno.test("the mean |cosine| over pairs is that of every pair, with and without dead latents, at awkward sizes", () => {
  for (const [nLatents, width] of [[2, 1], [3, 5], [33, 7], [70, 3]]) {
    const decoder = normals(nLatents * width, nLatents);
    const densities = Float64Array.from({ length: nLatents }, (_, j) => j % 3 === 2 ? 0 : 0.1);
    const { decoderPairs } = decoderGeometry({ decoder, encoder: decoder, nLatents, densities });
    near(decoderPairs!.meanAbsoluteCosine, reference(decoder, { width, isKept: () => true }));
    near(decoderPairs!.ofActive!, reference(decoder, { width, isKept: (j) => j % 3 !== 2 }));
    assert.equal(decoderPairs!.pairs, nLatents * (nLatents - 1) / 2);
    assert.equal(decoderPairs!.standardError, 0);
  }
});

Deno.test("opposite directions count like equal ones, and the zero vector has no pair", () => {
  const decoder = Float32Array.of(1, 0, -2, 0, 0, 3, 0, 0);
  const { decoderPairs } = decoderGeometry({ decoder, encoder: decoder, nLatents: 4 });
  assert.deepEqual(decoderPairs, { meanAbsoluteCosine: 1 / 3, ofActive: 1 / 3, pairs: 3, standardError: 0 });
  const densities = Float64Array.of(1, 0, 0, 1);
  const withDead = decoderGeometry({ decoder, encoder: decoder, nLatents: 4, densities }).decoderPairs;
  assert.equal(withDead!.ofActive, null, "the only other active latent has no direction");
  const one = Float32Array.of(1, 2);
  assert.equal(decoderGeometry({ decoder: one, encoder: one, nLatents: 1 }).decoderPairs, null);
});

Deno.test("drawn pairs come within four standard errors of all pairs, and the error shrinks with their number", () => {
  const nLatents = 60, width = 9, decoder = normals(nLatents * width, 5);
  const norms = Float64Array.from({ length: nLatents }, (_, j) => {
    return Math.hypot(...decoder.subarray(j * width, (j + 1) * width));
  });
  const truth = reference(decoder, { width, isKept: () => true });
  const [few, many] = [4_000, 64_000].map((pairs) =>
    sampledDecoderPairs({ decoder, norms, isActive: () => true, pairs })!
  );
  for (const drawn of [few, many]) near(drawn.meanAbsoluteCosine, truth, 4 * drawn.standardError);
  near(few.standardError / many.standardError, 4, 0.2);
  assert.equal(many.ofActive, many.meanAbsoluteCosine);
});

Deno.test("more than 2,048 latents are sampled from all of them, not from the first ones", () => {
  const nLatents = 2_500,
    decoder = normals(nLatents * 4, 1).map((value, i) => i < 2_048 * 4 ? Number(i % 4 === 0) : value);
  const { decoderPairs } = decoderGeometry({ decoder, encoder: decoder, nLatents });
  assert.equal(decoderPairs!.pairs, 2 ** 20);
  assert.ok(decoderPairs!.standardError > 0 && decoderPairs!.standardError < 0.001);
  const alike = (2_048 * 2_047) / (nLatents * (nLatents - 1)); // pairs of equal directions
  const random = 4 / (3 * Math.PI); // E|cos| of a direction in 4 dimensions with any other
  near(decoderPairs!.meanAbsoluteCosine, alike + (1 - alike) * random, 0.01);
});
