/**
 * The weights of runs as the live page loads them, written beside the runs' pages.
 *
 * What is in such a file is said in `src/live/worker/run_weights.ts`.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Run } from "../../lib/report/schema.ts";
import { LIVE_WEIGHTS_FILE, loadableRun } from "../src/live/loadable_run.ts";
import { encodeRunWeights } from "../src/live/worker/run_weights.ts";
import { runsWithPages } from "./run_files.ts";

/**
 * The file of a run's weights; null if the live page cannot open the run, or its weights are missing or damaged.
 *
 * @param folder The run's folder, with a report that was checked.
 */
export async function liveWeights(folder: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const run = JSON.parse(await readFile(`${folder}/run.json`, "utf8")) as Run;
  if (loadableRun(run).whyNot !== null) return null;
  const model = await readFile(`${folder}/${run.model.file}`).catch(() => null);
  try {
    return model && encodeRunWeights(model, run);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Writes the weights of a run into a folder, beside the run's pages. */
export async function writeLiveWeights(
  { reportsDir, id }: { reportsDir: string; id: string },
  folder: string,
): Promise<void> {
  const file = await liveWeights(`${reportsDir}/${id}`);
  if (file) await writeFile(`${folder}/${LIVE_WEIGHTS_FILE}`, file);
}

/** Writes the weights of every run that has pages in a built site. */
export async function writeAllLiveWeights(reportsDir: string, out: string): Promise<void> {
  for (const id of await runsWithPages(reportsDir, out)) {
    await writeLiveWeights({ reportsDir, id }, `${out}/runs/${id}`);
  }
}
