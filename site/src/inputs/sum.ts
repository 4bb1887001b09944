/**
 * The reconstruction of one input as a sum: the decoder's output without the latents, plus one contribution a latent.
 *
 * Only for a decoder of one linear layer; `removal.ts` is for the others. Works on the 8-bit tiles of a report, so that its
 * numbers are as exact as those. Computes on arrays alone, at build and in the browser.
 *
 * @module
 */
import { meanSquaredError } from "./pixels.ts";

/** A latent's effect tile, and between which activations the tile is the difference. */
export interface EffectTile {
  /** 8-bit levels, `[dInput]`: 128 is no change. */
  levels: ArrayLike<number>;
  /** Change at level 255, in units of the data. */
  effectScale: number;
  /** The latent's activation in the tile; null for a latent that has no effect in its tile. */
  decodedAt: number | null;
  /** The latent's activation in the base: 0, or the mean activation of a sigmoid latent. */
  atRest: number;
}

/** What a latent adds to the reconstruction at an activation, in units of the data, `[dInput]`. */
export function contributionOf(
  { levels, effectScale, decodedAt, atRest }: EffectTile,
  activation: number,
): Float64Array<ArrayBuffer> {
  const isConstant = decodedAt === null || decodedAt === atRest;
  const factor = isConstant ? 0 : (activation - atRest) / (decodedAt - atRest) * effectScale / 127;
  return Float64Array.from(levels, (level) => (level - 128) * factor);
}

/** What a reconstruction has beyond the base and the known contributions, `[dInput]`: the sum of all latents not listed. */
export function remainderOf(
  { recon, base, contributions }: { recon: ArrayLike<number>; base: Float64Array; contributions: Float64Array[] },
): Float64Array<ArrayBuffer> {
  return Float64Array.from(
    recon,
    (value, i) => value - contributions.reduce((sum, contribution) => sum + contribution[i], base[i]),
  );
}

/** The sum up to one part, the part included. */
export interface Step {
  /** `[dInput]`. */
  sum: Float64Array;
  mse: number;
  /** The MSE's change by this part: negative where the part lowers the error. */
  change: number;
}

/**
 * The sum after each part.
 *
 * @param options.mseBase The error of the base alone, as it was measured.
 * @param options.isOn Whether each part is in the sum; a part that is off leaves the sum as it was.
 * @returns One step for the base alone, then one for each part.
 */
export function stepsOf(
  { input, base, mseBase, contributions, isOn }: {
    input: ArrayLike<number>;
    base: Float64Array;
    mseBase: number;
    contributions: Float64Array[];
    isOn: boolean[];
  },
): Step[] {
  const steps: Step[] = [{ sum: base, mse: mseBase, change: 0 }];
  for (const [k, contribution] of contributions.entries()) {
    const before = steps[k];
    const sum = isOn[k] ? before.sum.map((value, i) => value + contribution[i]) : before.sum;
    const mse = isOn[k] ? meanSquaredError(input, sum) : before.mse;
    steps.push({ sum, mse, change: mse - before.mse });
  }
  return steps;
}
