/**
 * `compare`: two or more finished runs, trained here or imported, as dictionaries: which latents they share.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { UNSCALED } from "../data/scaling.ts";
import { printablePath, UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { comparisonPath, writeComparison } from "../report/writer.ts";
import { compareRuns, type ComparisonFiles } from "../run/compare.ts";
import { type ComparedRows, ownTestRows } from "../run/compare_rows.ts";
import { loadNewRows } from "../run/new_rows.ts";
import { openTrained, type TrainedModel } from "../run/trained_model.ts";
import { folderName } from "./args.ts";
import { comparisonLines } from "./compare_view.ts";
import { type FlagTable, type Given, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import {
  countOf,
  DEVICE_FLAGS,
  deviceOf,
  isGiven,
  OUTPUT_FLAGS,
  partOf,
  ROW_FLAGS,
  rowFiles,
  valueOf,
} from "./model_args.ts";
import { dataLine } from "./data_lines.ts";
import { openedRows } from "./model_view.ts";
import { runFolderOf } from "./named_run.ts";
import { assertMayWrite, shellQuoted } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { Terminal } from "./terminal.ts";

/** Rows on which activations are compared, and runs, at most: every pair of runs is compared. */
const DEFAULT_ROWS = 10_000, MOST_ROWS = 2 ** 31, MOST_RUNS = 20;
/** Characters of a comparison's name, and those of them that stand for runs with long ids. */
const MOST_NAME = 40, HASH = 8;

const COMPARE_FLAGS = {
  "data": ROW_FLAGS.data,
  "tensor": ROW_FLAGS.tensor,
  "part": { ...ROW_FLAGS.part, defaults: "test, if the data have one" },
  "data-dir": { takes: "FOLDER", help: "Read the runs' own data set, MNIST, from here." },
  "limit": { takes: "N", help: "Compare activations on the first N rows only.", defaults: `${DEFAULT_ROWS}` },
  "no-data": { takes: "", help: "Compare the directions alone, not the activations." },
  "name": { takes: "NAME", help: "What the comparison is called; made from the runs' ids if left out." },
  "out": { takes: "FOLDER", help: "Write comparisons/NAME.json below this folder.", defaults: "the reports folder" },
  "overwrite": { takes: "", help: "Replace a comparison of this name if there is one." },
  ...DEVICE_FLAGS,
  ...OUTPUT_FLAGS,
  "quiet": { takes: "", help: "Print nothing but the path of the comparison." },
} as const satisfies FlagTable;

/** `compare --help`. */
export function compareHelp(): HelpPage {
  return {
    about:
      "Compare the dictionaries of two or more finished runs, trained here or imported: the best one-to-one matching of their " +
      "latents by the cosine of decoder directions, the share of latents that they share, latents that are split into several, " +
      "and how well activations agree on the same rows. Runs that differ in the random seed alone are compared as a group as well. " +
      "Models with hidden layers have no directions to compare.",
    usage: "compare RUN RUN [RUN …] [flags]",
    sections: [{ title: "Flags", rows: flagRows(COMPARE_FLAGS) }],
    examples: [
      { term: "compare small large", text: "on the test rows of the data set that they were trained on" },
      { term: "compare mine theirs --data x.npy", text: "activations on rows of a file" },
      { term: "compare seed-0 seed-1 seed-2 --no-data", text: "the directions alone" },
    ],
  };
}

