/**
 * Finished runs, newest first, all files of one, sweeps, and the newest bench. Computes nothing.
 *
 * @module
 */
import type { Bench } from "../../lib/report/bench_schema.ts";
import type { LatentColumns, PairColumns } from "../../lib/report/comparison_columns_schema.ts";
import type { Comparison, SeedGroup } from "../../lib/report/comparison_schema.ts";
import type { ReportFiles as Report } from "../../lib/report/expectation.ts";
import type { LatentDetails, Run } from "../../lib/report/schema.ts";
import type { SiteSettings } from "../../lib/report/site_schema.ts";
import type { Sweep } from "../../lib/report/sweep_schema.ts";
import { buildContext, reportsVersion } from "./build_context.ts";
import { readLatentColumns, readPairColumns } from "./checked_comparisons.ts";
import { type CheckedReports, checkedReports, type LeftOut, readDetails, readReport } from "./checked_reports.ts";
import { featuredAmong } from "./featured_run.ts";
import { REPORTS_DIR } from "./reports_dir.ts";
import { pwMccOf, seedGroupOf } from "./stability/groups.ts";

export type { Comparison, LeftOut, Report, Run, SeedGroup, SiteSettings, Sweep };

/** Reports kept at a time: pages of one run are drawn one after the other. */
const MOST_KEPT = 8;

const checked: () => Promise<CheckedReports> = onceABuild(async () => {
  const prepared = buildContext();
  if (prepared) return prepared.reports;
  const reports = await checkedReports(REPORTS_DIR);
  for (const { path, reason } of reports.leftOut) console.warn(`[reports] left out ${path}: ${reason}`);
  return reports;
});
const kept = new Map<string, Promise<Report>>();

/** All finished runs, the newest first. */
export const allRuns: () => Promise<Run[]> = onceABuild(async () =>
  (await checked()).runs.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id))
);

/** Runs whose pages this build draws, the newest first: all but those whose pages were kept from an earlier build. */
export async function runsToDraw(): Promise<Run[]> {
  const kept = buildContext()?.keptRuns;
  return (await allRuns()).filter(({ id }) => !kept?.has(id));
}

/** Files that cannot be shown, by path, each with its reason. */
export async function leftOut(): Promise<LeftOut[]> {
  return (await checked()).leftOut;
}

/** Every file of a finished run, without the details of its latents. */
export function reportOf({ id }: Pick<Run, "id">): Promise<Report> {
  const report = kept.get(id) ?? readReport(REPORTS_DIR, id);
  kept.delete(id); // the one asked for last becomes the newest
  if (!import.meta.env.DEV) kept.set(id, report);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return report;
}

/** One of the detail files that a run's latents.json lists; read anew on each call. */
export function latentDetails({ id }: Pick<Run, "id">, file: string): Promise<LatentDetails> {
  return readDetails(REPORTS_DIR, { folder: id, file });
}

/** All sweeps, by name. */
export const allSweeps: () => Promise<Sweep[]> = onceABuild(async () =>
  (await checked()).sweeps.toSorted((a, b) => a.name.localeCompare(b.name))
);

/** All comparisons of dictionaries, the newest first. */
export const allComparisons: () => Promise<Comparison[]> = onceABuild(async () =>
  (await checked()).comparisons.toSorted((a, b) =>
    b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name)
  )
);

/** The group of random seeds that a run's latents are looked for in; null if the run is in no comparison. */
export async function seedsOf(run: Pick<Run, "id">): Promise<{ comparison: Comparison; group: SeedGroup } | null> {
  return seedGroupOf(run.id, await allComparisons());
}

/** Mean PW-MCC of the group that a run is compared in, by the run's id; runs of no comparison, or with another model by now, are left out. */
export async function pwMccByRun(): Promise<Map<string, number>> {
  return pwMccOf(await allRuns(), await allComparisons());
}

/** A run's latents in the other random seeds of a comparison; read anew on each call. */
export function latentColumns({ name }: Pick<Comparison, "name">, id: string): Promise<LatentColumns> {
  return readLatentColumns(REPORTS_DIR, { name, id });
}

/** The latents of the two dictionaries at a place of a comparison's `dictionaries`; read anew on each call. */
export function pairColumns({ name }: Pick<Comparison, "name">, place: number): Promise<PairColumns> {
  return readPairColumns(REPORTS_DIR, { name, place });
}

/** Runs of no sweep, and the others: of many runs of one sweep no latent gets a page of its own. */
export const runsBySweep: () => Promise<{ alone: Run[]; swept: Run[] }> = onceABuild(async () => {
  const sweptIds = new Set((await allSweeps()).flatMap(({ runs }) => runs.map(({ id }) => id)));
  const { alone = [], swept = [] } = Object.groupBy(
    await allRuns(),
    ({ id }) => sweptIds.has(id) ? "swept" as const : "alone" as const,
  );
  return { alone, swept };
});

/** What `reports/site.json` says; empty if there is none. */
export async function siteSettings(): Promise<SiteSettings> {
  return (await checked()).site;
}

/** The run to show where the site shows one, as `featured_run.ts` chooses it; null if there are no runs. */
export const featuredRun: () => Promise<Run | null> = onceABuild(async () => {
  const sweptIds = new Set((await runsBySweep()).swept.map(({ id }) => id));
  return featuredAmong(await allRuns(), { pinned: (await siteSettings()).featured, sweptIds });
});

/** The newest side-by-side measurement of the engines, or null where there is none. */
export async function newestBench(): Promise<Bench | null> {
  return (await checked()).benches.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
}

/** Reads once in a build, in which reports do not change; while the site is served to its authors, after every change. */
function onceABuild<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null, version = 0;
  return () => {
    if (version !== reportsVersion()) kept = null;
    version = reportsVersion();
    return kept ??= read();
  };
}
