/**
 * What a person sees of a sweep: lines while it goes on, and the table at its end.
 *
 * @module
 */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { knobsText, type SweepRun } from "../sweep/plan.ts";
import type { Figures, RunState } from "../sweep/run_state.ts";
import type { Outcome } from "../sweep/runner.ts";
import { duration } from "./terminal.ts";

/** How a run stands at the end; `seconds` is missing where it was finished before. */
export type Ending =
  | { kind: "done"; figures: Figures; seconds?: number }
  | Exclude<Outcome, { kind: "done" }>;

/** `12 runs: 3 finished, 1 stopped, 8 new`. */
export function countsLine(states: RunState[]): string {
  const kinds = (["finished", "stopped", "claimed", "new"] as const)
    .map((kind) => ({ kind, count: states.filter((state) => state.kind === kind).length }));
  const parts = kinds.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`);
  return `${states.length} run${states.length === 1 ? "" : "s"}: ${parts.join(", ") || "nothing in this shard"}`;
}

/** A run that begins. */
export function startLine({ id }: SweepRun, { isResumed }: { isResumed: boolean }): string {
  return `${dim(isResumed ? "resume " : "start  ")} ${id}`;
}

/** A run that has ended, and how far the sweep is. */
export function endLine({ id }: SweepRun, { outcome, overall }: { outcome: Outcome; overall: string }): string {
  if (outcome.kind === "stopped") return `${yellow("stopped")} ${id}`;
  const time = duration(outcome.seconds);
  if (outcome.kind === "failed") return `${red("failed ")} ${id}  ${outcome.error}  ${time}  ${dim(overall)}`;
  const { testMse, explainedVariance } = outcome.figures;
  const figures = `test MSE ${testMse.toFixed(5)}  explained variance ${explainedVariance.toFixed(4)}`;
  return `${green("done   ")} ${id}  ${figures}  ${time}  ${dim(overall)}`;
}

/**
 * `12 of 42 done, about 9 min 00 s left`.
 *
 * @param progress.runSeconds How long each run took that ended by now.
 * @param progress.left Runs that have not ended; `jobs` of them go on at a time.
 */
export function overallText(progress: { total: number; left: number; runSeconds: number[]; jobs: number }): string {
  const { total, left, runSeconds, jobs } = progress;
  const mean = runSeconds.reduce((a, b) => a + b, 0) / runSeconds.length;
  const time = left > 0 ? `, about ${duration(mean * Math.max(1, left / jobs))} left` : "";
  return `${total - left} of ${total} done${time}`;
}

/** A line for each run: what `--dry-run` prints. */
export function dryLines(runs: SweepRun[], states: RunState[]): string[] {
  return runs.map(({ id, turned }, i) => `${states[i].kind.padEnd(9)} ${id}  ${dim(knobsText(turned))}`);
}

/** The table at the end, one line a run. */
export function sweepTable(runs: SweepRun[], endings: Ending[]): string[] {
  const width = Math.max(3, ...runs.map(({ id }) => id.length)) + 2;
  const rows = runs.map(({ id }, i) => {
    const ending = endings[i];
    if (ending.kind === "stopped") return `  ${id.padEnd(width)}${yellow("to do")}`;
    if (ending.kind === "failed") return `  ${id.padEnd(width)}${red("failed")}  ${ending.error}`;
    const { testMse, explainedVariance } = ending.figures;
    const time = ending.seconds === undefined ? dim("before") : duration(ending.seconds);
    return `  ${id.padEnd(width)}${testMse.toFixed(5).padEnd(10)}${explainedVariance.toFixed(4).padEnd(20)}${time}`;
  });
  return [bold(`  ${"run".padEnd(width)}${"test MSE".padEnd(10)}${"explained variance".padEnd(20)}time`), ...rows];
}
