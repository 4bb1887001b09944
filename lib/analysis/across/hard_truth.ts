/**
 * A ranking of the sparsity variants by how well they recover the features of hard planted data, beside the published one.
 *
 * Ranks levels of `family.ts`; trains and measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type VariantName, VARIANTS } from "../../sae/sparsity/variants.ts";
import type { PublishedRecovery } from "../../sae/sparsity/variant.ts";
import type { ComparedRun, Level } from "./family.ts";
import { explainedVariance, median } from "./figures.ts";

/** A figure over the random seeds of a setting. */
export interface Spread {
  median: number;
  least: number;
  largest: number;
}

/** A figure that variants are ranked by. */
export interface RankedFigure {
  /** Its name in {@linkcode PublishedRecovery}. */
  name: keyof PublishedRecovery;
  /** The variants that have the figure, the best first. */
  ranking: { variant: VariantName; own: Spread; published: number | null }[];
  /** Neighbours in the ranking whose random seeds do not overlap, of all neighbours. */
  separated: number;
  /** Spearman's rank correlation with the published figures, over the variants that have one; null for fewer than three. */
  spearman: number | null;
  /** How many variants have a published figure. */
  compared: number;
}

const FIGURES: Record<keyof PublishedRecovery, (run: ComparedRun) => number | null> = {
  f1: ({ metrics }) => metrics.dictionary?.byLatent?.f1 ?? null,
  mcc: ({ metrics }) => metrics.dictionary?.mcc ?? null,
  uniqueness: ({ metrics }) => metrics.dictionary?.uniqueness ?? null,
  explainedVariance: ({ metrics }) => explainedVariance(metrics.test),
};

/** Median, least and largest; null if no value is known. */
export function spread(values: (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b), middle = median(known);
  if (middle === null) return null;
  return { median: middle, least: known[0], largest: known.at(-1)! };
}

/** A ranked figure of one level. */
export function figureOf({ runs }: Level, name: keyof PublishedRecovery): Spread | null {
  return spread(runs.map(FIGURES[name]));
}

/** Each figure's ranking; `levels` has one for each variant, and no baselines. */
export function hardRankings(levels: readonly Level[]): RankedFigure[] {
  return (Object.keys(FIGURES) as (keyof PublishedRecovery)[]).map((name) => {
    const ranking = levels.flatMap((level) => {
      const own = figureOf(level, name), { variant } = level;
      return own === null ? [] : [{ variant, own, published: VARIANTS[variant].published?.[name] ?? null }];
    }).sort((a, b) => b.own.median - a.own.median);
    const known = ranking.filter(({ published }) => published !== null);
    return {
      name,
      ranking,
      separated: ranking.slice(1).filter(({ own }, i) => own.largest < ranking[i].own.least).length,
      spearman: known.length < 3
        ? null
        : spearman(known.map(({ own }) => own.median), known.map(({ published }) => published!)),
      compared: known.length,
    };
  });
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, with the mean rank for equal values.
 *
 * @returns In [−1, 1]; null if all values of a list are equal.
 *
 * @example
 * ```ts
 * import { spearman } from "./hard_truth.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(spearman([1, 2, 3], [10, 20, 15]), 0.5);
 * ```
 */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  const [x, y] = [ranks(a), ranks(b)], middle = (a.length + 1) / 2;
  let both = 0, ofX = 0, ofY = 0;
  for (let i = 0; i < x.length; i++) {
    both += (x[i] - middle) * (y[i] - middle);
    ofX += (x[i] - middle) ** 2;
    ofY += (y[i] - middle) ** 2;
  }
  return ofX === 0 || ofY === 0 ? null : both / Math.sqrt(ofX * ofY);
}

/** Ranks from 1. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length,
      equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
