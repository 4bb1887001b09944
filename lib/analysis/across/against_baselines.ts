/**
 * Where trained dictionaries do not beat baselines: for each figure, each trained level beside the strongest baseline with about as
 * many active latents on the same data, and whether the difference is larger than the spread over random seeds.
 *
 * Source of the question: Korznikov et al., "Sanity checks for sparse autoencoders", 2026. Reads no file. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { baselineOf } from "../../sae/baselines.ts";
import { VARIANTS } from "../../sae/sparsity/variants.ts";
import { type ComparedRun, type Level, levels } from "./family.ts";
import { explainedVariance, median } from "./figures.ts";

/** A figure of which more is better. */
export interface BaselineFigure {
  label: string;
  /** Its key in the glossary. */
  metric: string;
  /** How many decimals are shown. */
  decimals: number;
  of(run: ComparedRun): number | null;
}

/** How many latents are removed for the figure of targeted probe perturbation. */
const REMOVED = 5;

/** The figures that are compared, in the order of the table. */
export const BASELINE_FIGURES: readonly BaselineFigure[] = [
  {
    label: "Explained variance",
    metric: "fvu",
    decimals: 3,
    of: ({ metrics }) => explainedVariance(metrics.test),
  },
  ...[1, 5].map((k): BaselineFigure => ({
    label: `Probing, ${k} latent${k === 1 ? "" : "s"}`,
    metric: "probing",
    decimals: 3,
    of: ({ metrics }) => metrics.probing?.latents.find((probe) => probe.k === k)?.value ?? null,
  })),
  {
    label: `Perturbation, ${REMOVED} latents`,
    metric: "perturbation",
    decimals: 3,
    of: ({ metrics }) => metrics.perturbation?.find(({ n }) => n === REMOVED)?.score ?? null,
  },
  { label: "Recovery, MCC", metric: "dictionary", decimals: 3, of: ({ metrics }) => metrics.dictionary?.mcc ?? null },
];

/** Numbers of active latents that are closer than this, by ratio, are compared. */
const NEAR_L0 = 1.25;

/** A figure over the random seeds of a level. */
export interface SeedSpread {
  median: number;
  least: number;
  largest: number;
  runs: number;
}

/**
 * What a comparison says. `above`: every run of the trained level has more than every run of the baseline. `below`: every run
 * has less. `within`: neither, so the difference is not larger than the spread over random seeds.
 */
export type Outcome = "above" | "within" | "below";

/** A trained level beside the baseline that is strongest by one figure. */
export interface AgainstBaseline<R extends ComparedRun = ComparedRun> {
  figure: BaselineFigure;
  trained: Level<R>;
  baseline: Level<R>;
  ofTrained: SeedSpread;
  ofBaseline: SeedSpread;
  outcome: Outcome;
}

/** Runs on the same data with the same number of latents, some of them baselines. */
export interface BaselineGroup<R extends ComparedRun = ComparedRun> {
  runs: R[];
  levels: Level<R>[];
  comparisons: AgainstBaseline<R>[];
}

/**
 * Runs with as many latents that were measured on the same data, of which some were trained whole and some are baselines; the
 * groups with most runs first.
 */
export function baselineGroups<R extends ComparedRun>(runs: R[]): BaselineGroup<R>[] {
  const groups = Map.groupBy(
    runs,
    ({ config, dataset: { train, test } }) => [train.pixelsSha256, test.pixelsSha256, config.latent].join(),
  );
  return [...groups.values()].filter((own) => new Set(own.map(({ config }) => baselineOf(config) === null)).size === 2)
    .sort((a, b) => b.length - a.length)
    .map((runs) => {
      const all = levels(runs);
      return { runs, levels: all, comparisons: againstBaselines(all) };
    });
}

/**
 * Each trained level whose latents are exactly 0 unless active, beside the strongest baseline near its number of active latents, by
 * each figure that both have.
 */
export function againstBaselines<R extends ComparedRun>(all: Level<R>[]): AgainstBaseline<R>[] {
  const baselines = all.filter(({ baseline }) => baseline !== null);
  const trained = all.filter(({ baseline, variant }) => baseline === null && VARIANTS[variant].activeAbove === 0);
  return BASELINE_FIGURES.flatMap((figure) =>
    trained.flatMap((level): AgainstBaseline<R>[] => {
      const ofTrained = spreadOf(level, figure);
      if (!ofTrained) return [];
      let strongest: { baseline: Level<R>; ofBaseline: SeedSpread } | null = null;
      for (const baseline of baselines) {
        const ofBaseline = isNear(level.l0, baseline.l0) ? spreadOf(baseline, figure) : null;
        if (ofBaseline && ofBaseline.median > (strongest?.ofBaseline.median ?? -Infinity)) {
          strongest = { baseline, ofBaseline };
        }
      }
      if (!strongest) return [];
      return [{ figure, trained: level, ofTrained, ...strongest, outcome: outcomeOf(ofTrained, strongest.ofBaseline) }];
    })
  );
}

function isNear(a: number, b: number): boolean {
  return a > 0 && b > 0 && Math.max(a, b) / Math.min(a, b) <= NEAR_L0;
}

function spreadOf<R extends ComparedRun>({ runs }: Level<R>, { of }: BaselineFigure): SeedSpread | null {
  const values = runs.map(of).filter((value) => value !== null), middle = median(values);
  if (middle === null) return null;
  const [least, largest] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Infinity,
    -Infinity,
  ]);
  return { median: middle, least, largest, runs: values.length };
}

/**
 * What two spreads say of each other.
 *
 * @example
 * ```ts
 * import { outcomeOf } from "./against_baselines.ts";
 * import assert from "node:assert/strict";
 *
 * const spread = (least: number, largest: number) => ({ median: (least + largest) / 2, least, largest, runs: 3 });
 * assert.equal(outcomeOf(spread(0.82, 0.83), spread(0.79, 0.81)), "above");
 * assert.equal(outcomeOf(spread(0.80, 0.83), spread(0.79, 0.81)), "within");
 * assert.equal(outcomeOf(spread(0.70, 0.71), spread(0.79, 0.81)), "below");
 * ```
 */
export function outcomeOf(trained: SeedSpread, baseline: SeedSpread): Outcome {
  if (trained.least > baseline.largest) return "above";
  return trained.largest < baseline.least ? "below" : "within";
}
