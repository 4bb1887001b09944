/**
 * Removing single latents from a deep decoder, against the same layers written out in float64.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../../lib/rng.ts";
import { Decoder } from "../../../lib/sae/decoder.ts";
import type { Layer } from "../../../lib/sae/model.ts";
import { removalsOf } from "../../../site/src/inputs/removal.ts";

const LATENTS = 5, HIDDEN = 7, INPUT = 12;
const rng = Rng.fromSeed(4, "init");
const weights = (length: number) => Float32Array.from({ length }, () => 2 * rng.uniform() - 1);
const layers: Layer[] = [
  { name: "decoder.0", dIn: LATENTS, dOut: HIDDEN, activation: "relu", isPenalized: false, isFrozen: false },
  { name: "decoder.2", dIn: HIDDEN, dOut: INPUT, activation: "sigmoid", isPenalized: false, isFrozen: false },
];
const params = {
  "decoder.0.weight": weights(HIDDEN * LATENTS),
  "decoder.0.bias": weights(HIDDEN),
  "decoder.2.weight": weights(INPUT * HIDDEN),
  "decoder.2.bias": weights(INPUT),
};

/** The decoder written out for one row of latents. */
function decoded(acts: number[]): number[] {
  const dense = (name: "decoder.0" | "decoder.2", x: number[], dOut: number) =>
    Array.from(
      { length: dOut },
      (_, o) =>
        x.reduce(
          (sum, value, i) => sum + value * params[`${name}.weight`][o * x.length + i],
          params[`${name}.bias`][o],
        ),
    );
  const hidden = dense("decoder.0", acts, HIDDEN).map((value) => Math.max(0, value));
  return dense("decoder.2", hidden, INPUT).map((value) => 1 / (1 + Math.exp(-value)));
}

const active = [{ latent: 3, activation: 0.9 }, { latent: 0, activation: 0.4 }, { latent: 4, activation: 0.2 }];
const input = Float64Array.from({ length: INPUT }, () => rng.uniform());
const close = (a: ArrayLike<number>, b: number[]) =>
  b.forEach((value, i) => assert.ok(Math.abs(a[i] - value) < 1e-6, `${a[i]} ${value}`));
const mseOf = (recon: number[]) => recon.reduce((sum, value, i) => sum + (value - input[i]) ** 2, 0) / INPUT;

Deno.test("removalsOf() decodes with all latents, and without each", () => {
  const { recon, mse, latents } = removalsOf(new Decoder({ layers, params }), {
    input,
    active,
    nLatents: LATENTS,
    isOn: [true, true, true],
  });
  const all = decoded([0.4, 0, 0, 0.9, 0.2]);
  close(recon, all);
  assert.ok(Math.abs(mse - mseOf(all)) < 1e-6);
  const without = [decoded([0.4, 0, 0, 0, 0.2]), decoded([0, 0, 0, 0.9, 0.2]), decoded([0.4, 0, 0, 0.9, 0])];
  for (const [k, expected] of without.entries()) {
    close(latents[k].without, expected);
    close(latents[k].change, all.map((value, i) => value - expected[i]));
    assert.ok(Math.abs(latents[k].mseWithout - mseOf(expected)) < 1e-6);
  }
  const sumOfChanges = latents.reduce((sum, { change }) => sum + change[0], 0);
  assert.ok(Math.abs(sumOfChanges - (all[0] - decoded([0, 0, 0, 0, 0])[0])) > 1e-4, "changes do not add up");
});

Deno.test("removalsOf() leaves latents that are off out, and says of each what putting it back changes", () => {
  const { recon, latents } = removalsOf(new Decoder({ layers, params }), {
    input,
    active,
    nLatents: LATENTS,
    isOn: [true, false, true],
  });
  const now = decoded([0, 0, 0, 0.9, 0.2]);
  close(recon, now);
  close(latents[0].without, decoded([0, 0, 0, 0, 0.2]));
  close(latents[1].without, now);
  close(latents[1].change, decoded([0.4, 0, 0, 0.9, 0.2]).map((value, i) => value - now[i]));
});
