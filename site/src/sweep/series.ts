/**
 * A sweep's results as the series of its charts: which settings become axes, lines and dots.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { median } from "../../../lib/analysis/across/figures.ts";
import { baselineOf } from "../../../lib/sae/baselines.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { FrontSeries } from "../charts/family.ts";
import { MOST_LINES, type SettingAxis, type SweepPoint } from "../charts/sweep.ts";
import { type Combination, SWEEP_MEASURES, type VaryingSetting } from "./rows.ts";

/** A measure of a chart. */
export interface ChartMeasure {
  /** In words, small letters. */
  name: string;
  /** Its key in a report. */
  metric: string;
}

const [EXPLAINED, MSE, ACTIVE] = SWEEP_MEASURES;

/** Explained variance if the data vary, else the error. */
function mainMeasure(combinations: Combination[]) {
  const isKnown = combinations.some(({ runs }) => runs.some((run) => EXPLAINED.of(run) !== null));
  return isKnown ? { ...EXPLAINED, name: "explained variance" } : { ...MSE, name: "test MSE" };
}

/** The main measure by active latents: a series for each value of the first setting that varies, if those are few. */
export function sweepSeries(
  combinations: Combination[],
  varying: VaryingSetting[],
): { series: FrontSeries[]; measure: ChartMeasure } {
  const { of, name, metric } = mainMeasure(combinations), [first] = varying;
  const isSplit = first !== undefined && first.values.length <= MOST_LINES && varying.length > 1;
  const groups = Map.groupBy(combinations, ({ settings }) => isSplit ? settings[first.name] ?? "not used" : "");
  const series = [...groups].map(([label, own]) => ({
    name: isSplit && first.name !== "sparsity" ? `${first.label} ${label}` : label,
    isBaseline: own.every(({ runs }) => runs.every(({ config }) => baselineOf(config) !== null)),
    isLoose: own.some(({ runs }) => runs.some(({ config }) => VARIANTS[config.sparsity].activeAbove > 0)),
    medians: own.flatMap(({ runs }) => {
      const value = median(runs.map(of)), l0 = median(runs.map(({ metrics }) => metrics.test.activeLatents));
      return value !== null && l0 !== null && l0 > 0 ? [{ l0, value }] : [];
    }).sort((a, b) => a.l0 - b.l0),
    runs: own.flatMap(({ runs }) => runs).flatMap((run) => {
      const value = of(run), l0 = run.metrics.test.activeLatents;
      return value !== null && l0 > 0 ? [{ title: run.title, l0, value }] : [];
    }),
  })).filter(({ medians }) => medians.length > 0);
  return { series, measure: { name, metric } };
}

/** A chart over a setting. */
export interface SettingChart {
  x: SettingAxis;
  /** The setting whose values are lines; null if there is one line. */
  line: SettingAxis | null;
  points: SweepPoint[];
  measure: ChartMeasure;
}

/**
 * The main measure and the active latents over the setting with most values, a line for each value of the next one.
 *
 * Settings that some runs do not use have no place on a common axis: none if there is no other. None for a sweep whose only
 * setting is the sparsity method.
 */
export function bySetting(combinations: Combination[], varying: VaryingSetting[]): SettingChart[] {
  const common = varying.filter(({ name }) => combinations.every(({ settings }) => settings[name] !== null))
    .filter(({ name }) => name !== "sparsity").toSorted((a, b) => b.values.length - a.values.length);
  const [x, next] = common;
  if (!x || x.values.length < 2) return [];
  const line = [next, ...varying.filter(({ name }) => name === "sparsity")]
    .find((setting) => setting !== undefined && setting.values.length > 1 && setting.values.length <= MOST_LINES) ??
    null;
  return [mainMeasure(combinations), { ...ACTIVE, name: "active latents per input" }].map(({ of, name, metric }) => ({
    x,
    line,
    measure: { name, metric },
    points: combinations.flatMap(({ settings, runs }) =>
      runs.flatMap((run) => {
        const value = of(run);
        const own = { x: settings[x.name]!, line: line ? settings[line.name] ?? "" : "", title: run.title };
        return value === null ? [] : [{ ...own, value }];
      })
    ),
  })).filter(({ points }) => points.length > 0);
}
