/**
 * The runs that the family's page compares, and what its charts and tables show of them. Chooses; measures nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { methodName } from "../../../lib/analysis/across/baseline_text.ts";
import { explainedVariance, median } from "../../../lib/analysis/across/figures.ts";
import {
  comparableRuns,
  type ComparedRun,
  type Level,
  levels,
  nearestLevels,
} from "../../../lib/analysis/across/family.ts";
import { type VariantName, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { DotRow } from "../charts/dots.ts";
import type { FrontSeries, ProbedRow } from "../charts/family.ts";

export { methodName };

/** The number of active latents at which methods are compared on images. */
export const COMPARED_L0 = 16;

/** Runs of several methods on the same data. */
export interface Compared<R extends ComparedRun> {
  runs: R[];
  /** Every method and setting. */
  all: Level<R>[];
  /** One for each method that was trained whole, at a comparable number of active latents. */
  nearest: Level<R>[];
  /** The same of baselines, which no method is compared by its rank with. */
  baselines: Level<R>[];
}

/** Runs on images that were trained here; null if there are not at least two methods on the same data. */
export function comparedOnImages<R extends ComparedRun>(runs: R[]): Compared<R> | null {
  return compared(runs.filter(({ dataset }) => dataset.kind === "image"), () => COMPARED_L0);
}

/** Runs on planted data without trees of features, at as many active latents as a vector has features; null as above. */
export function comparedOnVectors<R extends ComparedRun>(runs: R[]): Compared<R> | null {
  const planted = runs.filter(({ metrics }) => metrics.dictionary !== null && metrics.dictionary.absorption === null);
  return compared(planted, () => planted[0].config.dictionaryActive);
}

/** Runs on planted data with trees of features, at the number of active latents that most of them have; null as above. */
export function comparedOnHardVectors<R extends ComparedRun>(runs: R[]): Compared<R> | null {
  const planted = comparableRuns(runs.filter(({ metrics }) => metrics.dictionary?.absorption));
  return compared(planted, () => median(planted.map(({ metrics }) => metrics.test.activeLatents))!);
}

function compared<R extends ComparedRun>(candidates: R[], l0: (run: R) => number): Compared<R> | null {
  const runs = comparableRuns(candidates);
  if (runs.length === 0) return null;
  const all = levels(runs), wanted = l0(runs[0]), isTrained = ({ baseline }: Level<R>) => baseline === null;
  const nearest = nearestLevels(all.filter(isTrained), wanted);
  if (nearest.length < 2) return null;
  return { runs, all, nearest, baselines: nearestLevels(all.filter((level) => !isTrained(level)), wanted) };
}

/** Whether latents of a method that do not count as active contribute to the reconstruction. */
export function isLoose({ variant }: { variant: VariantName }): boolean {
  return VARIANTS[variant].activeAbove > 0;
}

/** Explained variance by active latents, a series for each method; runs without either are left out. */
export function frontSeries(all: Level<ComparedRun & { title: string }>[]): FrontSeries[] {
  const byMethod = [...Map.groupBy(all, methodName).values()];
  const baselines = byMethod.flatMap(([{ baseline }]) => baseline?.title ?? []);
  return byMethod.map((own) => ({
    name: lineName(own[0], { isOnly: baselines.filter((title) => title === own[0].baseline?.title).length === 1 }),
    isLoose: isLoose(own[0]),
    isBaseline: own[0].baseline !== null,
    medians: own.flatMap(({ l0, ev }) => l0 > 0 && ev !== null ? [{ l0, value: ev }] : []),
    runs: own.flatMap(({ runs }) => runs).flatMap(({ title, metrics: { test } }) => {
      const value = explainedVariance(test);
      return test.activeLatents > 0 && value !== null ? [{ title, l0: test.activeLatents, value }] : [];
    }),
  })).filter(({ medians }) => medians.length > 0);
}

/** A line's name: a baseline is named without its method if no other method has the same. */
function lineName(level: Pick<Level, "variant" | "baseline">, { isOnly }: { isOnly: boolean }): string {
  return level.baseline && isOnly ? `baseline ${level.baseline.title}` : methodName(level);
}

/** A number of every method's runs at the compared setting, for those that have it. */
export function dotsOf<R extends ComparedRun>(nearest: Level<R>[], of: (run: R) => number | null): DotRow[] {
  return nearest.flatMap((level) => {
    const values = level.runs.map(of).filter((value) => value !== null), middle = median(values);
    return middle === null ? [] : [{ name: methodName(level), values, median: middle }];
  });
}

/** How well the methods' latents predict the classes, and how well single pixels do; empty without labels. */
export function probesOf(
  nearest: Level<ComparedRun>[],
): { rows: ProbedRow[]; pixels: { k: number; accuracy: number }[] } {
  const known = (probing: Level["probing"], of: "latents" | "pixels") =>
    probing.flatMap((probe) => probe[of] === null ? [] : [{ k: probe.k, accuracy: probe[of] }]);
  const rows = nearest.map((level) => ({ name: methodName(level), probes: known(level.probing, "latents") }))
    .filter(({ probes }) => probes.length > 0);
  return { rows, pixels: known(nearest.find(({ probing }) => probing.length > 0)?.probing ?? [], "pixels") };
}

/**
 * The methods that have the best value of a number as it is written, among those whose counts are comparable.
 *
 * @returns None if fewer than two have the number, or all have the same.
 */
export function bestMethods<R extends ComparedRun>(
  nearest: Level<R>[],
  { of, text, better }: { of(level: Level<R>): number | null; text(value: number): string; better: "less" | "more" },
): VariantName[] {
  const known = nearest.flatMap((level) => {
    const value = of(level);
    return isLoose(level) || value === null ? [] : [{ variant: level.variant, value, text: text(value) }];
  });
  if (known.length < 2) return [];
  const values = known.map(({ value }) => value), best = better === "less" ? Math.min(...values) : Math.max(...values);
  const wanted = known.find(({ value }) => value === best)!.text;
  const found = known.filter(({ text }) => text === wanted).map(({ variant }) => variant);
  return found.length < known.length ? found : [];
}
