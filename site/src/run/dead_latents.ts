/**
 * Dead latents over a run: those active on no test row, counted after each epoch, and those that were active in none of the last
 * training steps, counted by step.
 *
 * Draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics } from "../../../lib/report/metrics_schema.ts";

/** One count; null where it was not taken. */
export interface DeadRow {
  step: number;
  /** Latents that are active on no row of the test set. */
  dead: number | null;
  /** Latents that were active in none of the last `deadSteps` training steps. */
  inactive: number | null;
}

/** See the module comment. */
export interface DeadOverTime {
  /** By step, ascending. */
  rows: DeadRow[];
  /** The count, if every one of the run is the same: a sentence then instead of a chart; else null. */
  constant: number | null;
}

/** See the module comment. */
export function deadOverTime(
  { start, epochs, silentLatents }: Pick<Metrics, "start" | "epochs" | "silentLatents">,
): DeadOverTime {
  const rows: DeadRow[] = [
    ...start ? [{ step: 0, dead: start.deadLatents, inactive: null }] : [],
    ...epochs.map(({ step, test }) => ({ step, dead: test.deadLatents, inactive: null })),
    ...(silentLatents ?? []).map(({ step, latents }) => ({ step, dead: null, inactive: latents })),
  ].sort((a, b) => a.step - b.step);
  const counts = new Set(rows.map(({ dead, inactive }) => dead ?? inactive));
  return { rows, constant: counts.size === 1 ? [...counts][0] : null };
}