/**
 * Runs the command.
 *
 * @param signal Asks to stop; no file is left then.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function compareCommand(args: string[], signal: AbortSignal): Promise<number> {
  const given = parseFlags(args, COMPARE_FLAGS), { flags, positionals } = given;
  if (positionals.length < 2 || positionals.length > MOST_RUNS) {
    const now = `${positionals.length} run${positionals.length === 1 ? " is" : "s are"} named`;
    throw usage(`Cannot compare: ${now}, expected deno task compare RUN RUN [RUN …], at most ${MOST_RUNS}`);
  }
  const limit = countOf(given, { flag: "limit", most: MOST_ROWS }) ?? DEFAULT_ROWS, device = deviceOf(given);
  const reportsDir = folderName(valueOf(flags, "reports") ?? "reports");
  const folders = await Promise.all(positionals.map((named) => runFolderOf(named, { reportsDir })));
  const out = folderName(valueOf(flags, "out") ?? reportsDir);
  await assertMayWrite(out, { args: ["compare", ...args] });
  const models: TrainedModel[] = [];
  for (const folder of folders) models.push(await openTrained(folder));
  const name = valueOf(flags, "name") ?? nameOf(models.map(({ run }) => run.id));
  await refuseExisting(out, { name, overwrites: isGiven(flags, "overwrite") });

  const isQuiet = isGiven(flags, "quiet"), isJson = isGiven(flags, "json");
  const terminal = new Terminal({ isQuiet, isJson });
  const options = { device, cacheDir: ".cache", signal };
  let found: ComparisonFiles | null;
  try {
    const rows = await rowsOf(given, { models, limit, terminal, signal });
    found = await compareRuns(folders, {
      ...{ name, command: ["deno", "task", "compare", ...args].map(shellQuoted).join(" "), sweep: null, signal },
      pairs: { rows, options },
      onProgress: ({ what, done, total }) => terminal.bar(done / total, what),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.line("Stopped: nothing was compared to the end");
    return INTERRUPTED;
  }
  await refuseExisting(out, { name, overwrites: isGiven(flags, "overwrite") }); // another may have written it meanwhile
  const path = await writeComparison(out, found!); // there is at least one pair
  for (const line of [...comparisonLines(found!), ""]) terminal.line(line);
  if (isQuiet && !isJson) terminal.result(path);
  else terminal.line(`wrote    ${path}`);
  if (isJson) terminal.json(found!.comparison);
  return 0;
}

/** The rows that are named, or the test rows of the first run whose own data set can be loaded; null for none, which is said. */
async function rowsOf(
  given: Given,
  { models, limit, terminal, signal }: {
    models: TrainedModel[];
    limit: number;
    terminal: Terminal;
    signal: AbortSignal;
  },
): Promise<ComparedRows | null> {
  if (isGiven(given.flags, "no-data")) return null;
  const { data, ...others } = rowFiles(given);
  if (data !== undefined) {
    const [{ run, definition: { arch } }] = models;
    const { name, opened } = await openedRows({ ...others, data }, {
      ...{ part: partOf(given), ownPart: "test", run, terminal },
    });
    const { pixels, count } = await loadNewRows(opened, { arch, scaling: UNSCALED, limit, signal });
    return { name, pixels, count };
  }
  const dataDir = valueOf(given.flags, "data-dir");
  let why = "";
  for (const { run, definition: { arch } } of models) {
    const rows = await ownTestRows(run, { dataDir, cacheDir: ".cache", signal });
    if (typeof rows === "string") {
      why ||= `${run.id}: ${rows}`;
      continue;
    }
    const count = Math.min(rows.count, limit);
    terminal.line(dataLine(`${rows.name}, ${count} rows`));
    return { ...rows, count, pixels: rows.pixels.subarray(0, count * arch.dInput) as typeof rows.pixels };
  }
  const later = "With rows, the same command needs --overwrite to replace this comparison";
  terminal.notice(`Activations are not compared, only directions (${why}). ${later}`);
  return null;
}

/** @throws {UserError} A comparison or a sweep has the name. */
async function refuseExisting(
  out: string,
  { name, overwrites }: { name: string; overwrites: boolean },
): Promise<void> {
  const path = comparisonPath(out, name);
  if (await exists(`${out}/sweeps/${name}.json`)) {
    throw new UserError(`Cannot use --name ${name}: a sweep is called so, expected another name`, { exitCode: 2 });
  }
  if (overwrites || !await exists(path)) return;
  const now = "it is there already";
  throw new UserError(`Cannot write ${printablePath(path)}: ${now}, expected --overwrite or another --name`);
}

/** A name made from ids, which are cut and followed by a hash of all if they are too long. */
function nameOf(ids: readonly string[]): string {
  const plain = ids.join("-");
  if (plain.length <= MOST_NAME) return plain;
  const hash = createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, HASH);
  return `${plain.slice(0, MOST_NAME - HASH - 1)}-${hash}`.replace(/\.{2,}/g, ".");
}
