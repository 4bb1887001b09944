/**
 * On how many rows latents and true features are active, alone and together: one pass over the latents.
 *
 * Counts; `../recovery.ts` and `absorption.ts` make figures of the counts. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Truth } from "../../data/truth.ts";
import type { RowSource } from "../sparse_rows.ts";

/** Numbers of rows. */
export interface JointCounts {
  /** On which each latent is active, `[nLatents]`. */
  latent: Uint32Array;
  /** On which each feature is active, `[nFeatures]`. */
  feature: Uint32Array;
  /** On which each latent and its matched feature are active, `[nLatents]`. */
  withMatch: Uint32Array;
  /** On which each latent and its nearest feature are active, `[nLatents]`. */
  withNearest: Uint32Array;
  /**
   * Of each child feature `[nFeatures]`: on which it, its latent and its parent are active; and those on which the parent's
   * latent is not. 0 if it or its parent has no latent.
   */
  child: Uint32Array;
  childWithoutParent: Uint32Array;
  /**
   * Of each feature with a latent `[nFeatures]`: on which it is active and none of its children is; and those on which its
   * latent is not.
   */
  alone: Uint32Array;
  aloneMissed: Uint32Array;
}

/** Which latent stands for which feature. */
interface Pairing {
  /** The matched feature of each latent, −1 for none, `[nLatents]`. */
  matched: Int32Array;
  /** The nearest feature of each latent, `[nLatents]`. */
  nearest: Int32Array;
  /** The latent that was found for each feature, −1 for none, `[nFeatures]`. */
  latentOf: Int32Array;
}

/** See the module comment. A latent is active above `activeAbove`. */
export async function jointCounts(
  { latents, truth, activeAbove }: { latents: RowSource; truth: Truth; activeAbove: number },
  { matched, nearest, latentOf }: Pairing,
): Promise<JointCounts> {
  const { testActs, parents } = truth, nLatents = matched.length, nFeatures = latentOf.length;
  const forLatents = () => new Uint32Array(nLatents), forFeatures = () => new Uint32Array(nFeatures);
  const counts: JointCounts = {
    latent: forLatents(),
    feature: forFeatures(),
    withMatch: forLatents(),
    withNearest: forLatents(),
    child: forFeatures(),
    childWithoutParent: forFeatures(),
    alone: forFeatures(),
    aloneMissed: forFeatures(),
  };
  // the last row, from 1, in which each was active, and in which a child of each feature was
  const latentSeen = forLatents(), featureSeen = forFeatures(), childSeen = forFeatures();
  for await (const { first, count, starts, columns, values } of latents.pieces()) {
    for (let piece = 0; piece < count; piece++) {
      const row = first + piece, mark = row + 1, from = testActs.starts[row], to = testActs.starts[row + 1];
      for (let e = from; e < to; e++) {
        const feature = testActs.columns[e];
        featureSeen[feature] = mark;
        counts.feature[feature]++;
        if (parents && parents[feature] >= 0) childSeen[parents[feature]] = mark;
      }
      for (let e = starts[piece]; e < starts[piece + 1]; e++) {
        if (values[e] <= activeAbove) continue;
        const latent = columns[e];
        latentSeen[latent] = mark;
        counts.latent[latent]++;
        if (matched[latent] >= 0 && featureSeen[matched[latent]] === mark) counts.withMatch[latent]++;
        if (featureSeen[nearest[latent]] === mark) counts.withNearest[latent]++;
      }
      const isActive = (latent: number) => latentSeen[latent] === mark;
      for (let e = from; parents && e < to; e++) {
        const feature = testActs.columns[e], parent = parents[feature], latent = latentOf[feature];
        if (latent >= 0 && childSeen[feature] !== mark) {
          counts.alone[feature]++;
          if (!isActive(latent)) counts.aloneMissed[feature]++;
        }
        if (parent < 0 || latent < 0 || latentOf[parent] < 0 || !isActive(latent)) continue;
        counts.child[feature]++;
        if (!isActive(latentOf[parent])) counts.childWithoutParent[feature]++;
      }
    }
  }
  return counts;
}
