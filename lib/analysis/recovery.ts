/**
 * Whether a dictionary has found the true features, for planted data, which were made of known features.
 *
 * Compares directions by |cos| and activity by rows. Does not make the data, and does not distinguish a feature
 * that is split over several latents from a missed one. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Truth } from "../data/truth.ts";
import { matchDirections } from "./across/matching.ts";
import { mean } from "./mean.ts";
import { type Absorption, absorption, childrenOf } from "./recovery/absorption.ts";
import { byFrequency, firstTrees, type FrequencyBin, type TreeFeature } from "./recovery/by_frequency.ts";
import { jointCounts } from "./recovery/joint_counts.ts";
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
  /**
   * The same three with each latent's nearest feature instead of the matched one, mean over all latents; what is not
   * defined counts as 0. SynthSAEBench's figures (arXiv 2602.14687).
   */
  byLatent: { precision: number; recall: number; f1: number };
  /** Latents that are active on no row. */
  deadLatents: number;
  /** How many features there are, and how many of them have a latent: matched, with |cos| ≥ {@linkcode FOUND}. */
  features: number;
  foundFeatures: number;
  /** Active features per row, mean. */
  trueL0: number;
  /** How often the latents of parents are missing beside those of their children; null without trees. */
  absorption: Absorption | null;
  /** Recovery by how often features are active. */
  byFrequency: FrequencyBin[];
  /** Some trees; null without any. */
  trees: TreeFeature[] | null;
  /** The matching: pairs of latent and feature with the |cos| between them, ordered by latent. */
  matches: { latent: number; feature: number; cosine: number }[];
}

/** A feature has a latent if the matched one has at least this |cos| with it: far above that of random directions. */
const FOUND = 0.5;

/**
 * Matches latents to true features and rates each as a detector of its match, and of its nearest feature.
 *
 * The matching is the best one of up to 2,048 latents and features, and the best among candidates of more. A zero vector has
 * |cos| 0 with everything; the nearest feature of a latent is the first of equals.
 *
 * @param data `decoder` is `[nLatents, dInput]`, `latents` is `[rows, nLatents]` of the rows of `truth`; at least one latent
 * and one feature. A latent is active above `activeAbove`, the variant's threshold: a sigmoid is never 0.
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
 * const features = Float32Array.of(1, 0, 0, 1), decoder = Float32Array.of(0, -2, 3, 0); // swapped, scaled, one flipped
 * const testActs = { // feature 0 in the first row, 1 in the second
 *   count: 2, starts: Uint32Array.of(0, 1, 2), columns: Uint32Array.of(0, 1), values: Float32Array.of(1, 1),
 * };
 * const latents = new InputRows(Float32Array.of(0, 5, 5, 5), 2);
 * const { mcc, uniqueness, precision, recall } = await dictionaryRecovery({
 *   decoder, truth: { features, testActs, parents: null }, latents, dInput: 2, activeAbove: 0,
 * });
 * assert.deepEqual([mcc, uniqueness, precision, recall], [1, 1, 0.75, 1]);
 * ```
 */
export async function dictionaryRecovery(
  data: { decoder: Float32Array; truth: Truth; latents: RowSource; dInput: number; activeAbove: number },
): Promise<DictionaryRecovery> {
  const { decoder, truth: { features, testActs, parents }, latents, dInput } = data;
  const nLatents = rowCount(decoder, { width: dInput, name: "the decoder" });
  const nFeatures = rowCount(features, { width: dInput, name: "the true features" });
  if (nLatents === 0 || nFeatures === 0) {
    throw new RangeError(`Cannot match features: ${nLatents} latents and ${nFeatures} features, expected 1 of each`);
  }
  if (latents.width !== nLatents) {
    throw new TypeError(`Cannot match features: latents of width ${latents.width}, expected ${nLatents}`);
  }
  if (testActs.count !== latents.count) {
    throw new TypeError(`Cannot match features: the truth of ${testActs.count} rows, expected ${latents.count}`);
  }
  const nearest = new Int32Array(nLatents), largest = new Float64Array(nLatents);
  const { partners: matched, cosines } = matchDirections(
    { values: decoder, rows: Array(nLatents).keys().toArray() },
    { values: features, rows: Array(nFeatures).keys().toArray() },
    {
      width: dInput,
      onCosine(latent, feature, cosine) {
        if (Math.abs(cosine) <= largest[latent]) return;
        largest[latent] = Math.abs(cosine);
        nearest[latent] = feature;
      },
    },
  );
  const cosineOf = cosines.map(Math.abs), latentOf = new Int32Array(nFeatures).fill(-1);
  matched.forEach((feature, latent) => {
    if (feature >= 0 && cosineOf[latent] >= FOUND) latentOf[feature] = latent;
  });
  const matches = Array.from(matched, (feature, latent) => ({ latent, feature, cosine: cosineOf[latent] }))
    .filter(({ feature }) => feature >= 0);
  const counts = await jointCounts(data, { matched, nearest, latentOf });
  const share = (part: number, whole: number) => whole > 0 ? part / whole : null;
  const ofLatents = (figure: (latent: number) => number | null) =>
    mean(counts.latent.keys().map((latent) => figure(latent) ?? 0))!;
  const both = counts.withMatch, near = counts.withNearest, found = { latentOf, cosineOf, counts, rows: latents.count };
  const children = parents && childrenOf(parents);
  return {
    mcc: mean(matches.map(({ cosine }) => cosine))!,
    uniqueness: new Set(nearest).size / nLatents,
    precision: mean(matches.map(({ latent }) => share(both[latent], counts.latent[latent]))),
    recall: mean(matches.map(({ latent, feature }) => share(both[latent], counts.feature[feature]))),
    f1: mean(
      matches.map(({ latent, feature }) => share(2 * both[latent], counts.latent[latent] + counts.feature[feature])),
    ),
    byLatent: {
      precision: ofLatents((latent) => share(near[latent], counts.latent[latent])),
      recall: ofLatents((latent) => share(near[latent], counts.feature[nearest[latent]])),
      f1: ofLatents((latent) => share(2 * near[latent], counts.latent[latent] + counts.feature[nearest[latent]])),
    },
    deadLatents: counts.latent.filter((count) => count === 0).length,
    features: nFeatures,
    foundFeatures: latentOf.filter((latent) => latent >= 0).length,
    trueL0: testActs.count > 0 ? testActs.columns.length / testActs.count : 0,
    absorption: children && absorption(counts, children),
    byFrequency: byFrequency(found),
    trees: children && firstTrees(found, { parents: parents!, children }),
    matches,
  };
}
