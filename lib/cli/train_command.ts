/**
 * `train`: a command line in, a run, its lines for a person or its result for a program out.
 *
 * Parses and prints; the run itself is `lib/run/session.ts`.
 *
 * @module
 */
import { placeOf } from "../data/files/data_place.ts";
import { UserError } from "../errors.ts";
import { exists, readText } from "../files.ts";
import { CHECKPOINT_FILE } from "../report/writer.ts";
import type { RunEvent } from "../run/events.ts";
import { runSession, type SessionOutcome } from "../run/session.ts";
import { parseKnobsFile } from "../sweep/sweep_file.ts";
import { inWordsOfFlags, type MachineOptions, parseTrainArguments, type TrainArguments } from "./args.ts";
import { runFolderOf } from "./named_run.ts";
import { assertMayWrite, shellQuoted } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { summaryLines } from "./summary.ts";
import { Terminal } from "./terminal.ts";
import { TrainView } from "./train_view.ts";

/** A file of knobs is a few hundred bytes long. */
const MOST_CONFIG_BYTES = 2 ** 20;

/**
 * Runs the command.
 *
 * @param signal Asks to save and stop.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function trainCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { outcome, terminal, options } = await trainAndShow(args, { command: "train", signal });
  if (options.isJson) terminal.json(resultOf(outcome));
  else if (options.isQuiet && outcome.kind === "finished") terminal.result(outcome.folder!);
  return outcome.kind === "finished" ? 0 : INTERRUPTED;
}

/**
 * Trains as the command line of `train` or of `report` says, and prints what a person sees of it, but not the result that `--json` or `--quiet` leave.
 *
 * @throws {UserError} Anything the person can mend.
 */
export async function trainAndShow(
  args: string[],
  { command, signal }: { command: "train" | "report"; signal: AbortSignal },
): Promise<{ outcome: SessionOutcome; terminal: Terminal; options: MachineOptions }> {
  const { turned, options } = await withConfigFile(parseTrainArguments(args));
  await assertMayWrite(options.reportsDir, { args: [command, ...args] });
  const terminal = new Terminal(options);
  const outcome = await sessionOf({ turned, options }, { args, terminal, signal });
  if (outcome.kind === "stopped") {
    const resume = `deno task train --resume ${outcome.id}${reportsFlag(options)}`;
    terminal.line(`Stopped after step ${outcome.step}. To continue: ${resume}`);
  } else {
    const { report: { run, metrics }, folder } = outcome;
    for (const line of summaryLines(run, metrics.epochs)) terminal.line(line);
    terminal.line();
    terminal.line(`Report  ${folder}/`);
    const site = `deno task site${reportsFlag(options)} && deno task site:preview`;
    terminal.line(`Next    ${site}   builds and serves the website that shows it`);
  }
  return { outcome, terminal, options };
}

/** What `--json` prints: how the run ended, where it is, and what its run.json says but for the list of files. */
export function resultOf(outcome: SessionOutcome): unknown {
  const { kind: status, id, folder } = outcome;
  return outcome.kind === "stopped"
    ? { status, id, folder, step: outcome.step }
    : { status, id, folder, run: outcome.report.run };
}

/** The arguments with the knobs of `--config` below those of the flags. */
async function withConfigFile({ turned, options }: TrainArguments): Promise<TrainArguments> {
  const file = options.configFile;
  if (file === undefined) return { turned, options };
  const text = await readText(file, { maxBytes: MOST_CONFIG_BYTES });
  return { turned: { ...parseKnobsFile(text, { file }), ...turned }, options };
}

/** The session of a command line, its errors in the words of flags. */
async function sessionOf(
  { turned, options }: TrainArguments,
  { args, terminal, signal }: { args: string[]; terminal: Terminal; signal: AbortSignal },
): Promise<SessionOutcome> {
  let started: { id: string; folder: string } | null = null;
  const view = new TrainView(terminal);
  const onEvent = (event: RunEvent) => {
    if (event.kind === "start") started = { id: event.id, folder: event.folder! };
    view.onEvent(event);
  };
  try {
    const { mirrors, reportsDir, runId, resume, title, note, details } = options;
    const initFrom = options.initFrom === undefined ? undefined : await runFolderOf(options.initFrom, { reportsDir });
    const where = { ...placeOf(options), mirrors, reportsDir, runId, initFrom, resume, title, note, details };
    const command = ["train", ...args];
    return await runSession({ ...where, turned, command, sinceMs: 0 }, { onEvent, signal });
  } catch (error) {
    if (!(error instanceof UserError) || started === null) throw inWordsOfFlags(error);
    throw await withAdvice(error, { started, options });
  }
}

/** The error with what can be done about the run that it ended. */
async function withAdvice(
  error: UserError,
  { started, options }: { started: { id: string; folder: string }; options: MachineOptions },
): Promise<UserError> {
  if (!await exists(`${started.folder}/${CHECKPOINT_FILE}`)) return error;
  const advice = `; the last checkpoint is kept: --resume ${started.id}${reportsFlag(options)}`;
  return new UserError(error.message + advice, { cause: error, exitCode: error.exitCode });
}

function reportsFlag({ reportsDir }: MachineOptions): string {
  return reportsDir === "reports" ? "" : ` --reports ${shellQuoted(reportsDir)}`;
}
