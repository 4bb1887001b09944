/**
 * Summaries of runs, made from their reports at build.
 *
 * @module
 */
import { allRuns, reportOf } from "../reports.ts";
import { summaryOf } from "./summarise.ts";
import type { RunSummary } from "./summary.ts";

/** In the order of the ids; each a finished run. */
export async function summariesOf(ids: string[]): Promise<RunSummary[]> {
  const runs = new Map((await allRuns()).map((run) => [run.id, run]));
  const summaries: RunSummary[] = [];
  for (const id of ids) summaries.push(summaryOf(await reportOf(runs.get(id)!)));
  return summaries;
}
