/**
 * `sweep`: from a sweep file to a finished run folder for each of its runs.
 *
 * @module
 */
import { flagOf, flagsFor } from "../config_flags.ts";
import { hasEffect } from "../config_rules.ts";
import { placeOf } from "../data/files/data_place.ts";
import { UserError } from "../errors.ts";
import { readText } from "../files.ts";
import { writeSweep } from "../report/writer.ts";
import { findOwnData, kindOf, sizeOf } from "../run/data.ts";
import { checkOnData, checkSettings } from "../sweep/check_runs.ts";
import { assertOwnComparison } from "../sweep/comparison_place.ts";
import { planSweep, shardOf, type SweepRun } from "../sweep/plan.ts";
import { type RunState, runState } from "../sweep/run_state.ts";
import { type Outcome, runSweep } from "../sweep/runner.ts";
import { parseSweepFile } from "../sweep/sweep_file.ts";
import { PROJECT } from "./child.ts";
import { END_WITH_STDIN, INTERRUPTED } from "./stop.ts";
import { parseSweepArguments, type SweepArguments } from "./sweep_args.ts";
import { onSettledData, settleData } from "./sweep_data.ts";
import { findingLines, readFindings } from "./sweep_findings_view.ts";
import {
  countsLine,
  dryLines,
  dryResult,
  type Ending,
  endLine,
  overallText,
  startLine,
  sweepResult,
  sweepTable,
} from "./sweep_view.ts";
import { assertMayWrite, mayWrite } from "./permissions.ts";
import { Terminal } from "./terminal.ts";
import { TrainView } from "./train_view.ts";

/** A sweep file of 10,000 runs that are written one by one is smaller. */
const MOST_SWEEP_BYTES = 4 * 2 ** 20;
/** Where downloads and rows are kept, as `train` does. */
const CACHE = ".cache";

/** By a path that Deno cannot read in advance: a sweep with one random seed compares nothing, and starts sooner without. */
const COMPARISON_PATH: string = "./sweep_comparison.ts";

/**
 * Runs the command.
 *
 * @param signal Asks the runs under way to save and stop; the same command goes on later.
 * @returns The exit code: 1 if a run failed.
 * @throws {UserError} Anything the person can mend before a run starts.
 */
export async function sweepCommand(args: string[], signal: AbortSignal): Promise<number> {
  const options = parseSweepArguments(args);
  const { file, shard, reportsDir } = options;
  const found = await findOwnData(options.place);
  const data = found ? { dataset: kindOf(found), size: sizeOf(found) } : null;
  const plan = planSweep(parseSweepFile(await readText(file, { maxBytes: MOST_SWEEP_BYTES }), { file }), {
    file,
    data,
  });
  if (!options.isDryRun) await assertMayWrite(reportsDir, { args: ["sweep", ...args] });
  const compares = options.compares && plan.sweep.seeds.length > 1;
  if (compares) await assertOwnComparison(reportsDir, plan);
  const runs = shardOf(plan.runs, shard);
  const allStates: RunState[] = [];
  for (const run of plan.runs) allStates.push(await runState(reportsDir, run)); // 10,000 files at once are too many
  const states = shardOf(allStates, shard), isNew = (_: SweepRun, i: number) => states[i].kind === "new";
  const check = { file, found, source: { ...options.place, cacheDir: CACHE } };
  checkSettings(runs.filter(isNew), check);
  const terminal = new Terminal(options);
  const part = shard.count === 1 ? "" : `, shard ${shard.index}/${shard.count}`;
  terminal.line(`${plan.sweep.name}${part}, ${countsLine(states)}`);
  if (options.isDryRun) {
    for (const line of dryLines(runs, states)) terminal.line(line);
    if (options.isJson) terminal.json({ name: plan.sweep.name, runs: dryResult(runs, states) });
    return 0;
  }

  const dataFlags = await settleData({
    runs: plan.runs,
    states: allStates,
    dataDir: options.place.dataDir,
    cacheDir: `${CACHE}/mnist`,
    signal,
    terminal,
  });
  const view = new TrainView(terminal);
  await checkOnData(runs.filter(isNew).map((run) => onSettledData(run, dataFlags)), {
    ...{ ...check, signal },
    onEvent: (event) => ["download", "reading"].includes(event.kind) && view.onEvent(event),
  });
  const list = await writeSweep(reportsDir, plan.sweep);
  const outcomeOf = await trainAll(runs.filter((_, i) => states[i].kind !== "finished"), {
    options,
    dataFlags,
    total: runs.length,
    signal,
    terminal,
  });
  const endings = runs.map((run, i): Ending => {
    const state = states[i];
    return state.kind === "finished" ? { kind: "done", figures: state.figures } : outcomeOf.get(run)!;
  });
  for (const line of ["", ...sweepTable(runs, endings), ""]) terminal.line(line);
  const findings = await readFindings(reportsDir, plan.sweep), said = findingLines(findings);
  for (const line of said.length > 0 ? [...said, ""] : []) terminal.line(line);
  let comparison: string | null = null;
  if (compares && !signal.aborted) {
    const { compareSeeds }: typeof import("./sweep_comparison.ts") = await import(COMPARISON_PATH);
    comparison = await compareSeeds(plan, { file, reportsDir, signal, terminal });
  }
  if (options.isJson) {
    terminal.json({ name: plan.sweep.name, list, comparison, runs: sweepResult(runs, endings), findings });
  }
  return finish(endings, { list, terminal, options });
}

