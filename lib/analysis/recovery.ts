/**
 * Has the dictionary found the true features? Only where they are known: synthetic data that was made of them.
 *
 * Compares directions by |cos| and firing by rows; does not make the data, and does not tell a split feature from a
 * missed one.
 *
 * @module
 */
import { munkres } from "munkres";
import { rowCount } from "./shapes.ts";

/** What {@linkcode dictionaryRecovery} finds. */
export interface DictionaryRecovery {
  /**
   * Mean |cos| of decoder rows and true features under the one-to-one matching that makes it largest, over min(nLatents,
   * nFeatures) pairs ("MCC"). In [0, 1].
   */
  mcc: number;
  /** Distinct best matches / latents: 1 if no two latents are nearest to the same feature. In (0, 1]. */
  uniqueness: number;
  /**
   * Share of a latent's active rows (f > `activeAbove`) on which its matched feature is active (s > 0), mean over the matched pairs
   * whose latent is ever active. Null if none is.
   */
  precision: number | null;
  /** Share of a feature's active rows on which its latent is active, mean over pairs whose feature ever is. Null as above. */
  recall: number | null;
  /** 2 · both / (latent active + feature active), mean over pairs of which one is ever active. Null if none is. */
  f1: number | null;
  /** Latents that are active on no row. */
  deadLatents: number;
  /** The matching: pairs of latent and feature with the |cos| between them, ordered by latent. */
  matches: { latent: number; feature: number; cosine: number }[];
}

/**
 * Matches latents to true features and rates each as a detector of its match, as SAELens' synthetic evaluation does.
 *
 * The matching is optimal (Hungarian algorithm, npm:munkres). A zero vector has |cos| 0 with everything; the nearest
 * feature of a latent is the first of equals.
 *
 * @param data `decoder` is `[nLatents, dInput]`, `truth` is `[nFeatures, dInput]`, `acts` is `[rows, nLatents]`,
 * `trueActs` is `[rows, nFeatures]`; at least one latent and one feature. A latent is active above `activeAbove`, the
 * variant's threshold: a sigmoid is never 0.
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if `dInput` is no positive integer, there is no latent or no feature, or one of
 * their directions is not finite.
 *
 * @example
 * ```ts
 * import { dictionaryRecovery } from "./recovery.ts";
 * import assert from "node:assert/strict";
 *
 * const truth = Float32Array.of(1, 0, 0, 1), decoder = Float32Array.of(0, -2, 3, 0); // swapped, scaled, one flipped
 * const trueActs = Float32Array.of(1, 0, 0, 1), acts = Float32Array.of(0, 5, 5, 5);
 * const { mcc, uniqueness, precision, recall } = dictionaryRecovery({
 *   decoder, truth, acts, trueActs, dInput: 2, activeAbove: 0,
 * });
 * assert.deepEqual([mcc, uniqueness, precision, recall], [1, 1, 0.75, 1]);
 * ```
 */
export function dictionaryRecovery(
  data: {
    decoder: Float32Array;
    truth: Float32Array;
    acts: Float32Array;
    trueActs: Float32Array;
    dInput: number;
    activeAbove: number;
  },
): DictionaryRecovery {
  const { decoder, truth, acts, trueActs, dInput, activeAbove } = data;
  const nLatents = rowCount(decoder, { width: dInput, name: "the decoder" });
  const nFeatures = rowCount(truth, { width: dInput, name: "the true features" });
  if (nLatents === 0 || nFeatures === 0) {
    throw new RangeError(`Cannot match features: ${nLatents} latents and ${nFeatures} features, expected 1 of each`);
  }
  const rows = rowCount(acts, { width: nLatents, name: "latents" });
  rowCount(trueActs, { width: nFeatures, name: "true activations", rows });
  const cosines = absoluteCosines(decoder, truth, dInput);
  const nearest = cosines.map((row) => row.reduce((best, cosine, k) => cosine > row[best] ? k : best, 0));
  const matches = munkres(cosines.map((row) => row.map((cosine) => -cosine)))
    .map(([latent, feature]) => ({ latent, feature, cosine: cosines[latent][feature] }))
    .sort((a, b) => a.latent - b.latent);
  const fires = rowsAbove(acts, { width: nLatents, threshold: activeAbove });
  const isActive = rowsAbove(trueActs, { width: nFeatures, threshold: 0 });
  const both = matches.map(({ latent, feature }) => {
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (acts[row * nLatents + latent] > activeAbove && trueActs[row * nFeatures + feature] > 0) count++;
    }
    return count;
  });
  return {
    mcc: mean(matches.map(({ cosine }) => cosine))!,
    uniqueness: new Set(nearest).size / nLatents,
    precision: mean(matches.map(({ latent }, i) => both[i] / fires[latent])),
    recall: mean(matches.map(({ feature }, i) => both[i] / isActive[feature])),
    f1: mean(matches.map(({ latent, feature }, i) => 2 * both[i] / (fires[latent] + isActive[feature]))),
    deadLatents: fires.filter((count) => count === 0).length,
    matches,
  };
}

/** |cos| of each decoder row with each true feature, `[nLatents][nFeatures]`; at most 1. */
function absoluteCosines(decoder: Float32Array, truth: Float32Array, dInput: number): Float64Array[] {
  const latents = unitRows(decoder, { dInput, name: "latent" }),
    features = unitRows(truth, { dInput, name: "feature" });
  return latents.map((latent) =>
    Float64Array.from(features, (feature) => {
      let product = 0;
      for (let i = 0; i < dInput; i++) product += latent[i] * feature[i];
      return Math.min(1, Math.abs(product));
    })
  );
}

function unitRows(matrix: Float32Array, { dInput, name }: { dInput: number; name: string }): Float64Array[] {
  return Array.from({ length: matrix.length / dInput }, (_, n) => {
    const row = Float64Array.from(matrix.subarray(n * dInput, (n + 1) * dInput));
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) { // munkres would return some matching of NaN, not an error
      throw new RangeError(`Cannot match features: ${name} ${n} has norm ${norm}, expected finite numbers`);
    }
    return norm > 0 ? row.map((value) => value / norm) : row;
  });
}

/** On how many rows each column is above the threshold. */
function rowsAbove(values: Float32Array, { width, threshold }: { width: number; threshold: number }): Uint32Array {
  const counts = new Uint32Array(width);
  for (let start = 0; start < values.length; start += width) {
    for (let j = 0; j < width; j++) if (values[start + j] > threshold) counts[j]++;
  }
  return counts;
}

/** Mean of the values that are not 0/0, or null where all are. */
function mean(values: number[]): number | null {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length ? known.reduce((a, b) => a + b) / known.length : null;
}
