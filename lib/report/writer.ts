/**
 * The only code that writes reports: `reports/<run-id>/`, each file whole, `run.json` last; `reports/sweeps/`, and
 * `reports/comparisons/`.
 *
 * What stands in the files of a report is the business of `report_files.ts`.
 * A folder with a `run.json` is a finished run; one without is a run under way or stopped, with its checkpoint and,
 * from its first epoch on, its progress.
 *
 * @module
 */
import { quoted, UserError } from "../errors.ts";
import { filesBelow, isTemporary, readWhole, writeWhole } from "../files.ts";
import { LatentColumns, PairColumns } from "./comparison_columns_schema.ts";
import { Comparison, ComparisonName } from "./comparison_schema.ts";
import { RunProgress } from "./progress_schema.ts";
import { hashedFile, type Report, reportFiles, reportJson } from "./report_files.ts";
import { type HashedFile, Run, RunId } from "./schema.ts";
import { isReservedId } from "./schema_parts.ts";
import { Sweep } from "./sweep_schema.ts";

/** The checkpoint's file name; it goes when the report is written. */
export const CHECKPOINT_FILE = "checkpoint.safetensors";
/** The progress's file name; it goes when the report is written. */
export const PROGRESS_FILE = "progress.json";
/** What `deno task verify` found of a report; it is not one of the report's files. */
export const VERIFICATION_FILE = "verification.json";
/** Files of a run without a report. */
const UNFINISHED_FILES = [CHECKPOINT_FILE, PROGRESS_FILE];
/** A longer `run.json` was not written by this program. */
export const MOST_RUN_BYTES = 2 ** 28;

/**
 * The folder of a run.
 *
 * @throws {UserError} The id could leave the reports folder, is not a file name, or means something else there.
 */
export function runFolder(reportsDir: string, id: string): string {
  if (isReservedId(id)) {
    throw new UserError(`Cannot use run id ${quoted(id)}: the reports folder or the site uses it, expected another`, {
      exitCode: 2,
    });
  }
  if (!RunId.safeParse(id).success) {
    const expected = "up to 80 letters, digits, '.', '_' and '-', starting with a letter or digit, without '..'";
    throw new UserError(`Cannot use run id ${quoted(id)}: it is not a plain name, expected ${expected}`, {
      exitCode: 2,
    });
  }
  return `${reportsDir}/${id}`;
}

/**
 * Writes how far a run is.
 *
 * @throws {z.ZodError} A value is not what the schema says.
 * @throws {UserError} The folder cannot be written.
 */
export async function writeProgress(folder: string, progress: Omit<RunProgress, "schemaVersion">): Promise<void> {
  await writeWhole(`${folder}/${PROGRESS_FILE}`, reportJson({ schema: RunProgress, content: progress }));
}

/**
 * Writes a whole report and removes what only a run without one has: its checkpoint and its progress.
 *
 * @throws {z.ZodError} A value is not what the schema says. `run.json` is then not there.
 * @throws {UserError} A figure is NaN or infinite, or the folder cannot be written. `run.json` is then not there.
 */
export async function writeReport(folder: string, report: Report): Promise<void> {
  for await (const { path, bytes } of reportFiles(report)) await writeWhole(`${folder}/${path}`, bytes);
  await removeUnfinished(folder);
}

/** Removes what a finished run does not have; a run that has none of it has nothing to remove. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of UNFINISHED_FILES) await Deno.remove(`${folder}/${name}`).catch(() => {});
}

/**
 * Copies a finished report to another folder, under another id.
 *
 * The copy states the checksums that the report states, so that a file that was changed before is found in the copy too;
 * those of an older report without any are computed.
 *
 * @param options.run What `run.json` says there.
 * @param options.files The other files, as the report states them; none of an older report.
 * @throws {UserError} A file cannot be read or written. `run.json` is then not there.
 */