/** Trains runs side by side, with a line for each that begins or ends. */
async function trainAll(
  runs: SweepRun[],
  { options, dataFlags, total, signal, terminal }: {
    options: SweepArguments;
    dataFlags: string[];
    /** Runs of this shard, finished ones among them. */
    total: number;
    signal: AbortSignal;
    terminal: Terminal;
  },
): Promise<Map<SweepRun, Outcome>> {
  const cores = navigator.hardwareConcurrency;
  const jobs = options.jobs ?? cores, threads = Math.max(1, Math.floor(cores / jobs));
  const runSeconds: number[] = [];
  let ended = 0;
  const outcomes = await runSweep(runs, {
    reportsDir: options.reportsDir,
    jobs,
    commandOf: (run, { isResumed }) => trainCommandLine(run, { ...options, dataFlags, threads, isResumed }),
    signal,
    onStart: (run, how) => terminal.line(startLine(run, how)),
    onEnd: (run, outcome) => {
      if (outcome.kind !== "stopped") ended++;
      if ("seconds" in outcome) runSeconds.push(outcome.seconds);
      const overall = overallText({ total, left: runs.length - ended, runSeconds, jobs });
      terminal.line(endLine(run, { outcome, overall }));
    },
  });
  return new Map(runs.map((run, i) => [run, outcomes[i]]));
}

/** The last lines, and the exit code. */
function finish(
  endings: Ending[],
  { list, terminal, options }: { list: string; terminal: Terminal; options: SweepArguments },
): number {
  const countOf = (kind: Ending["kind"]) => endings.filter((ending) => ending.kind === kind).length;
  if (options.isQuiet && !options.isJson) terminal.result(list);
  else terminal.line(`List    ${list}`);
  const underWay = endings.filter((ending) => ending.kind === "elsewhere" && ending.figures === null).length;
  if (underWay > 0) {
    terminal.notice(
      `Another process works on ${underWay} of ${endings.length} runs: the same command prints later how they ended`,
    );
  }
  if (countOf("stopped") > 0) {
    const toGo = `${countOf("stopped")} of ${endings.length} runs left`;
    terminal.line(`Stopped with ${toGo}. To continue: the same command again`);
    return INTERRUPTED;
  }
  const failed = endings.find((ending) => ending.kind === "failed");
  if (!failed) return 0;
  throw new UserError(`Cannot train ${countOf("failed")} of ${endings.length} runs: ${failed.error}`);
}

/** Deno's arguments that train one run, or go on with it. */
function trainCommandLine(
  run: SweepRun,
  options: SweepArguments & { dataFlags: string[]; threads: number; isResumed: boolean },
): string[] {
  const { reportsDir, place, dataFlags, threads, isResumed } = options;
  const isOpen = run.config.dataset === "auto";
  const knobs = isOpen && dataFlags.length > 0 ? { ...run.turned, dataset: undefined } : run.turned; // said once
  const deno = [
    "run",
    "-q",
    `--config=${PROJECT}deno.json`,
    `--lock=${PROJECT}deno.lock`,
    "--frozen",
    "-P=train",
    mayWrite([".cache", reportsDir]),
    "--no-prompt",
  ];
  return [
    ...deno,
    `${PROJECT}main.ts`,
    "train",
    ...(isResumed ? [`--resume=${run.id}`] : [...flagsFor(knobs), `--run-id=${run.id}`]),
    ...(isResumed || !isOpen ? [] : dataFlags),
    ...(run.turned.threads === undefined && hasEffect("threads", run.config) ? [`--threads=${threads}`] : []),
    ...Object.entries(placeOf(place)).map(([name, value]) => `--${flagOf(name)}=${value}`),
    `--reports=${reportsDir}`,
    "--quiet",
    END_WITH_STDIN,
  ];
}
