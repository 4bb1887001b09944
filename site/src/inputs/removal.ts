/**
 * What removing single latents changes in the reconstruction of one input: for decoders in which contributions do not add.
 *
 * With hidden layers or a sigmoid output, a latent's effect depends on the other latents, so that each is removed by itself
 * while the others stay. Decodes with the model's own weights, at build and in the browser.
 *
 * @module
 */
import type { Decoder } from "../../../lib/sae/decoder.ts";
import { meanSquaredError } from "./pixels.ts";

/** The reconstruction, and what each latent changes in it. */
export interface Removals {
  /** The reconstruction from the latents that are on, `[dInput]`. */
  recon: Float32Array;
  mse: number;
  /** One a latent, in the order given. */
  latents: Removal[];
}

/** One latent less, or if it is off, one more. */
export interface Removal {
  /** The reconstruction with the latent less that without it, all others as they are, `[dInput]`. */
  change: Float64Array;
  /** The reconstruction without it, `[dInput]`. */
  without: Float32Array;
  mseWithout: number;
}

/**
 * Decodes an input's latents with and without each of them.
 *
 * @param options.active The input's active latents; all others are 0.
 * @param options.nLatents Latents of the model.
 * @param options.isOn Whether each active latent is on; one that is off is 0 in `recon`.
 */
export function removalsOf(
  decoder: Decoder,
  { input, active, nLatents, isOn }: {
    input: ArrayLike<number>;
    active: { latent: number; activation: number }[];
    nLatents: number;
    isOn: boolean[];
  },
): Removals {
  const rows = active.length + 1; // the first has all that are on; each other one turns its latent
  const acts = new Float32Array(rows * nLatents);
  for (let row = 0; row < rows; row++) {
    for (const [k, { latent, activation }] of active.entries()) {
      const isTurned = k === row - 1;
      if (isOn[k] !== isTurned) acts[row * nLatents + latent] = activation;
    }
  }
  const recons = decoder.decode(acts);
  const dInput = recons.length / rows;
  const rowOf = (row: number) => recons.subarray(row * dInput, (row + 1) * dInput);
  const recon = rowOf(0);
  const latents = active.map((_, k) => {
    const turned = rowOf(k + 1);
    const [full, without] = isOn[k] ? [recon, turned] : [turned, recon];
    const change = Float64Array.from(full, (value, i) => value - without[i]);
    return { change, without, mseWithout: meanSquaredError(input, without) };
  });
  return { recon, mse: meanSquaredError(input, recon), latents };
}
