/**
 * Finished runs, newest first, all files of one, sweeps, and the newest bench. Reads; computes nothing.
 *
 * @module
 */
import { type CollectionEntry, getCollection, getEntry } from "astro:content";
import type { PricedLatent } from "./charts/penalty.ts";

/** `run.json` of a finished run. */
export type Run = CollectionEntry<"runs">["data"];

/** Every file of a finished run. */
export interface Report {
  run: Run;
  metrics: CollectionEntry<"metrics">["data"];
  reconstructions: CollectionEntry<"reconstructions">["data"];
  activations: CollectionEntry<"activations">["data"];
  features: CollectionEntry<"features">["data"];
}

/** All finished runs, the newest first. */
export const allRuns: () => Promise<Run[]> = onceABuild(async () => {
  const runs = (await getCollection("runs")).map(({ data }) => data);
  return runs.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
});

/** @throws {Error} A file of the run is missing. */
export async function reportOf(run: Run): Promise<Report> {
  const [metrics, reconstructions, activations, features] = await Promise.all([
    fileOf("metrics", run.id),
    fileOf("reconstructions", run.id),
    fileOf("activations", run.id),
    fileOf("features", run.id),
  ]);
  return { run, metrics, reconstructions, activations, features };
}

/** A sweep's file. */
export type Sweep = CollectionEntry<"sweeps">["data"];

/** All sweeps, by name. */
export const allSweeps: () => Promise<Sweep[]> = onceABuild(async () =>
  (await getCollection("sweeps")).map(({ data }) => data).sort((a, b) => a.name.localeCompare(b.name))
);

/** Runs of no sweep, and the others: of many runs of one sweep no latent gets a page of its own. */
export const runsBySweep: () => Promise<{ alone: Run[]; swept: Run[] }> = onceABuild(async () => {
  const sweptIds = new Set((await allSweeps()).flatMap(({ runs }) => runs.map(({ id }) => id)));
  const { alone = [], swept = [] } = Object.groupBy(
    await allRuns(),
    ({ id }) => sweptIds.has(id) ? "swept" as const : "alone" as const,
  );
  return { alone, swept };
});

/** The report of the run to show first; null where there are none. */
export async function newestReport(): Promise<Report | null> {
  const [run] = await runsToShow();
  return run ? await reportOf(run) : null;
}

/** Runs of images before those of vectors, runs on their own before those of sweeps, and then the newest first. */
async function runsToShow(): Promise<Run[]> {
  const { alone, swept } = await runsBySweep();
  const { images = [], vectors = [] } = Object.groupBy(
    [...alone, ...swept],
    ({ metrics }) => metrics.dictionary ? "vectors" as const : "images" as const,
  );
  return [...images, ...vectors];
}

/** The report of a KL run and its latents with their prices. */
export interface KlReport extends Report {
  latents: PricedLatent[];
  klNats: number;
  /** Whether its latents have pages. */
  hasFeaturePages: boolean;
}

/** The report of the KL run to show first; null where there are none. */
export async function newestKlReport(): Promise<KlReport | null> {
  const run = (await runsToShow()).find(({ metrics }) => metrics.test.klNats !== null);
  if (!run) return null;
  const { alone } = await runsBySweep();
  const report = await reportOf(run);
  const latents = report.activations.latents.flatMap(({ latent, meanActivation, klNats }) =>
    klNats === null ? [] : [{ latent, meanActivation, klNats }]
  );
  return { ...report, latents, klNats: run.metrics.test.klNats!, hasFeaturePages: alone.includes(run) };
}

/** The newest side-by-side measurement of the engines, or null where there is none. */
export async function newestBench(): Promise<CollectionEntry<"benches">["data"] | null> {
  const benches = (await getCollection("benches")).map(({ data }) => data);
  return benches.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
}

type Collection = "metrics" | "reconstructions" | "activations" | "features";

async function fileOf<C extends Collection>(collection: C, id: string): Promise<CollectionEntry<C>["data"]> {
  const entry = await getEntry(collection, id);
  if (!entry) throw new Error(`Cannot show run ${id}: ${collection}.json is missing, expected it beside run.json`);
  return entry.data;
}

/** Reads once in a build, in which reports do not change; on each call while the site is served to its authors. */
function onceABuild<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => import.meta.env.DEV ? read() : kept ??= read();
}
