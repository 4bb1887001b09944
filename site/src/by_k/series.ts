/**
 * How well models reconstruct with fewer latents than they were trained with, as the series of a chart: a model's line over
 * k, and beside it models that were each trained for one k.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance, median } from "../../../lib/analysis/across/figures.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { FrontPoint, FrontSeries } from "../charts/family.ts";
import { fixed } from "../format.ts";

/** Whether a run has a line: several k, on data that vary. */
export function hasByK({ metrics: { byK } }: Run): boolean {
  return byK !== null && byK.length > 1 && byK.every(({ explainedVariance }) => explainedVariance !== null);
}

/** What a run was trained for, short enough for a phone: `TopK k 32`, or for every k up to one, or every fourth. */
export function nameOf({ config: { sparsity, k, kStep } }: Run): string {
  const { title, budgets } = VARIANTS[sparsity];
  if (!budgets) return `${title} k ${k}`;
  return kStep > 1 ? `k ≤ ${k}, steps of ${kStep}` : `every k ≤ ${k}`;
}

/** Whether one run was trained for several k. */
function isNested({ config }: Run): boolean {
  return VARIANTS[config.sparsity].budgets !== undefined;
}

/** Runs with the same settings but for the random seed, over k. */
function lineOf(name: string, runs: Run[]): FrontSeries {
  const at = (run: Run) => run.metrics.byK!.map(({ l0, explainedVariance }) => ({ l0, value: explainedVariance! }));
  const lines = runs.map(at);
  return {
    name,
    medians: lines[0].map((_, i) => medianOf(lines.flatMap((line) => line[i] ?? []))).filter(({ l0 }) => l0 > 0),
    runs: runs.flatMap((run, r) =>
      lines[r].map((point, i) => ({ title: `${run.title}, the ${run.metrics.byK![i].k} largest latents`, ...point }))
    ).filter(({ l0 }) => l0 > 0),
  };
}

/** Models that were each trained for one k, at that k. */
function singlesOf(groups: Run[][]): FrontSeries[] {
  const byTitle = Map.groupBy(groups, ([run]) => VARIANTS[run.config.sparsity].title);
  return [...byTitle].filter(([, own]) => own.length > 1).map(([title, own]) => ({
    name: `${title} for each k`,
    medians: own.map((runs) => medianOf(runs.map(ownPoint))).sort((a, b) => a.l0 - b.l0),
    runs: own.flat().map((run) => ({ title: run.title, ...ownPoint(run) })),
  }));
}

function ownPoint({ metrics: { test } }: Run): FrontPoint {
  return { l0: test.activeLatents, value: explainedVariance(test)! };
}

function medianOf(points: FrontPoint[]): FrontPoint {
  return { l0: median(points.map(({ l0 }) => l0))!, value: median(points.map(({ value }) => value))! };
}

/**
 * The lines of a sweep: one for each model that was trained for several k, the models that were trained for one, and that
 * of these with the largest k used with fewer; none if no model was trained for several.
 *
 * @param groups Finished runs that differ by their random seed alone.
 */
export function byKOfSweep(groups: Run[][]): FrontSeries[] {
  const known = groups.filter((runs) => runs.length > 0 && runs.every(hasByK));
  const nested = known.filter(([run]) => isNested(run)), own = groups.filter((runs) => isSingle(runs));
  if (nested.length === 0) return [];
  const widest = own.filter((runs) => runs.every(hasByK)).toSorted(([a], [b]) => b.config.k - a.config.k)[0];
  return [
    ...nested.map((runs) => lineOf(nameOf(runs[0]), runs)),
    ...singlesOf(own),
    ...(widest ? [lineOf(`${nameOf(widest[0])}, fewer`, widest)] : []),
  ];
}

/** Runs of a method that chooses the largest latents of each input, trained for one k. */
function isSingle(runs: Run[]): boolean {
  return runs.length > 0 &&
    runs.every((run) => run.metrics.byK !== null && !isNested(run) && explainedVariance(run.metrics.test) !== null);
}

/**
 * The lines of a run: its own, that of another method with the same k, and the models that were each trained for one k.
 *
 * @param others Runs that may stand beside it; those on other test data, of another width or with another random seed are
 * left out.
 */
export function byKOfRun(run: Run, others: Run[]): FrontSeries[] {
  const { config, dataset } = run;
  const beside = others.filter((other) =>
    other.id !== run.id && other.metrics.byK !== null && other.config.latent === config.latent &&
    other.config.seed === config.seed && other.dataset.test.pixelsSha256 === dataset.test.pixelsSha256
  );
  const other = beside.find((own) =>
    own.config.k === config.k && own.config.sparsity !== config.sparsity && hasByK(own)
  );
  const singles = [...beside, run].filter((own) => isSingle([own]));
  return [
    lineOf("this model", [run]),
    ...(other ? [lineOf(nameOf(other), [other])] : []),
    ...singlesOf(singles.map((own) => [own])),
  ];
}

/** What to see in a run's own line: its ends, a peak before its end, and how soon it is near its end. */
export function byKSentence({ metrics: { byK } }: Run): string {
  const first = byK![0], last = byK!.at(-1)!;
  const half = byK!.find(({ explainedVariance }) => explainedVariance! >= 0.9 * last.explainedVariance!)!;
  const peak = byK!.reduce((most, row) => row.explainedVariance! > most.explainedVariance! ? row : most);
  const text = (value: number | null) => fixed(value!, 3);
  const isHigher = text(peak.explainedVariance) !== text(last.explainedVariance);
  const most = isHigher
    ? ` Fewer latents explain more: the largest ${peak.k === 1 ? "one explains" : `${peak.k} explain`} ` +
      `${text(peak.explainedVariance)}.`
    : "";
  const reached = last.explainedVariance! > 0 && half.k < last.k
    ? ` ${half.k === 1 ? "One latent reaches" : `${half.k} latents reach`} nine tenths of ${
      isHigher ? `what all ${last.k} explain` : "it"
    }.`
    : "";
  return `The largest latent of each input alone explains ${text(first.explainedVariance)} of the variance, all ` +
    `${last.k} explain ${text(last.explainedVariance)}.${most}${reached}`;
}
