/**
 * What a person sees of a sweep: lines while it goes on, and the table at its end.
 *
 * @module
 */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { numberText } from "../number_text.ts";
import { knobsText, type SweepRun } from "../sweep/plan.ts";
import type { Figures, RunState } from "../sweep/run_state.ts";
import type { Outcome } from "../sweep/runner.ts";
import { duration } from "./terminal.ts";

/** How a run stands at the end; `seconds` is missing if it was finished before this sweep began. */
export type Ending =
  | { kind: "done"; figures: Figures; seconds?: number }
  | Exclude<Outcome, { kind: "done" }>;

/** What is on disk of a run, for a person. */
const KIND_TEXTS: Record<RunState["kind"], string> = {
  finished: "finished",
  elsewhere: "under way in another process",
  stopped: "stopped",
  new: "new",
};

/** `12 runs: 3 finished, 1 stopped, 8 new`. */
export function countsLine(states: RunState[]): string {
  const kinds = (["finished", "elsewhere", "stopped", "new"] as const)
    .map((kind) => ({ kind, count: states.filter((state) => state.kind === kind).length }));
  const parts = kinds.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${KIND_TEXTS[kind]}`);
  return `${states.length} run${states.length === 1 ? "" : "s"}: ${parts.join(", ") || "nothing in this shard"}`;
}

/** A run that begins. */
export function startLine({ id }: SweepRun, { isResumed }: { isResumed: boolean }): string {
  return `${dim(isResumed ? "resume " : "start  ")} ${id}`;
}

/** A run that has ended, and how far the sweep is. */
export function endLine({ id }: SweepRun, { outcome, overall }: { outcome: Outcome; overall: string }): string {
  if (outcome.kind === "stopped") return `${yellow("stopped")} ${id}`;
  if (outcome.kind === "elsewhere") return `${dim("skipped")} ${id}  ${elsewhereText(outcome)}  ${dim(overall)}`;
  const time = duration(outcome.seconds);
  if (outcome.kind === "failed") return `${red("failed ")} ${id}  ${outcome.error}  ${time}  ${dim(overall)}`;
  const [mse, explained] = figureTexts(outcome.figures);
  const figures = `test MSE ${mse}  explained variance ${explained}`;
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
  const time = left > 0 && runSeconds.length > 0 ? `, about ${duration(mean * Math.max(1, left / jobs))} left` : "";
  return `${total - left} of ${total} done${time}`;
}

/** A line for each run: what `--dry-run` prints. */
export function dryLines(runs: SweepRun[], states: RunState[]): string[] {
  return runs.map(({ id, turned }, i) => `${states[i].kind.padEnd(9)} ${id}  ${dim(knobsText(turned))}`);
}

/** What `--dry-run --json` prints of a sweep's runs. */
export function dryResult(runs: SweepRun[], states: RunState[]): unknown[] {
  return runs.map(({ id, turned }, i) => ({ id, status: states[i].kind, knobs: turned }));
}

/** The table at the end, one line per run. */
export function sweepTable(runs: SweepRun[], endings: Ending[]): string[] {
  const width = Math.max(3, ...runs.map(({ id }) => id.length)) + 2;
  const rows = runs.map(({ id }, i) => {
    const ending = endings[i], name = `  ${id.padEnd(width)}`;
    if (ending.kind === "stopped") return `${name}${yellow("to do")}`;
    if (ending.kind === "failed") return `${name}${red("failed")}  ${ending.error}`;
    if (ending.figures === null) return `${name}${dim(elsewhereText({ figures: null }))}`;
    const [mse, explained] = figureTexts(ending.figures);
    return `${name}${mse.padEnd(10)}${explained.padEnd(20)}${timeText(ending)}`;
  });
  return [bold(`  ${"run".padEnd(width)}${"test MSE".padEnd(10)}${"explained variance".padEnd(20)}time`), ...rows];
}

/** What `--json` prints of a sweep's runs. */
export function sweepResult(runs: SweepRun[], endings: Ending[]): unknown[] {
  return runs.map(({ id, turned }, i) => {
    const { kind: status, ...rest } = endings[i];
    return { id, status, knobs: turned, ...rest };
  });
}

function timeText(ending: Exclude<Ending, { kind: "failed" | "stopped" }>): string {
  if (ending.kind === "elsewhere") return dim("in another process");
  return ending.seconds === undefined ? dim("before") : duration(ending.seconds);
}

function elsewhereText({ figures }: { figures: Figures | null }): string {
  return figures === null ? "another process works on it" : "another process has finished it";
}

function figureTexts({ testMse, explainedVariance }: Figures): [testMse: string, explainedVariance: string] {
  return [
    numberText(testMse, { decimals: 5 }),
    explainedVariance === null ? "does not vary" : numberText(explainedVariance, { decimals: 4 }),
  ];
}
