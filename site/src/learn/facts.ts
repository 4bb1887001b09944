/**
 * The reports that the chapters of Learn take their numbers from. Reads; computes nothing.
 *
 * @module
 */
import { chosenRuns } from "../chosen_runs.ts";
import { allRuns, featuredRun, type Report, reportOf, runsBySweep } from "../reports.ts";

/** Reports by their part in the chapters; null where no run takes it. */
export interface Facts {
  /** The featured KL run. */
  kl: Report | null;
  /** A model with few active latents on the same data. */
  sparse: Report | null;
  /** The tutorial's settings on the same data. */
  notebook: Report | null;
}

/** See {@linkcode Facts}. */
export async function facts(): Promise<Facts> {
  const sweptIds = new Set((await runsBySweep()).swept.map(({ id }) => id));
  const { kl, sparse, notebook } = chosenRuns(await allRuns(), { featured: await featuredRun(), sweptIds });
  const [ofKl, ofSparse, ofNotebook] = await Promise.all([kl, sparse, notebook].map((run) => run && reportOf(run)));
  return { kl: ofKl, sparse: ofSparse, notebook: ofNotebook };
}
