/**
 * Whether a dictionary has found the true features, for synthetic data that were made of known features.
 *
 * Compares directions by |cos| and activity by rows. Does not make the data, and does not distinguish a feature
 * that is split over several latents from a missed one. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { matchDirections } from "./across/matching.ts";
import { mean } from "./mean.ts";
import { rowCount } from "./shapes.ts";
import type { RowSource } from "./sparse_rows.ts";

/** What {@linkcode dictionaryRecovery} finds. */
export interface DictionaryRecovery {
  /**
   * Mean |cos| of decoder rows and true features under the one-to-one matching that makes it largest, over
   * min(nLatents, nFeatures) pairs ("MCC"). In [0, 1].
   */
  mcc: number;
  /** Distinct best matches / latents: 1 if no two latents are nearest to the same feature. In (0, 1]. */
  uniqueness: number;
  /**
   * Share of a latent's active rows (f > `activeAbove`) on which its matched feature is active (s > 0), mean over the
   * matched pairs whose latent is ever active. Null if none is.
   */
  precision: number | null;
  /**
   * Share of a feature's active rows on which its latent is active, mean over pairs whose feature ever is. Null as
   * above.
   */
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
 * The matching is the best one of up to 2,048 latents and features, and the best among candidates of more. A zero vector has
 * |cos| 0 with everything; the nearest feature of a latent is the first of equals.
 *
 * @param data `decoder` is `[nLatents, dInput]`, `truth` is `[nFeatures, dInput]`, `latents` is `[rows,
 * nLatents]`, `trueActs` is `[rows, nFeatures]`; at least one latent and one feature. A latent is active above
 * `activeAbove`, the variant's threshold: a sigmoid is never 0.
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if `dInput` is not a positive integer, there is no latent or no feature, or one of
 * their directions is not finite.
 *
 * @example
 * ```ts
 * import { dictionaryRecovery } from "./recovery.ts";
 * import { InputRows } from "./row_sources.ts";
 * import assert from "node:assert/strict";
 *
 * const truth = Float32Array.of(1, 0, 0, 1), decoder = Float32Array.of(0, -2, 3, 0); // swapped, scaled, one flipped
 * const trueActs = Float32Array.of(1, 0, 0, 1), latents = new InputRows(Float32Array.of(0, 5, 5, 5), 2);
 * const { mcc, uniqueness, precision, recall } = await dictionaryRecovery({
 *   decoder, truth, latents, trueActs, dInput: 2, activeAbove: 0,
 * });
 * assert.deepEqual([mcc, uniqueness, precision, recall], [1, 1, 0.75, 1]);
 * ```
 */
export async function dictionaryRecovery(
  data: {
    decoder: Float32Array;
    truth: Float32Array;
    latents: RowSource;
    trueActs: Float32Array;
    dInput: number;
    activeAbove: number;
  },
): Promise<DictionaryRecovery> {
  const { decoder, truth, latents, trueActs, dInput } = data;
  const nLatents = rowCount(decoder, { width: dInput, name: "the decoder" });
  const nFeatures = rowCount(truth, { width: dInput, name: "the true features" });
  if (nLatents === 0 || nFeatures === 0) {
    throw new RangeError(`Cannot match features: ${nLatents} latents and ${nFeatures} features, expected 1 of each`);
  }
  if (latents.width !== nLatents) {
    throw new TypeError(`Cannot match features: latents of width ${latents.width}, expected ${nLatents}`);
  }
  rowCount(trueActs, { width: nFeatures, name: "true activations", rows: latents.count });
  const nearest = new Int32Array(nLatents), largest = new Float64Array(nLatents);
  const { partners, cosines } = matchDirections(
    { values: decoder, rows: Array(nLatents).keys().toArray() },
    { values: truth, rows: Array(nFeatures).keys().toArray() },
    {
      width: dInput,
      onCosine(latent, feature, cosine) {
        if (Math.abs(cosine) <= largest[latent]) return;
        largest[latent] = Math.abs(cosine);
        nearest[latent] = feature;
      },
    },
  );
  const matches = Array.from(
    partners,
    (feature, latent) => ({ latent, feature, cosine: Math.abs(cosines[latent]) }),
  ).filter(({ feature }) => feature >= 0);
  const { active, both } = await activeRows(data, matches);
  const isActive = positiveRows(trueActs, nFeatures);
  const share = (part: number, whole: number) => whole > 0 ? part / whole : null;
  return {
    mcc: mean(matches.map(({ cosine }) => cosine))!,
    uniqueness: new Set(nearest).size / nLatents,
    precision: mean(matches.map(({ latent }) => share(both[latent], active[latent]))),
    recall: mean(matches.map(({ latent, feature }) => share(both[latent], isActive[feature]))),
    f1: mean(matches.map(({ latent, feature }) => share(2 * both[latent], active[latent] + isActive[feature]))),
    deadLatents: active.filter((count) => count === 0).length,
    matches,
  };
}

/** On how many rows each latent is active, and on how many its matched feature is, too; `[nLatents]` each. */
async function activeRows(
  { latents, truth, trueActs, dInput, activeAbove }: Parameters<typeof dictionaryRecovery>[0],
  matches: DictionaryRecovery["matches"],
): Promise<{ active: Uint32Array; both: Uint32Array }> {
  const nFeatures = truth.length / dInput;
  const active = new Uint32Array(latents.width), both = new Uint32Array(latents.width);
  const matched = new Int32Array(latents.width).fill(-1);
  for (const { latent, feature } of matches) matched[latent] = feature;
  for await (const { first, count, starts, columns, values } of latents.pieces()) {
    for (let row = 0; row < count; row++) {
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        if (values[e] <= activeAbove) continue;
        const latent = columns[e], feature = matched[latent];
        active[latent]++;
        if (feature >= 0 && trueActs[(first + row) * nFeatures + feature] > 0) both[latent]++;
      }
    }
  }
  return { active, both };
}

/** On how many rows each column is above 0. */
function positiveRows(values: Float32Array, width: number): Uint32Array {
  const counts = new Uint32Array(width);
  for (let start = 0; start < values.length; start += width) {
    for (let j = 0; j < width; j++) if (values[start + j] > 0) counts[j]++;
  }
  return counts;
}
