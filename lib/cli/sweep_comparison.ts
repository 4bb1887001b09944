/**
 * The end of a sweep: its finished runs that differ in the random seed alone, compared.
 *
 * @module
 */
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { runFolder, writeComparison } from "../report/writer.ts";
import { compareRuns } from "../run/compare.ts";
import type { Plan } from "../sweep/plan.ts";
import { stabilityLines } from "./compare_view.ts";
import { shellQuoted } from "./permissions.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Compares the runs of the whole sweep that are finished by now, and prints what was found of each group of them.
 *
 * @returns The path of the comparison; null if there is none: no group has two finished runs, or one of them cannot be opened, which is said.
 */
export async function compareSeeds(
  { sweep, runs }: Plan,
  { file, reportsDir, signal, terminal }: {
    /** The sweep file. */
    file: string;
    reportsDir: string;
    signal: AbortSignal;
    terminal: Terminal;
  },
): Promise<string | null> {
  const folders: string[] = [];
  for (const { id } of runs) {
    const folder = runFolder(reportsDir, id);
    if (await exists(`${folder}/run.json`)) folders.push(folder);
  }
  try {
    const found = await compareRuns(folders, {
      ...{ name: sweep.name, command: `deno task sweep ${shellQuoted(file)}`, sweep: sweep.name, pairs: null, signal },
      onProgress: ({ what, done, total }) => terminal.bar(done / total, `comparing ${what}`),
    });
    if (found === null) return null;
    const path = await writeComparison(reportsDir, found);
    for (const line of [...stabilityLines(found.comparison), "", `Matched ${path}`]) terminal.line(line);
    return path;
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof UserError)) throw error;
    terminal.notice(`The runs were not compared: ${error.message}`);
    return null;
  }
}
