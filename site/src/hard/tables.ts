/**
 * What the pages of hard planted data show: figures in words, bins of features, and trees as nested lists.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RankedFigure } from "../../../lib/analysis/across/hard_truth.ts";
import type { Run } from "../../../lib/report/schema.ts";
import type { Pair } from "../charts/dumbbells.ts";
import { fixed, percent } from "../format.ts";

/** What is known of a run's recovery. */
export type RunRecovery = NonNullable<Run["metrics"]["dictionary"]>;

/** The names of the ranked figures. */
export const FIGURE_NAMES: Record<RankedFigure["name"], string> = {
  f1: "F1",
  mcc: "MCC",
  uniqueness: "Uniqueness",
  explainedVariance: "Explained variance",
};

/** Recall and the share with a latent of each bin of features, from the rarest. */
export function frequencyPairs({ byFrequency }: RunRecovery): Pair[] {
  return byFrequency.map(({ from, to, features, found, recall }) => ({
    name: `${percent(from)} to ${percent(Math.min(1, to))}`,
    value: recall,
    compared: found / features,
  }));
}

/** The bins in a sentence: from which frequency on most features have a latent. */
export function frequencySentence({ byFrequency }: RunRecovery): string {
  const rare = byFrequency.filter(({ found, features }) => found < features / 2).at(-1);
  const rest = rare ? byFrequency.filter(({ from }) => from >= rare.to * 0.99) : byFrequency;
  if (rest.length === 0) return "In no bin do half of the features have a latent.";
  if (!rare) return "In every bin at least half of the features have a latent.";
  return `Half of the features or more have a latent where a feature is active on at least ${
    percent(rest[0].from)
  } of the vectors; rarer ones mostly have none.`;
}

/** A feature with those below it. */
export interface TreeNode {
  feature: number;
  density: string;
  /** The latent that was found for it; null without one. */
  latent: number | null;
  recall: string | null;
  /** Share of the rows with it and its latent on which the parent's latent is missing, in [0, 1]; null if not known. */
  absorbs: number | null;
  absorbsText: string | null;
  children: TreeNode[];
}

/** The trees of a run, root by root; none for data without trees. */
export function treesOf({ trees }: Pick<RunRecovery, "trees">): TreeNode[] {
  const nodes = new Map<number, TreeNode>(), roots: TreeNode[] = [];
  for (const { feature, parent, density, latent, recall, absorbs } of trees ?? []) {
    const node = {
      ...{ feature, latent, absorbs, density: percent(density), children: [] },
      recall: recall === null ? null : percent(recall),
      absorbsText: absorbs === null ? null : percent(absorbs),
    };
    nodes.set(feature, node);
    (parent === null ? roots : nodes.get(parent)!.children).push(node);
  }
  return roots;
}

/** Numbers of active latents that differ by no more than this ratio are nearly equal. */
const NEARLY = 1.25;

/** Whether the methods are compared at equal sparsity. @param levels With active latents above 0 where any latent is active. */
export function sparsitySentence(levels: readonly { l0: number }[]): string {
  const l0s = levels.map(({ l0 }) => l0), least = Math.min(...l0s), most = Math.max(...l0s);
  return most <= NEARLY * least
    ? "The methods are compared at nearly equal numbers of active latents."
    : `Their numbers of active latents differ (${fixed(least, 1)} to ${
      fixed(most, 1)
    }), so the figures do not rank the methods: equal sparsity needs a longer training or another k or λ.`;
}

/** With how many random seeds methods were trained. @param seeds Of each method. */
export function seedsSentence(seeds: readonly number[]): string {
  const least = Math.min(...seeds), most = Math.max(...seeds);
  if (most === 1) return "Each was trained with one random seed.";
  return `Each was trained with ${least === most ? most : `${least} to ${most}`} random seeds.`;
}

/** How many gaps between neighbours are larger than the spread over random seeds, in a sentence. */
export function separationSentence({ name, separated, ranking }: RankedFigure, seeds: number): string {
  const gaps = ranking.length - 1;
  if (gaps < 1) return "";
  if (seeds < 2) return "A method with one random seed may have another rank with the next random seed.";
  const are = separated === 1 ? "is" : "are";
  return `By ${
    FIGURE_NAMES[name]
  }, ${separated} of ${gaps} gaps between neighbours ${are} larger than the spread over random seeds.`;
}

/** The rank correlations in a sentence. */
export function agreementSentence(figures: readonly RankedFigure[]): string {
  const known = figures.filter(({ spearman }) => spearman !== null);
  if (known.length === 0) return "Too few methods have published figures for a rank correlation.";
  const each = known.map(({ name, spearman }) => `${fixed(spearman!, 2)} for ${FIGURE_NAMES[name]}`);
  const text = each.length < 2 ? each[0] : `${each.slice(0, -1).join(", ")} and ${each.at(-1)}`;
  return `Spearman’s rank correlation with the published figures, over the ${
    known[0].compared
  } methods that have them, is ${text}.`;
}
