/**
 * A sweep's runs as rows: what each turns, and its run.json where it is finished. Computes nothing.
 *
 * @module
 */
import type { KnobValue } from "../../../lib/report/sweep_schema.ts";
import type { Run, Sweep } from "../reports.ts";
import { readKnobs } from "../variants.ts";

/** One run of a sweep. */
export interface SweepRow {
  id: string;
  seed: number;
  /** The varying knobs in words, by name; a dash where the run's variant does not read the knob. */
  knobs: Record<string, string>;
  /** Null where it is not finished. */
  run: Run | null;
}

/** In the order of the sweep. */
export function sweepRows(sweep: Sweep, runs: Run[]): SweepRow[] {
  const finished = new Map(runs.map((run) => [run.id, run]));
  return sweep.runs.map(({ id, seed, knobs }) => {
    const run = finished.get(id) ?? null;
    const said = { ...sweep.base, ...knobs };
    const read: Map<string, unknown> | null = run && new Map<string, unknown>(readKnobs(run.config));
    const valueOf = (name: string) => {
      if (read && !read.has(name)) return "–";
      if (name in said) return knobText(said[name]);
      return read ? knobText(read.get(name) as KnobValue) : "–";
    };
    return { id, seed, knobs: Object.fromEntries(sweep.knobs.map(({ name }) => [name, valueOf(name)])), run };
  });
}

/** A knob's value in words. */
export function knobText(value: KnobValue): string {
  return Array.isArray(value) ? value.join(", ") || "none" : String(value ?? "default");
}

/** Knobs with several values among the rows, those with most first, each with its values in the sweep's order. */
export function varyingKnobs(sweep: Sweep, rows: SweepRow[]): { name: string; values: string[] }[] {
  return sweep.knobs.map(({ name, values }) => {
    const order = values.map(knobText), found = new Set(rows.map(({ knobs }) => knobs[name]));
    return { name, values: [...new Set([...order, ...found])].filter((value) => found.has(value)) };
  }).filter(({ values }) => values.length > 1).sort((a, b) => b.values.length - a.values.length);
}
