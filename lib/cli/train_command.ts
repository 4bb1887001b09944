/**
 * `train`: a command line in, a run, its lines for a person out.
 *
 * Parses and prints; the run itself is `lib/run/session.ts`.
 *
 * @module
 */
import { KnobError } from "../config.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { CHECKPOINT_FILE } from "../report/writer.ts";
import type { RunEvent } from "../run/events.ts";
import { runSession, type SessionOutcome } from "../run/session.ts";
import { flagOf, type MachineOptions, parseTrainArguments, type TrainArguments } from "./args.ts";
import { usage } from "./flags.ts";
import { summaryLines } from "./summary.ts";
import { Terminal } from "./terminal.ts";
import { TrainView } from "./train_view.ts";

/** The shell's convention for "ended by Ctrl-C". */
const INTERRUPTED = 130;
/** What to do with a report. */
const NEXT = "deno task site && deno task site:preview   builds and serves the website that shows it";

/**
 * Runs the command.
 *
 * @param signal Asks to save and stop.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function trainCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { turned, options } = parseTrainArguments(args);
  const terminal = new Terminal({ isQuiet: options.isQuiet });
  const outcome = await sessionOf({ turned, options }, { args, terminal, signal });
  if (outcome.kind === "stopped") {
    const resume = `deno task train --resume ${outcome.id}${reportsFlag(options)}`;
    terminal.line(`Stopped after step ${outcome.step}. To go on: ${resume}`);
    return INTERRUPTED;
  }
  const { report, folder } = outcome;
  for (const line of summaryLines(report.run, report.metrics.epochs)) terminal.line(line);
  terminal.line();
  terminal.line(`Report  ${folder}/`);
  terminal.line(`Next    ${NEXT}`);
  if (options.isQuiet) terminal.result(folder!);
  return 0;
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
    view.print(event);
  };
  try {
    const { dataDir, mirrors, reportsDir, runId, resume } = options;
    const where = { dataDir, mirrors, reportsDir, runId, resume };
    return await runSession({ ...where, turned, command: ["train", ...args] }, { onEvent, signal });
  } catch (error) {
    if (error instanceof KnobError) {
      throw usage(`Cannot use --${flagOf(error.knob)}: it is ${error.now}, expected ${error.expected}`);
    }
    if (!(error instanceof UserError) || started === null) throw error;
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
  return reportsDir === "reports" ? "" : ` --reports ${reportsDir}`;
}
