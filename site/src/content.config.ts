/**
 * The reports as content collections, each file checked against the schema that wrote it: a bad one fails the build with
 * its file, field and reason. An entry's id is its run's folder.
 *
 * @module
 */
import { defineCollection } from "astro:content";
import { glob } from "astro/loaders";
import { Activations, Features, Metrics, Reconstructions, Run } from "../../lib/report/schema.ts";
import { Bench } from "../../lib/report/bench_schema.ts";
import { REPORTS_DIR } from "./reports_dir.ts";

const ofEachRun = (file: string) =>
  glob({ base: REPORTS_DIR, pattern: `*/${file}`, generateId: ({ entry }) => entry.split("/")[0] });

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
};
