/**
 * `evaluation.json`: a trained model on data that it was not trained on, as `deno task evaluate` writes and prints it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers } from "./number_lists.ts";
import { Definition, Evaluation, SplitMetrics } from "./measures_schema.ts";
import { count, RunId, share, version } from "./schema_parts.ts";

/** Shares of the rows above percentiles of other rows. */
const Above = z.array(z.strictObject({ percentile: z.number(), share }));
const Percentile = z.number().min(0).max(100);

/** See the module comment. */
export const NewDataEvaluation = z.strictObject({
  schemaVersion: version,
  run: z.strictObject({ id: RunId, title: z.string() }).describe("The run whose model it is."),
  k: z.int().min(1).nullable().default(null).describe(
    "How many of each row's largest latents were used, the run's k or fewer (`--k`); null for a method that does not choose " +
      "the largest latents of each row.",
  ),
  data: z.strictObject({
    name: z.string().describe("What the data are called: the name of the file or folder."),
    part: z.enum(["train", "test", "all"]).describe(
      "Which rows of the data: those of their training or test part, those that the run did not or did hold out of its own " +
        "files, or all.",
    ),
    kind: z.enum(["image", "vector"]),
    height: z.int().min(1),
    width: z.int().min(1),
    channels: z.union([z.literal(1), z.literal(3)]),
    rows: z.int().min(1),
    classNames: z.array(z.string()).describe("What label i is called; empty without labels."),
  }).describe("The data that the model was measured on."),
  metrics: z.strictObject({ ...SplitMetrics.shape, ...Evaluation.shape }).describe(
    "Every metric of run.json's test set, of these rows; values are as the model reads them, scaled. `loss` and `auxiliary` " +
      "are without AuxK, because a saved model does not know which latents training counted as dead.",
  ),
  errors: z.strictObject({
    quantiles: numbers({ min: 0 }).describe(
      "Quantiles of the mean squared error of single rows, as run.json's `errorQuantiles`.",
    ),
    aboveTest: Above.describe(
      "Share of the rows whose error is above this percentile of the errors of the run's test rows, which the model was not " +
        "trained on; of rows like these it is 1 − percentile / 100.",
    ),
    aboveTrain: Above.describe(
      "The same among the training rows; a model that overfits reconstructs these better than any others.",
    ),
  }).describe("How far reconstructions are off, row by row."),
  anomalies: z.strictObject({
    furthest: z.array(z.strictObject({
      row: count.describe("From 0 over all files."),
      label: z.string().nullable().describe("Its class; null without labels."),
      mse: z.number().min(0),
      testPercentile: Percentile.describe(
        "Percentage of the run's test rows whose mean squared error is at most as large.",
      ),
      trainPercentile: Percentile.describe("The same among the training rows."),
      words: z.record(z.string(), z.string()).describe("What is known of the row in words; empty if nothing is."),
    })).describe("The rows with the largest error, the largest first."),
    normal: z.strictObject({
      classes: z.array(z.string()).describe("The classes that `--normal` names."),
      auroc: z.number().min(0).max(1).nullable().describe(
        "Probability that a row of another class has a larger error than a row of these classes, equal errors counted half; " +
          "null without rows of one of the two.",
      ),
      normalRows: count,
      otherRows: count,
    }).nullable().describe("How well the error separates normal rows from all others; null if no class was named."),
  }).describe("The rows that the model reconstructs worst."),
  definitions: z.record(z.string(), Definition).describe("What each metric is."),
});

/** See the schema of the same name. */
export type NewDataEvaluation = z.infer<typeof NewDataEvaluation>;
