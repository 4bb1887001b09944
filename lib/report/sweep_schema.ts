/**
 * What stands in `reports/sweeps/<name>.json`: which runs belong to a sweep, and in which knobs they differ.
 *
 * Holds no result and no clock: results are in the runs' own folders, so every shard of a sweep writes the same bytes.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { RunId } from "./schema.ts";

/** A knob's value as a sweep file says it; null is the knob's default. */
export const KnobValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())], {
  error: "text, a number, true, false, null or a list of numbers",
});

const Knobs = z.record(z.string(), KnobValue);

/** A sweep's name, which is a file's and a page's; `run` is left out because `sweeps/run.json` would read as a run. */
export const SweepName = z.string().regex(/^(?!run$)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/);

/** The whole file. */
export const Sweep = z.strictObject({
  schemaVersion: z.literal(1).describe("Version of this file's schema."),
  name: SweepName.describe("The sweep's name; every run's id begins with it."),
  base: Knobs.describe("The settings that every run has in common, as far as the sweep sets them."),
  knobs: z.array(z.strictObject({
    name: z.string().describe("A setting of `config` in run.json."),
    values: z.array(KnobValue).describe("Its different values, in the order of the sweep file."),
  })).describe(
    "The settings that vary, without the random seed, in the order of `config`; one may have a single value.",
  ),
  seeds: z.array(z.int().min(0)).describe("The random seeds that each combination is trained with."),
  runs: z.array(z.strictObject({
    id: RunId.describe("Its folder under reports/, which has a run.json once it is finished."),
    knobs: Knobs.describe(
      "What it changes from base; a setting left out has its value in the `config` of its run.json.",
    ),
    seed: z.int().min(0),
  })).describe(
    "Every run, whatever its state: objects of `list`, then combinations, then random seeds, the last fastest.",
  ),
});

/** See the schema of the same name. */
export type Sweep = z.infer<typeof Sweep>;
/** See the schema of the same name. */
export type KnobValue = z.infer<typeof KnobValue>;
