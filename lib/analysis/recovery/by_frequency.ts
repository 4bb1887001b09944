/**
 * Recovery of features by how often they are active, and of a few trees of them.
 *
 * Makes figures of counts. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { mean } from "../mean.ts";
import { absorptionOf } from "./absorption.ts";
import type { JointCounts } from "./joint_counts.ts";

/** Features that are about equally often active. */
export interface FrequencyBin {
  /** Shares of the rows: from, and up to but not including. */
  from: number;
  to: number;
  /** How many features there are. */
  features: number;
  /** How many of them have a latent. */
  found: number;
  /** Share of a feature's rows on which its latent is active, 0 without a latent; mean over the features. In [0, 1]. */
  recall: number;
}

/** One feature of a tree. */
export interface TreeFeature {
  feature: number;
  /** The feature above; null for a root. */
  parent: number | null;
  /** Share of the rows on which it is active. */
  density: number;
  /** Its latent and the |cos| between them; null without one. */
  latent: number | null;
  cosine: number | null;
  /** Share of its rows on which its latent is active; null without a latent or without rows. */
  recall: number | null;
  /** Of the rows on which it, its latent and its parent are active, those on which the parent's latent is not; null if there are none. */
  absorbs: number | null;
  /** Absorption of it by its children; null if that is not known. */
  absorption: number | null;
}

/** Edges of bins are powers of this. */
const BIN = Math.sqrt(10);
/** How many trees are listed, and to which generation below the root. */
const TREES = 4, GENERATIONS = 2;

/** What is known of the latent that was found for each feature. */
interface Found {
  latentOf: Int32Array;
  cosineOf: Float64Array;
  counts: JointCounts;
  rows: number;
}

/**
 * Features by half decades of their density, from the rarest; features that are active on no row are left out.
 */
export function byFrequency({ latentOf, counts, rows }: Omit<Found, "cosineOf">): FrequencyBin[] {
  const bins = Map.groupBy(
    latentOf.keys().filter((feature) => counts.feature[feature] > 0),
    (feature) => Math.floor(Math.log(counts.feature[feature] / rows) / Math.log(BIN)),
  );
  return [...bins].sort(([a], [b]) => a - b).map(([power, features]) => ({
    from: BIN ** power,
    to: BIN ** (power + 1),
    features: features.length,
    found: features.filter((feature) => latentOf[feature] >= 0).length,
    recall: mean(features.map((feature) => recallOf(feature, { latentOf, counts }) ?? 0))!,
  }));
}

/** The first roots with the features below them, to the second generation, each before its children. */
export function firstTrees(
  { latentOf, cosineOf, counts, rows }: Found,
  { parents, children }: { parents: Int32Array; children: ReadonlyMap<number, readonly number[]> },
): TreeFeature[] {
  const listed: number[] = [];
  const list = (feature: number, generation: number) => {
    listed.push(feature);
    if (generation < GENERATIONS) { for (const child of children.get(feature) ?? []) list(child, generation + 1); }
  };
  for (const root of [...children.keys()].filter((feature) => parents[feature] < 0).slice(0, TREES)) list(root, 0);
  const share = (part: number, whole: number) => whole > 0 ? part / whole : null;
  return listed.map((feature) => ({
    feature,
    parent: parents[feature] < 0 ? null : parents[feature],
    density: counts.feature[feature] / rows,
    latent: latentOf[feature] < 0 ? null : latentOf[feature],
    cosine: latentOf[feature] < 0 ? null : cosineOf[latentOf[feature]],
    recall: recallOf(feature, { latentOf, counts }),
    absorbs: share(counts.childWithoutParent[feature], counts.child[feature]),
    absorption: absorptionOf(counts, children.get(feature) ?? []),
  }));
}

function recallOf(feature: number, { latentOf, counts }: Pick<Found, "latentOf" | "counts">): number | null {
  const latent = latentOf[feature];
  return latent < 0 || counts.feature[feature] === 0 ? null : counts.withMatch[latent] / counts.feature[feature];
}
