/**
 * Runs as the rows of a table, a column a run: the settings that differ, and the metrics. Formats; computes nothing.
 *
 * @module
 */
import { figure } from "./format.ts";
import type { Run } from "./reports.ts";
import { readKnobs } from "./variants.ts";

/** One row; `name` is the metric's key, for a link to its definition. */
export interface ComparisonRow {
  name: string | null;
  label: string;
  values: string[];
}

/** Settings of which at least two runs differ, and every metric of the test set. */
export function comparisonRows(runs: Run[]): { settings: ComparisonRow[]; metrics: ComparisonRow[] } {
  if (runs.length === 0) return { settings: [], metrics: [] };
  const settings = [
    ["data set", (run: Run) => run.dataset.name],
    ["engine", (run: Run) => `${run.engine.name} on ${run.engine.backend}`],
    ...Object.keys(runs[0].config).filter((knob) => knob !== "dataset").map((
      knob,
    ) => [knob, (run: Run) => setting(new Map<string, unknown>(readKnobs(run.config)).get(knob))]),
  ] as [string, (run: Run) => string][];
  const { definitions, metrics: { test } } = runs[0];
  const numbers = (Object.keys(test) as (keyof typeof test)[]).filter((name) => !Array.isArray(test[name]));
  return {
    settings: settings
      .map(([label, of]) => ({ name: null, label, values: runs.map(of) }))
      .filter(({ values }) => new Set(values).size > 1),
    metrics: numbers.map((name) => ({
      name,
      label: definitions[name]?.label ?? name,
      values: runs.map((run) => figure(run.metrics.test[name] as number | null, 4)),
    })),
  };
}

/** A knob's value in words: a dash where it is not read or off. */
export function setting(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") || "none" : String(value ?? "–");
}
