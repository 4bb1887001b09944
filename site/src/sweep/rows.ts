/**
 * A sweep's runs as rows, and the runs that differ by their random seed alone as one: medians with their spread.
 *
 * Reads no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance, median } from "../../../lib/analysis/across/figures.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import type { KnobValue, Sweep } from "../../../lib/report/sweep_schema.ts";
import { figure, fixed, percent } from "../format.ts";
import { labelInSentence, settingLabel, settingText } from "../settings.ts";

/** A setting that varies. */
export interface VaryingSetting {
  name: string;
  label: string;
  /** Its values in words, in the sweep's order. */
  values: string[];
}

/** One run of a sweep. */
export interface SweepRow {
  id: string;
  /** Equal for runs that differ by their random seed alone. */
  combination: string;
  seed: number;
  /** The sweep's settings in words, by name; null if the run's method does not use the setting, or it is not set. */
  settings: Record<string, string | null>;
  /** Null if it is not finished. */
  run: Run | null;
}

/** In the order of the sweep. */
export function sweepRows(sweep: Sweep, runs: Run[]): SweepRow[] {
  const finished = new Map(runs.map((run) => [run.id, run]));
  return sweep.runs.map(({ id, seed, knobs }) => {
    const run = finished.get(id) ?? null, said = { ...sweep.base, ...knobs };
    const textOf = (name: string): string | null => {
      if (run && !(run.usedSettings as string[]).includes(name)) return null;
      if (name in said) return settingText(name, said[name]);
      const value = run && (run.config as Record<string, KnobValue>)[name];
      return value === null ? null : settingText(name, value);
    };
    const settings = Object.fromEntries(sweep.knobs.map(({ name }) => [name, textOf(name)]));
    return { id, combination: JSON.stringify(knobs), seed, settings, run };
  });
}

/** Settings with several values among the rows, or that only some of the rows use, in the sweep's order. */
export function varyingSettings(sweep: Sweep, rows: SweepRow[]): VaryingSetting[] {
  return sweep.knobs.flatMap(({ name, values }) => {
    const found = new Set(rows.map(({ settings }) => settings[name]));
    if (found.size < 2) return [];
    const order = values.map((value) => settingText(name, value));
    const known = [...new Set([...order, ...found])].filter((text) => text !== null && found.has(text)) as string[];
    return [{ name, label: settingLabel(name), values: known }];
  });
}

/** A number over the runs of one combination. */
export interface Spread {
  median: number;
  least: number;
  largest: number;
}

/** Runs with the same settings; they differ by their random seed. */
export interface Combination {
  /** What varies, in words: `TopK · k 16`. */
  name: string;
  settings: Record<string, string | null>;
  rows: SweepRow[];
  /** The finished ones, by random seed. */
  runs: Run[];
}

/** Rows by their settings, in the sweep's order. */
export function combinations(rows: SweepRow[], varying: VaryingSetting[]): Combination[] {
  return [...Map.groupBy(rows, ({ combination }) => combination).values()].map((group) => {
    const { settings } = group.find(({ run }) => run) ?? group[0]; // a finished run says which settings it used
    const parts = varying.flatMap(({ name, label }) => {
      const text = settings[name];
      return text === null ? [] : [name === "sparsity" ? text : `${shortLabel(label)} ${text}`];
    });
    const runs = group.flatMap(({ run }) => run ?? []).sort((a, b) => a.config.seed - b.config.seed);
    return { name: parts.join(" · ") || "All runs", settings, rows: group, runs };
  });
}

/** `ρ` of `Target ρ`: a label that ends in a symbol is as clear without its words. */
function shortLabel(label: string): string {
  return /(?<= )[ρβλα]$/u.exec(label)?.[0] ?? labelInSentence(label);
}

/** A number of a sweep's runs. */
export interface SweepMeasure {
  label: string;
  /** Its key in a report. */
  metric: string;
  text(value: number): string;
  of(run: Run): number | null;
}

/** In the order of the table. */
export const SWEEP_MEASURES: SweepMeasure[] = [
  {
    label: "Explained variance",
    metric: "fvu",
    text: (value) => figure(value),
    of: ({ metrics: { test } }) => explainedVariance(test),
  },
  { label: "Test MSE", metric: "mse", text: (value) => figure(value), of: ({ metrics: { test } }) => test.mse },
  {
    label: "Active latents",
    metric: "activeLatents",
    text: (value) => fixed(value, 1),
    of: ({ metrics: { test } }) => test.activeLatents,
  },
  {
    label: "Dead latents",
    metric: "deadLatents",
    text: (value) => fixed(value, Number.isInteger(value) ? 0 : 1),
    of: ({ metrics: { test } }) => test.deadLatents,
  },
  {
    label: "Recovery, MCC",
    metric: "dictionary",
    text: (value) => fixed(value, 3),
    of: ({ metrics: { dictionary } }) => dictionary?.mcc ?? null,
  },
  {
    label: "Recovery, F1",
    metric: "dictionary",
    text: (value) => fixed(value, 3),
    of: ({ metrics: { dictionary } }) => dictionary?.f1 ?? null,
  },
  {
    label: "Absorption",
    metric: "dictionary",
    text: (value) => percent(value),
    of: ({ metrics: { dictionary } }) => dictionary?.absorption?.share ?? null,
  },
];

/** Median, least and largest of a number over runs; null if no run has the number. */
export function spreadOf(runs: Run[], of: (run: Run) => number | null): Spread | null {
  const values = runs.map(of).filter((value) => value !== null), middle = median(values);
  return middle === null ? null : { median: middle, least: Math.min(...values), largest: Math.max(...values) };
}
