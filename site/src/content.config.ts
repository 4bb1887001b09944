/**
 * The reports as content collections, each file checked against the schema that wrote it: a bad one fails the build with
 * its file, field and reason. An entry's id is its run's folder.
 *
 * @module
 */
import { defineCollection } from "astro:content";
import { glob, type Loader } from "astro/loaders";
import { existsSync } from "node:fs";
import { Activations, Features, Metrics, Reconstructions, Run } from "../../lib/report/schema.ts";
import { Bench } from "../../lib/report/bench_schema.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { REPORTS_DIR } from "./reports_dir.ts";

/** A file of each run; one of a run that is not finished is neither checked nor shown. */
function ofEachRun(file: string): Loader {
  const loader = glob({ base: REPORTS_DIR, pattern: `*/${file}`, generateId: ({ entry }) => entry.split("/")[0] });
  const isFinished = (id: string) => existsSync(`${REPORTS_DIR}/${id}/run.json`);
  return {
    ...loader,
    load: (context) =>
      loader.load({
        ...context,
        parseData: (entry) => isFinished(entry.id) ? context.parseData(entry) : Promise.resolve(entry.data),
      }),
  };
}

export const collections = {
  runs: defineCollection({ loader: ofEachRun("run.json"), schema: Run }),
  metrics: defineCollection({ loader: ofEachRun("metrics.json"), schema: Metrics }),
  reconstructions: defineCollection({ loader: ofEachRun("reconstructions.json"), schema: Reconstructions }),
  activations: defineCollection({ loader: ofEachRun("activations.json"), schema: Activations }),
  benches: defineCollection({
    loader: glob({
      base: REPORTS_DIR,
      pattern: "bench/*/bench.json",
      generateId: ({ entry }) => entry.split("/")[1],
    }),
    schema: Bench,
  }),
  features: defineCollection({ loader: ofEachRun("features.json"), schema: Features }),
  sweeps: defineCollection({
    loader: glob({
      base: REPORTS_DIR,
      pattern: "sweeps/*.json",
      generateId: ({ entry }) => entry.slice("sweeps/".length, -".json".length),
    }),
    schema: Sweep,
  }),
};
