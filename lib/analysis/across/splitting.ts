/**
 * Which one latent of a dictionary becomes several of another: the others' nearest latents, and how often a part is active
 * without its whole.
 *
 * A latent of B is a part of latent j of A if j is the nearest latent of A, by decoder cosine with its sign, the cosine is
 * above {@linkcode NEAREST_ABOVE}, and, where rows were compared, j is active on more than {@linkcode CO_ACTIVE_ABOVE} of the part's
 * active rows. j is split if it has at least two parts. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A part's decoder cosine with its whole is above this. */
export const NEAREST_ABOVE = 0.5;
/** The whole is active on more than this share of a part's active rows. */
export const CO_ACTIVE_ABOVE = 0.5;

/** The nearest latent of another dictionary, of each latent. */
export class NearestLatents {
  /** −1 for none, `[nLatents]`. */
  readonly latent: Int32Array;
  /** −Infinity for none, `[nLatents]`. */
  readonly cosine: Float64Array;

  constructor(nLatents: number) {
    this.latent = new Int32Array(nLatents).fill(-1);
    this.cosine = new Float64Array(nLatents).fill(-Infinity);
  }

  /** Takes note of a cosine; of equal ones the first stays. */
  offer(latent: number, other: { latent: number; cosine: number }): void {
    if (other.cosine <= this.cosine[latent]) return;
    this.cosine[latent] = other.cosine;
    this.latent[latent] = other.latent;
  }
}

/** What is known of a part's and its whole's activity on the same rows. */
export interface Activity {
  /** Active rows of each whole and of each part, and of both. */
  ofWhole(whole: number): number;
  ofPart(part: number): number;
  ofBoth(whole: number, part: number): number;
}

/** A latent that is split. */
export interface SplitLatent {
  latent: number;
  parts: { latent: number; decoderCosine: number; coActive: number | null; ofWhole: number | null }[];
}

/**
 * The latents that are split, those with most parts first.
 *
 * @param nearest Of each latent of the other dictionary, its nearest one of this.
 * @param activity Null if no rows were compared.
 *
 * @example
 * ```ts
 * import { NearestLatents, splitLatents } from "./splitting.ts";
 * import assert from "node:assert/strict";
 *
 * const nearest = new NearestLatents(3);
 * [0.9, 0.8, 0.3].forEach((cosine, part) => nearest.offer(part, { latent: 7, cosine }));
 * const [{ latent, parts }] = splitLatents(nearest, null);
 * assert.deepEqual([latent, parts.map((part) => part.latent)], [7, [0, 1]]); // the third is too far away
 * ```
 */
export function splitLatents(nearest: NearestLatents, activity: Activity | null): SplitLatent[] {
  const parts = Array.from(nearest.latent, (whole, latent) => {
    const decoderCosine = nearest.cosine[latent];
    if (whole < 0 || decoderCosine <= NEAREST_ABOVE) return null;
    if (activity === null) return { whole, latent, decoderCosine, coActive: null, ofWhole: null };
    const both = activity.ofBoth(whole, latent), own = activity.ofPart(latent);
    if (own === 0 || both / own <= CO_ACTIVE_ABOVE) return null;
    return { whole, latent, decoderCosine, coActive: both / own, ofWhole: both / activity.ofWhole(whole) };
  }).filter((part) => part !== null);
  return [...Map.groupBy(parts, ({ whole }) => whole)]
    .filter(([, own]) => own.length > 1)
    .map(([latent, own]) => ({
      latent,
      parts: own.map(({ whole: _, ...part }) => part).sort((a, b) => b.decoderCosine - a.decoderCosine),
    }))
    .sort((a, b) => b.parts.length - a.parts.length || a.latent - b.latent);
}
