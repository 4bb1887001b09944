/**
 * A sweep's runs as processes: several side by side, each a `train` of its own. Continues what an earlier sweep left.
 *
 * Knows processes and folders. Does not know flags (the caller makes each command line), nor what is printed.
 *
 * @module
 */
import { stripAnsiCode } from "@std/fmt/colors";
import { UserError } from "../errors.ts";
import { stopChildOn } from "../stop_child.ts";
import type { SweepRun } from "./plan.ts";
import { type Figures, type RunState, runState } from "./run_state.ts";

/**
 * How a run ended; `seconds` is its process's time from start to end. `elsewhere`: another process, such as a second
 * sweep of the same file, works on it or has finished it meanwhile, and then there are figures.
 */
export type Outcome =
  | { kind: "done"; figures: Figures; seconds: number }
  | { kind: "elsewhere"; figures: Figures | null }
  | { kind: "failed"; error: string; seconds: number }
  | { kind: "stopped" };

/** What {@linkcode runSweep} needs to know. */
export interface SweepOptions {
  reportsDir: string;
  /** How many processes at a time, at least 1. */
  jobs: number;
  /** Deno's arguments that train a run, from its start or from its checkpoint. */
  commandOf: (run: SweepRun, options: { isResumed: boolean }) => string[];
  /** Asks the runs to save and stop. */
  signal: AbortSignal;
  onStart?: (run: SweepRun, options: { isResumed: boolean }) => void;
  onEnd?: (run: SweepRun, outcome: Outcome) => void;
}

/**
 * Trains runs, and goes on after one that fails.
 *
 * @param runs Runs that are not finished.
 * @returns The outcome of each, in the order of `runs`; `stopped` if the signal came first.
 */
export async function runSweep(runs: SweepRun[], options: SweepOptions): Promise<Outcome[]> {
  const outcomes = runs.map((): Outcome => ({ kind: "stopped" }));
  const queue = runs.entries();
  const work = async () => {
    for (const [i, run] of queue) { // shared, so that each run goes to one worker
      if (options.signal.aborted) return;
      outcomes[i] = await runOne(run, options);
      options.onEnd?.(run, outcomes[i]);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  for (const [i, run] of runs.entries()) outcomes[i] = await lookedAtAgain(outcomes[i], { run, ...options });
  return outcomes;
}

/** What another process worked on may be finished when everything else is. */
async function lookedAtAgain(
  outcome: Outcome,
  { run, reportsDir }: { run: SweepRun; reportsDir: string },
): Promise<Outcome> {
  if (outcome.kind !== "elsewhere" || outcome.figures !== null) return outcome;
  const state = await runState(reportsDir, run).catch(() => null); // half of it may be written
  return state?.kind === "finished" ? { kind: "elsewhere", figures: state.figures } : outcome;
}

async function runOne(run: SweepRun, options: SweepOptions): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const before = await runState(options.reportsDir, run);
    if (before.kind === "elsewhere") return { kind: "elsewhere", figures: null };
    if (before.kind === "finished") return { kind: "elsewhere", figures: before.figures };
    const isResumed = before.kind === "stopped";
    options.onStart?.(run, { isResumed });
    const error = await train(options.commandOf(run, { isResumed }), options.signal);
    const after = await runState(options.reportsDir, run);
    if (after.kind === "finished") {
      const isOurs = error === undefined; // else another process was first, and ours was refused
      return isOurs
        ? { kind: "done", figures: after.figures, seconds: seconds() }
        : { kind: "elsewhere", figures: after.figures };
    }
    if (after.kind === "elsewhere") return { kind: "elsewhere", figures: null };
    if (options.signal.aborted) return { kind: "stopped" };
    return { kind: "failed", error: error ?? leftOver(after), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "failed", error: error.message, seconds: seconds() };
  }
}

/** Runs a process to its end, or until a signal asks it to stop. Returns its error as one line. */
async function train(args: string[], signal: AbortSignal): Promise<string | undefined> {
  // Nothing is ever written to its standard input: when it ends, the child knows that this process has ended.
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "null", stderr: "piped" })
    .spawn();
  // On Windows the terminal has sent the signal already, and a signal from this process would end the child without
  // saving.
  using _ = Deno.build.os === "windows" ? null : stopChildOn(child, { abort: signal, by: "SIGINT" });
  const { code, signal: killedBy, stderr } = await child.output();
  await child.stdin.close().catch(() => {}); // its reader has gone
  if (killedBy) return `Cannot go on training: the process was ended by ${killedBy}, expected time to finish`;
  if (code === 0) return undefined;
  // Deno colours an uncaught error even without a terminal, in spite of NO_COLOR if FORCE_COLOR is set.
  const text: string = stripAnsiCode(new TextDecoder().decode(stderr)).trim();
  const lines = text.split("\n");
  const said = lines.find((line) => line.startsWith("error: ")) ?? lines.at(-1);
  return said ? said.replace(/^error: /, "") : `Cannot train: the process ended with code ${code}, expected 0`;
}

function leftOver({ kind }: RunState): string {
  return `Cannot find the run's report: the process ended well and left a run that is ${kind}, expected a finished one`;
}
