/**
 * How far from orthogonal a dictionary's decoder directions are: the mean |cosine| over pairs of latents.
 *
 * The quantity c_dec of Chanin and Garriga-Alonso, "Sparse but Wrong" (arXiv 2508.16560), whose minimum over L0 the paper
 * proposes as a sign of the right L0. Dead latents count, as they do in the paper; because they keep nearly random
 * directions, the mean without them stands beside it. Says nothing about which pairs are alike.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Rng } from "../rng.ts";

/** Pairs drawn if there are too many to take all: a standard error of 0.0001 at a standard deviation of 0.1. */
const SAMPLED_PAIRS = 2 ** 20;

/** What is known of pairs of decoder directions. */
export interface DecoderPairs {
  /** Mean of |cos(dec_i, dec_j)| over the pairs i < j, in [0, 1]. */
  meanAbsoluteCosine: number;
  /** The same over pairs of latents that are active on some test input; null without such a pair. */
  ofActive: number | null;
  /** Pairs measured; those with the zero vector, which has no direction, are left out. */
  pairs: number;
  /** Standard error of `meanAbsoluteCosine` from drawing pairs; 0 if every pair was measured. */
  standardError: number;
}

/** Adds up pairs. */
export class PairMean {
  #sum = 0;
  #squares = 0;
  #pairs = 0;
  #activeSum = 0;
  #activePairs = 0;
  readonly #isActive: (latent: number) => boolean;

  /** @param isActive Whether a latent is active on some input. */
  constructor(isActive: (latent: number) => boolean) {
    this.#isActive = isActive;
  }

  /** @param cosine NaN for a latent without a direction, which is left out. */
  add(i: number, j: number, cosine: number): void {
    if (Number.isNaN(cosine)) return;
    const value = Math.min(1, Math.abs(cosine));
    this.#sum += value;
    this.#squares += value * value;
    this.#pairs++;
    if (!this.#isActive(i) || !this.#isActive(j)) return;
    this.#activeSum += value;
    this.#activePairs++;
  }

  /** Null without a pair. */
  result({ isSampled }: { isSampled: boolean }): DecoderPairs | null {
    const n = this.#pairs;
    if (n === 0) return null;
    const mean = this.#sum / n, variance = Math.max(0, this.#squares / n - mean * mean);
    return {
      meanAbsoluteCosine: mean,
      ofActive: this.#activePairs > 0 ? this.#activeSum / this.#activePairs : null,
      pairs: n,
      standardError: isSampled ? Math.sqrt(variance / n) : 0,
    };
  }
}

/** Directions of which pairs are drawn. */
export interface SampledDirections {
  /** `[nLatents, dInput]` */
  decoder: Float32Array;
  /** Their lengths, `[nLatents]`, at least two. */
  norms: Float64Array;
  isActive(latent: number): boolean;
  pairs?: number;
}

/**
 * The mean over pairs of two different latents that are drawn evenly and independently, always the same ones.
 *
 * @returns Null if no pair drawn has two directions.
 *
 * @example
 * ```ts
 * import { sampledDecoderPairs } from "./decoder_pairs.ts";
 * import assert from "node:assert/strict";
 *
 * const decoder = Float32Array.of(3, 4, -6, -8), norms = Float64Array.of(5, 10);
 * const pairs = sampledDecoderPairs({ decoder, norms, isActive: (latent) => latent === 0, pairs: 10 });
 * assert.deepEqual(pairs, { meanAbsoluteCosine: 1, ofActive: null, pairs: 10, standardError: 0 });
 * ```
 */
export function sampledDecoderPairs(
  { decoder, norms, isActive, pairs = SAMPLED_PAIRS }: SampledDirections,
): DecoderPairs | null {
  const n = norms.length, width = decoder.length / n, mean = new PairMean(isActive);
  const rng = Rng.fromSeed(0, "decoder pairs");
  for (let drawn = 0; drawn < pairs; drawn++) {
    const i = rng.below(n), other = rng.below(n - 1), j = other < i ? other : other + 1;
    let product = 0;
    for (let d = 0; d < width; d++) product += decoder[i * width + d] * decoder[j * width + d];
    mean.add(i, j, product / (norms[i] * norms[j]));
  }
  return mean.result({ isSampled: true });
}