export async function copyReport(
  from: string,
  to: string,
  { run, files }: { run: Report["run"]; files: readonly HashedFile[] },
): Promise<void> {
  const names = files.length > 0 ? files.map(({ name }) => name) : await unlistedFiles(from);
  const copied: HashedFile[] = [];
  for (const path of names) {
    const bytes = await readWhole(`${from}/${path}`);
    await writeWhole(`${to}/${path}`, bytes);
    copied.push(files.find(({ name }) => name === path) ?? await hashedFile({ path, bytes }));
  }
  await writeWhole(`${to}/run.json`, reportJson({ schema: Run, content: { ...run, files: copied } }));
}

/** The files of a report whose `run.json` does not list them. */
async function unlistedFiles(folder: string): Promise<string[]> {
  const others = ["run.json", VERIFICATION_FILE, ...UNFINISHED_FILES];
  const isHidden = (name: string) => /(?:^|\/)\.[^/]*$/.test(name);
  return (await filesBelow(folder)).filter((name) => !others.includes(name) && !isTemporary(name) && !isHidden(name));
}

/**
 * Writes the list of a sweep's runs. Equal sweeps give equal bytes, so that any number of shards may write it.
 *
 * @returns The file's path, `<reportsDir>/sweeps/<name>.json`.
 * @throws {UserError} The folder cannot be written.
 */
export async function writeSweep(reportsDir: string, sweep: Sweep): Promise<string> {
  const path = `${reportsDir}/sweeps/${sweep.name}.json`;
  await writeWhole(path, reportJson({ schema: Sweep, content: sweep }));
  return path;
}

/**
 * The path of a comparison's summary, `<reportsDir>/comparisons/<name>.json`.
 *
 * @throws {UserError} The name is not a file's.
 */
export function comparisonPath(reportsDir: string, name: string): string {
  if (ComparisonName.safeParse(name).success) return `${reportsDir}/comparisons/${name}.json`;
  const expected = "up to 40 letters, digits, '.', '_' and '-', starting with a letter or digit, without '..', not run";
  throw new UserError(`Cannot use the name ${quoted(name)}: it is not a plain name, expected ${expected}`, {
    exitCode: 2,
  });
}

/** A temporary file as old as this has no writer any more. */
const ABANDONED_MS = 3_600_000;

/**
 * Writes a comparison in the place of one of the same name: the columns first, the summary last, so that no summary is beside
 * columns of another comparison when this process ends. Two sweeps of one file may end at the same time: no file that
 * another writer has written or is writing is removed, unless it is of runs that this comparison does not have.
 *
 * @returns The path of the summary.
 * @throws {z.ZodError} A value is not what the schema says.
 * @throws {UserError} The folder cannot be written.
 */
export async function writeComparison(
  reportsDir: string,
  { comparison, latents, pairs }: { comparison: Comparison; latents: LatentColumns[]; pairs: PairColumns[] },
): Promise<string> {
  const path = comparisonPath(reportsDir, comparison.name), folder = path.replace(/\.json$/, "");
  const files = new Map([
    ...latents.map((content) =>
      [`latents/${content.run}.json`, reportJson({ schema: LatentColumns, content })] as const
    ),
    ...pairs.map((content, i) => [`pairs/${i}.json`, reportJson({ schema: PairColumns, content })] as const),
  ]);
  const summary = reportJson({ schema: Comparison, content: comparison });
  await Deno.remove(path).catch(() => {}); // there may be none
  for (const [name, content] of files) await writeWhole(`${folder}/${name}`, content);
  await removeOthers(folder, new Set(files.keys()));
  await writeWhole(path, summary);
  return path;
}

/** Removes what an earlier comparison had in the folder, and what killed writers left. */
async function removeOthers(folder: string, names: ReadonlySet<string>): Promise<void> {
  for (const name of await filesBelow(folder)) {
    if (names.has(name)) continue;
    const file = `${folder}/${name}`, modified = (await Deno.stat(file).catch(() => null))?.mtime?.getTime() ?? 0;
    if (!isTemporary(name) || Date.now() - modified > ABANDONED_MS) await Deno.remove(file).catch(() => {});
  }
  for (const part of ["latents", "pairs"]) await Deno.remove(`${folder}/${part}`).catch(() => {}); // if it is empty
}
