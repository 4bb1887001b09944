/**
 * Absorption by truth: how often the latent of a parent is not active although the parent is, while a child is active and has
 * a latent that is.
 *
 *     absorption(p) = Σ_c #{rows: c, p and the latent of c are active, the latent of p is not} / Σ_c #{rows: c, p and the latent of c are active}
 *
 * over the children c of p. Needs the true tree, and so is another figure than SAEBench's absorption, which finds the absorbing
 * latents by a probe. It does not say why the parent's latent is not active: `missedAlone` says how often it is missing
 * without any active child, and only what is beyond that is due to children. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { mean } from "../mean.ts";
import type { JointCounts } from "./joint_counts.ts";

/** See the module comment. */
export interface Absorption {
  /** Mean of the parents' absorption; null if none has any. In [0, 1]. */
  share: number | null;
  /**
   * Mean over the same parents of the share of rows on which the parent's latent is not active, of those on which the parent
   * is and none of its children; null if there is no such row. In [0, 1].
   */
  missedAlone: number | null;
  /** How many parents stand behind `share`: those with a latent that have a child with an active latent on some row. */
  parents: number;
}

/** Absorption of one parent, `children` the features below it. Null if no child's latent was ever active beside it. */
export function absorptionOf(
  { child, childWithoutParent }: Pick<JointCounts, "child" | "childWithoutParent">,
  children: readonly number[],
): number | null {
  let rows = 0, missing = 0;
  for (const feature of children) {
    rows += child[feature];
    missing += childWithoutParent[feature];
  }
  return rows > 0 ? missing / rows : null;
}

/**
 * The mean over parents.
 *
 * @param childrenOf The children of each parent, by the parent's number.
 *
 * @example
 * ```ts
 * import { absorption } from "./absorption.ts";
 * import assert from "node:assert/strict";
 *
 * // Feature 0 has the children 1 and 2: 10 and 30 rows with an active latent of the child, 10 and 0 without the parent's.
 * const counts = {
 *   child: Uint32Array.of(0, 10, 30), childWithoutParent: Uint32Array.of(0, 10, 0),
 *   alone: Uint32Array.of(50, 0, 0), aloneMissed: Uint32Array.of(1, 0, 0),
 * };
 * assert.deepEqual(absorption(counts, new Map([[0, [1, 2]]])), { share: 0.25, missedAlone: 0.02, parents: 1 });
 * ```
 */
export function absorption(
  counts: Pick<JointCounts, "child" | "childWithoutParent" | "alone" | "aloneMissed">,
  childrenOf: ReadonlyMap<number, readonly number[]>,
): Absorption {
  const parents = [...childrenOf].map(([parent, children]) => ({
    share: absorptionOf(counts, children),
    missedAlone: counts.alone[parent] > 0 ? counts.aloneMissed[parent] / counts.alone[parent] : null,
  })).filter(({ share }) => share !== null);
  return {
    share: mean(parents.map(({ share }) => share)),
    missedAlone: mean(parents.map(({ missedAlone }) => missedAlone)),
    parents: parents.length,
  };
}

/** The children of each feature that has some, in the order of the features. */
export function childrenOf(parents: Int32Array): Map<number, number[]> {
  const children = new Map<number, number[]>();
  parents.forEach((parent, feature) => {
    if (parent < 0) return;
    const own = children.get(parent);
    if (own) own.push(feature);
    else children.set(parent, [feature]);
  });
  return children;
}
