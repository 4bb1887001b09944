/**
 * `progress.json`: how far a run is that has no report yet, so that its curves can be followed while it trains.
 *
 * Rewritten after every epoch, gone once `run.json` is there. A stopped run keeps it until it is resumed.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { SettledConfig } from "../config_schema.ts";
import { DatasetFacts } from "./dataset_schema.ts";
import { Metrics, TestMeasures } from "./metrics_schema.ts";
import { count, RunId, version } from "./schema_parts.ts";

/** The whole file. */
export const RunProgress = z.strictObject({
  schemaVersion: version,
  id: RunId.describe("The folder's name."),
  title: z.string().describe("The run's title for people."),
  createdAt: z.iso.datetime().describe("When the run was started, ISO 8601."),
  updatedAt: z.iso.datetime().describe("When the last epoch was measured, ISO 8601."),
  config: SettledConfig.describe("Every setting; `epochs` among them is how many there will be."),
  dataset: z.strictObject({
    name: z.string(),
    kind: DatasetFacts.shape.kind,
    height: z.int().min(1),
    width: z.int().min(1),
    channels: DatasetFacts.shape.channels,
    train: count.describe("Training inputs."),
    test: count.describe("Test inputs."),
  }).describe("The data."),
  trainMs: z.number().min(0).describe("Milliseconds in steps so far."),
  start: TestMeasures.describe("Over the whole test set, before the first step."),
  epochs: Metrics.shape.epochs,
  silentLatents: Metrics.shape.silentLatents,
});

/** See the schema of the same name. */
export type RunProgress = z.infer<typeof RunProgress>;
