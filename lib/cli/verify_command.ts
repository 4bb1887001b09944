/**
 * `verify`: whether reports hold: their files, the data behind them, and every number that follows from the weights.
 *
 * @module
 */
import { dim, green, red, yellow } from "@std/fmt/colors";
import project from "../../deno.json" with { type: "json" };
import type { DataPlace } from "../data/files/data_place.ts";
import { printablePath, quoted, UserError } from "../errors.ts";
import { exists, fileError, writeWhole } from "../files.ts";
import type { Run } from "../report/schema.ts";
import type { ProgramCode, VerifiedLine } from "../report/verification_schema.ts";
import { readEnvironment } from "../run/environment.ts";
import { DataCache, type WantedData } from "../verify/inputs.ts";
import { programCode } from "../verify/program_code.ts";
import { type VerifiedRun, verifyRun } from "../verify/verify.ts";
import { DATA_FLAGS, folderName, isDataFlag, setPlace, TRAIN_FLAGS } from "./args.ts";
import { type FlagTable, type Given, HELP_FLAG, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { DEVICE_FLAGS, deviceOf, isGiven, valueOf } from "./model_args.ts";
import { runFolderOf } from "./named_run.ts";
import { assertMayWrite, assertMayWriteFile } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { duration, Terminal } from "./terminal.ts";
import { TrainView } from "./train_view.ts";

/** Flags of `train` that say where data are, which mean here where they are now. */
const PLACE_FLAGS = Object.fromEntries(
  (["data-dir", "data", "test", "labels", "test-labels", "names", "meta"] as const).map((
    flag,
  ) => [flag, DATA_FLAGS[flag]]),
);
const HELP: Record<string, string> = {
  "data-dir": "The folder of MNIST's files, if the run's data lie elsewhere now.",
  data: "The rows of a run of your own data, if they lie elsewhere now: a file, a folder, or a quoted glob.",
};
const VERIFY_FLAGS: FlagTable = {
  "all": { takes: "", help: "Verify every run of the reports folder, one after the other." },
  "retrain": {
    takes: "",
    help: "Train each run again too: on the CPU engine a run of that engine ends at the same bytes.",
  },
  "strict": { takes: "", help: "Count what was not checked, such as data that are not at hand, as a failure." },
  ...Object.fromEntries(
    Object.entries(PLACE_FLAGS).map(([name, flag]) => [name, { ...flag, help: HELP[name] ?? flag.help }]),
  ),
  ...DEVICE_FLAGS,
  "reports": { takes: "FOLDER", help: "Folder of the runs' folders.", defaults: "reports" },
  "json": { takes: "FILE", help: "Write what was found of each run as JSON." },
  "quiet": { takes: "", help: "Print nothing but the lines that do not hold." },
  ...HELP_FLAG,
};

/** `verify --help`. */
export function verifyHelp(): HelpPage {
  return {
    about:
      "Say whether reports hold, line by line: every file has the bytes that run.json lists, the data have the checksums of the " +
      "report, and every number is the same when it is measured again from the weights and the data. What is only recorded and " +
      "cannot be measured again is said line by line: times, and without --retrain the losses of the training. Each run's folder " +
      "gets verification.json, which the site shows; nothing else is changed.",
    usage: "verify RUN [RUN …] [flags], or verify --all [flags]",
    sections: [
      { title: "Flags", rows: flagRows(VERIFY_FLAGS) },
      {
        title: "Exit codes",
        rows: [
          { term: "0", text: "everything that was checked holds" },
          { term: "1", text: "something does not hold, or with --strict was not checked" },
          { term: "2", text: "the command line is wrong" },
        ],
      },
    ],
    examples: [
      { term: "verify my-run", text: "its files, its data, and all of its numbers" },
      { term: "verify my-run --retrain", text: "and train it again" },
      { term: "verify --all --strict", text: "every run of a site, for a build server" },
    ],
  };
}

/** A run that was verified, or could not be. */
interface Verdict {
  id: string;
  verified: VerifiedRun | null;
  /** Why it could not be verified. */
  error: string | null;
}

/**
 * Runs the command.
 *
 * @param signal Asks to stop; what was verified until then stays.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function verifyCommand(args: string[], signal: AbortSignal): Promise<number> {
  const given = parseFlags(args, VERIFY_FLAGS), { flags, positionals } = given;
  const isAll = isGiven(flags, "all"), isStrict = isGiven(flags, "strict"), isQuiet = isGiven(flags, "quiet");
  const reportsDir = folderName(valueOf(flags, "reports") ?? "reports"), json = valueOf(flags, "json");
  if (isAll === positionals.length > 0) {
    const now = isAll ? `${quoted(positionals[0])} is named beside --all` : "there is no run";
    throw usage(`Cannot verify: ${now}, expected deno task verify RUN [RUN …], or --all`);
  }
  const device = deviceOf(given), failing: string[] = isStrict ? ["fails", "not checked"] : ["fails"];
  const folders = isAll ? await runFolders(reportsDir) : await namedFolders(positionals, { reportsDir });
  for (const folder of folders) await assertMayWrite(folder, { args: ["verify", ...args] });
  if (json !== undefined) await assertMayWriteFile(json, { args: ["verify", ...args] });
  const terminal = new Terminal({ isQuiet }), view = new TrainView(terminal);
  const dataCache = new DataCache(), environment = readEnvironment(), verdicts: Verdict[] = [];
  const code = await programCode();
  for (const line of programLines(code)) terminal.line(line);
  for (const [i, folder] of folders.entries()) {
    const id = folder.replace(/^.*\//s, ""), began = performance.now();
    terminal.line();
    terminal.line(
      `run      ${folder}${folders.length > 1 ? `  (${i + 1} of ${folders.length})` : ""}`,
    );
    try {
      const verified = await verifyRun({
        ...{ folder, reportsDir, dataCache, environment, signal, program: project.version, code, cacheDir: ".cache" },
        dataOf: (run) => dataOf(run, given),
        retrains: isGiven(flags, "retrain"),
        wanted: namedDevice(device),
        onLine: (line) =>
          showLine(line, (text) => terminal[failing.includes(line.outcome) ? "essential" : "line"](text)),
        onProgress: ({ what, done, total }) => terminal.bar(done / total, what),
        onEvent: (event) => ["download", "reading", "progress"].includes(event.kind) && view.onEvent(event),
      });
      terminal.line(totalsText(verified, { seconds: (performance.now() - began) / 1000 }));
      verdicts.push({ id, verified, error: null });
    } catch (error) {
      if (signal.aborted) {
        terminal.line("Stopped: of this run nothing was written");
        return INTERRUPTED;
      }
      if (!(error instanceof UserError)) throw error;
      terminal.essential(`${red("fails")}    ${error.message}`);
      verdicts.push({ id, verified: null, error: error.message });
    }
  }
  if (folders.length > 1) { for (const line of summaryLines(verdicts, { isStrict })) terminal.line(line); }
  if (json !== undefined) {
    const runs = verdicts.map(({ id, verified, error }) => ({
      id,
      holds: holds({ verified, error }, { isStrict }),
      error,
      ...verified,
    }));
    await writeWhole(json, `${JSON.stringify({ isStrict, runs }, null, 2)}\n`);
  }
  return verdicts.every((verdict) => holds(verdict, { isStrict })) ? 0 : 1;
}

/** Which code measures. */
function programLines({ sourcesSha256, kernelsSha256 }: ProgramCode): string[] {
  const hash = (sha256: string | null) => sha256 ? `SHA-256 ${sha256}` : "their files cannot be read here";
  return [
    `program  version ${project.version}`,
    `sources  ${hash(sourcesSha256)}`,
    `kernels  ${hash(kernelsSha256)}`,
  ];
}

/** The folders of all finished runs, sorted. @throws {UserError} There is none. */
async function runFolders(reportsDir: string): Promise<string[]> {
  const folders: string[] = [];
  try {
    for await (const { name } of Deno.readDir(reportsDir)) {
      if (await exists(`${reportsDir}/${name}/run.json`)) folders.push(`${reportsDir}/${name}`);
    }
  } catch (error) {
    throw fileError("read", reportsDir, error);
  }
  if (folders.length > 0) return folders.sort();
  throw new UserError(
    `Cannot verify ${printablePath(reportsDir)}: it holds no finished run, expected the folder of some`,
  );
}

async function namedFolders(names: readonly string[], options: { reportsDir: string }): Promise<string[]> {
  const folders: string[] = [];
  for (const name of names) folders.push(await runFolderOf(name, options));
  return folders;
}

/** What was asked for of the device; nothing where the run's own is to be taken. */
function namedDevice({ backend, engine, threads }: ReturnType<typeof deviceOf>) {
  return {
    ...(backend === "auto" ? {} : { backend }),
    ...(engine === "auto" ? {} : { engine }),
    ...(threads === null ? {} : { threads }),
  };
}

/** Where a run's data are: as its command says, or as flags say now. */
function dataOf({ command, dataset: { source } }: Run, { flags }: Given): WantedData {
  const wanted = commandData(command);
  for (const { name, value } of flags) {
    const isOfFolder = name === "data-dir";
    const fits = source === "path" ? !isOfFolder : source !== "generated" && source !== "memory" && isOfFolder;
    if (isDataFlag(name) && fits) setPlace(wanted.place, name, value);
  }
  return wanted;
}

/** What a stored command says of the data; nothing if this program does not understand it any more. */
function commandData([command, ...args]: string[]): WantedData {
  const place: DataPlace = {}, mirrors: string[] = [];
  try {
    const { flags, positionals } = parseFlags(args, TRAIN_FLAGS);
    for (const { name, value } of flags) {
      if (isDataFlag(name)) setPlace(place, name, value);
      else if (name === "mirror") mirrors.push(value);
    }
    return { place, mirrors, importedFrom: command === "import" ? positionals[0] : undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { place: {}, mirrors: [] };
  }
}

const COLOURS = { holds: green, fails: red, "not checked": yellow, recorded: dim };

function showLine({ outcome, part, what, detail, place }: VerifiedLine, say: (text: string) => void): void {
  const text = `${COLOURS[outcome](outcome.padEnd(11))}  ${part.padEnd(8)}  ${what}: ${detail}`;
  const where = place && `             ${place.path} is ${place.stored}, measured ${place.measured}`;
  say(text);
  if (where) say(where);
}

/** Whether nothing fails, and with `isStrict` nothing was left unchecked. */
function holds({ verified, error }: Pick<Verdict, "verified" | "error">, { isStrict }: { isStrict: boolean }): boolean {
  return error === null && verified!.totals.fails === 0 && !(isStrict && verified!.totals.notChecked > 0);
}

function totalsText({ totals }: VerifiedRun, { seconds }: { seconds: number }): string {
  const { holds, fails, notChecked, recorded, numbers } = totals;
  return `total    ${holds} lines hold, ${fails} fail, ${notChecked} not checked, ${recorded} recorded; ` +
    `${numbers} numbers measured again, in ${duration(seconds)}`;
}

/** A table of all runs. */
function summaryLines(verdicts: readonly Verdict[], options: { isStrict: boolean }): string[] {
  const width = verdicts.reduce((most, { id }) => Math.max(most, id.length), 3);
  const rows = verdicts.map((verdict) => {
    const { id, verified } = verdict, totals = verified?.totals;
    const outcome = holds(verdict, options) ? green("holds") : red("fails");
    const cells = totals
      ? [totals.numbers, totals.fails, totals.notChecked].map((n) => `${n}`.padStart(9)).join("")
      : "";
    return `${id.padEnd(width)}  ${outcome}${cells}`;
  });
  const good = verdicts.filter((verdict) => holds(verdict, options)).length;
  return [
    "",
    `${"run".padEnd(width)}          numbers    fails unchecked`,
    ...rows,
    "",
    `${good} of ${verdicts.length} runs hold`,
  ];
}
