/**
 * The sum of contributions against decoding in float64 with the same weights: exact but for the 8 bits of the tiles.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../../lib/rng.ts";
import { contributionOf, type EffectTile, remainderOf, stepsOf } from "../../../site/src/inputs/sum.ts";

const D_INPUT = 40;

/** A decoder of one linear layer: a bias and a direction for each latent. */
function randomDecoder(count: number) {
  const rng = Rng.fromSeed(3, "init");
  const numbers = () => Float64Array.from({ length: D_INPUT }, () => 2 * rng.uniform() - 1);
  return { bias: numbers(), directions: Array.from({ length: count }, numbers), rng };
}

/** A direction as a report stores it: 8-bit levels of its effect between two activations, on the tile's own scale. */
function tileOf(direction: Float64Array, { decodedAt, atRest }: { decodedAt: number; atRest: number }): EffectTile {
  const effect = direction.map((value) => value * (decodedAt - atRest));
  const effectScale = Math.max(...effect.map(Math.abs));
  return { levels: effect.map((value) => Math.round(128 + 127 * value / effectScale)), effectScale, decodedAt, atRest };
}

Deno.test("contributionOf() is activation times direction, to half a level of its tile", () => {
  const { directions: [direction] } = randomDecoder(1);
  for (const [decodedAt, activation] of [[2, 2], [2, 0.3], [0.5, 0.01], [3, 0]]) {
    const tile = tileOf(direction, { decodedAt, atRest: 0 });
    const contribution = contributionOf(tile, activation);
    const halfLevel = tile.effectScale / 127 / 2 * activation / decodedAt;
    contribution.forEach((value, i) =>
      assert.ok(Math.abs(value - activation * direction[i]) <= halfLevel * 1.0001 + 1e-12, `${decodedAt} ${i}`)
    );
  }
});

Deno.test("contributionOf() counts from the activation at rest, and a latent without an effect contributes nothing", () => {
  const { directions: [direction] } = randomDecoder(1);
  const tile = tileOf(direction, { decodedAt: 0.9, atRest: 0.2 });
  const contribution = contributionOf(tile, 0.1); // below its mean: it takes away
  contribution.forEach((value, i) => assert.ok(Math.abs(value + 0.1 * direction[i]) < 0.001));
  for (const decodedAt of [null, 0.2]) {
    assert.deepEqual(new Set(contributionOf({ ...tile, decodedAt }, 0.7)), new Set([0]));
  }
});

Deno.test("stepsOf() gives after each part what decoding the latents so far gives, and its error", () => {
  const { bias, directions, rng } = randomDecoder(9);
  const input = Float64Array.from({ length: D_INPUT }, () => rng.uniform());
  const active = directions.map((direction) => ({ direction, activation: 3 * rng.uniform() }));
  const isOn = active.map((_, k) => k !== 4);
  const contributions = active.map(({ direction, activation }) =>
    contributionOf(tileOf(direction, { decodedAt: 3, atRest: 0 }), activation)
  );
  const mseBase = bias.reduce((sum, value, i) => sum + (value - input[i]) ** 2, 0) / D_INPUT;
  const steps = stepsOf({ input, base: bias, mseBase, contributions, isOn });
  assert.equal(steps.length, 10);
  for (let n = 0; n <= 9; n++) {
    // Decoded in float64: bias + Σ activation · direction over the first n latents that are on.
    const decoded = bias.map((value, i) =>
      active.slice(0, n).reduce(
        (sum, { direction, activation }, k) => isOn[k] ? sum + activation * direction[i] : sum,
        value,
      )
    );
    const mse = decoded.reduce((sum, value, i) => sum + (value - input[i]) ** 2, 0) / D_INPUT;
    const halfLevels = n * 3 / 127 / 2; // every direction is within ±1 and drawn at 3
    steps[n].sum.forEach((value, i) => assert.ok(Math.abs(value - decoded[i]) <= halfLevels, `${n} ${i}`));
    assert.ok(Math.abs(steps[n].mse - mse) <= halfLevels * (halfLevels + 2 * Math.sqrt(mse)), `${n}`);
    if (n > 0) assert.ok(Math.abs(steps[n].change - (steps[n].mse - steps[n - 1].mse)) < 1e-12);
  }
  assert.equal(steps[5].change, 0, "a part that is off changes nothing");
  assert.equal(steps[5].sum, steps[4].sum);
});

Deno.test("remainderOf() is what all latents that are not listed add", () => {
  const { bias, directions } = randomDecoder(5);
  const recon = bias.map((value, i) => value + directions.reduce((sum, direction) => sum + 0.5 * direction[i], 0));
  const listed = directions.slice(0, 3).map((direction) => direction.map((value) => 0.5 * value));
  const remainder = remainderOf({ recon, base: bias, contributions: listed });
  remainder.forEach((value, i) => assert.ok(Math.abs(value - 0.5 * (directions[3][i] + directions[4][i])) < 1e-12));
});
