/**
 * `activations.json`: the activations of all latents together, and the latents that are drawn side by side.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers } from "./number_lists.ts";
import { count, rule, version } from "./schema_parts.ts";

/** Bins of a histogram of activations. */
export const HISTOGRAM_BINS = 50;
/** Latents that are drawn side by side, at most. */
export const MOST_SHOWN = 64;
/** Test inputs in the heat map, at most. */
export const HEATMAP_ROWS = 200;

/** Activations counted in equal bins. */
export const Histogram = z.strictObject({
  max: z.number().min(0).describe("The largest activation, where the last bin ends (inclusive); 0 if all are 0."),
  counts: numbers({ isInteger: true, length: HISTOGRAM_BINS }).describe(
    "Activations in each of 50 equal bins from 0 to max.",
  ),
});

/** `activations.json`: the latents over the test set. */
export const Activations = z.strictObject({
  schemaVersion: version,
  histogram: Histogram.describe("The activations of all latents on all test inputs."),
  shown: z.array(count).min(1).max(MOST_SHOWN).describe(
    "The latents of `heatmap` and `classMeans`, ascending: all of up to 64, else the 64 with the largest mean activation.",
  ),
  heatmap: z.strictObject({
    labels: numbers({ isInteger: true }).nullable().describe("The class of each row; null without labels."),
    acts: z.array(numbers()).min(1).max(HEATMAP_ROWS).describe(
      "Activations on the first 200 test inputs, `[row][i]` of latent `shown[i]`, 4 decimals.",
    ),
  }),
  classMeans: z.array(numbers()).nullable().describe(
    "Mean activation on the test inputs of a class, `[class][i]` of latent `shown[i]`, 4 decimals; 0 for a class without test " +
      "inputs; null without labels.",
  ),
}).superRefine(rule(({ shown, heatmap: { labels, acts }, classMeans }) => {
  const repeated = shown.findIndex((latent, i) => i > 0 && latent <= shown[i - 1]);
  if (repeated >= 0) return { path: ["shown", repeated], expected: "ascending latents" };
  if (labels && labels.length !== acts.length) {
    return { path: ["heatmap", "labels"], expected: `${acts.length} labels` };
  }
  return raggedRow(acts, { width: shown.length, path: ["heatmap", "acts"] }) ??
    raggedRow(classMeans ?? [], { width: shown.length, path: ["classMeans"] });
}));

/** The first row of a matrix that has another width. */
function raggedRow(rows: number[][], { width, path }: { width: number; path: string[] }) {
  const i = rows.findIndex((row) => row.length !== width);
  return i < 0 ? null : { path: [...path, i], expected: `one number for each latent shown, ${width}` };
}

/** See the schema of the same name. */
export type Histogram = z.infer<typeof Histogram>;
/** See the schema of the same name. */
export type Activations = z.infer<typeof Activations>;
