/**
 * `sweep`: from a sweep file to a finished run folder for each of its runs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { red } from "@std/fmt/colors";
import { readWhole } from "../files.ts";
import { writeSweep } from "../report/writer.ts";
import { planSweep, shardOf, type SweepRun } from "../sweep/plan.ts";
import { runState } from "../sweep/run_state.ts";
import { runSweep } from "../sweep/runner.ts";
import { parseSweepFile } from "../sweep/sweep_file.ts";
import { flagsFor } from "./args.ts";
import { parseSweepArguments, type SweepArguments } from "./sweep_args.ts";
import { countsLine, dryLines, type Ending, endLine, overallText, startLine, sweepTable } from "./sweep_view.ts";
import { Terminal } from "./terminal.ts";

const MAIN = new URL("../../main.ts", import.meta.url);
const DENO_JSON = new URL("../../deno.json", import.meta.url);
/** The shell's convention for "ended by Ctrl-C". */
const INTERRUPTED = 130;

/**
 * Runs the command.
 *
 * @param signal Asks the runs under way to save and stop; the same command goes on later.
 * @returns The exit code: 1 where a run failed.
 * @throws {UserError} Anything the person can mend before a run starts.
 */
export async function sweepCommand(args: string[], signal: AbortSignal): Promise<number> {
  const options = parseSweepArguments(args);
  const { file, shard, reportsDir } = options;
  const text = new TextDecoder().decode(await readWhole(file));
  const plan = planSweep(parseSweepFile(text, { file }), { file });
  const runs = shardOf(plan.runs, shard);
  const states = await Promise.all(runs.map((run) => runState(reportsDir, run)));
  const terminal = new Terminal({ isQuiet: options.isQuiet });
  const part = shard.count === 1 ? "" : `, shard ${shard.index}/${shard.count}`;
  terminal.line(`${plan.sweep.name}${part}, ${countsLine(states)}`);
  if (options.isDryRun) {
    for (const line of dryLines(runs, states)) terminal.line(line);
    return 0;
  }

  const list = await writeSweep(reportsDir, plan.sweep);
  const toTrain = runs.filter((_, i) => states[i].kind !== "finished");
  const cores = navigator.hardwareConcurrency;
  const jobs = options.jobs ?? cores, threads = Math.max(1, Math.floor(cores / jobs));
  const runSeconds: number[] = [];
  const outcomes = await runSweep(toTrain, {
    reportsDir,
    jobs,
    commandOf: (run, { isResumed }) => trainCommandLine(run, { ...options, threads, isResumed }),
    signal,
    onNote: (note) => terminal.notice(note),
    onStart: (run, how) => terminal.line(startLine(run, how)),
    onEnd: (run, outcome) => {
      if (outcome.kind !== "stopped") runSeconds.push(outcome.seconds);
      const left = toTrain.length - runSeconds.length;
      const overall = overallText({ total: runs.length, left, runSeconds, jobs });
      terminal.line(endLine(run, { outcome, overall }));
    },
  });

  const outcomeOf = new Map(toTrain.map((run, i) => [run, outcomes[i]]));
  const endings = runs.map((run, i): Ending => {
    const state = states[i];
    return state.kind === "finished" ? { kind: "done", figures: state.figures } : outcomeOf.get(run)!;
  });
  for (const line of ["", ...sweepTable(runs, endings), ""]) terminal.line(line);
  return finish(endings, { list, terminal, isQuiet: options.isQuiet });
}

/** The last lines, and the exit code. */
function finish(endings: Ending[], options: { list: string; terminal: Terminal; isQuiet: boolean }): number {
  const { list, terminal, isQuiet } = options;
  const failed = endings.filter(({ kind }) => kind === "failed").length;
  const stopped = endings.filter(({ kind }) => kind === "stopped").length;
  if (isQuiet) terminal.result(list);
  else terminal.line(`List    ${list}`);
  if (stopped > 0) {
    terminal.line(`Stopped with ${stopped} of ${endings.length} runs to go. To go on: the same command again`);
    return INTERRUPTED;
  }
  if (failed === 0) return 0;
  const first = endings.find((ending) => ending.kind === "failed")!;
  console.error(`${red("error")}: Cannot train ${failed} of ${endings.length} runs: ${first.error}`);
  return 1;
}

/** Deno's arguments that train one run, or go on with it. */
function trainCommandLine(
  run: SweepRun,
  options: SweepArguments & { threads: number; isResumed: boolean },
): string[] {
  const { reportsDir, dataDir, threads, isResumed } = options;
  // Given on the command line, folders take the place of the permission set's: --reports may be anywhere we may write.
  const writable = [".cache", reportsDir].map((folder) => folder.replaceAll(",", ",,")).join(",");
  const deno = [
    "run",
    "-q",
    `--config=${fileURLToPath(DENO_JSON)}`,
    "-P=train",
    `--allow-write=${writable}`,
    "--no-prompt",
  ];
  return [
    ...deno,
    fileURLToPath(MAIN),
    "train",
    ...(isResumed ? [`--resume=${run.id}`] : [...flagsFor(run.turned), `--run-id=${run.id}`]),
    ...("threads" in run.turned ? [] : [`--threads=${threads}`]),
    ...(dataDir === undefined ? [] : [`--data-dir=${dataDir}`]),
    `--reports=${reportsDir}`,
    "--quiet",
  ];
}
