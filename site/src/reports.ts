/**
 * Finished runs, newest first, all files of one, and the newest bench. Reads; computes nothing.
 *
 * @module
 */
import { type CollectionEntry, getCollection, getEntry } from "astro:content";

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
export async function allRuns(): Promise<Run[]> {
  const runs = (await getCollection("runs")).map(({ data }) => data);
  return runs.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
}

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

/** The newest run's report, or null where there are none. */
export async function newestReport(): Promise<Report | null> {
  const [newest] = await allRuns();
  return newest ? await reportOf(newest) : null;
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
