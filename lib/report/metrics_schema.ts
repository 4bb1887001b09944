/**
 * `metrics.json`: how training went, by step and by epoch.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { count, rule, version } from "./schema_parts.ts";

/** What was measured on the whole test set, with the weights as they were. */
export const TestMeasures = z.strictObject({
  loss: z.number().describe("reconstruction + weight · penalty + auxiliary."),
  reconstruction: z.number().describe("Reconstruction loss."),
  penalty: z.number().describe("Sparsity penalty, before it is multiplied by its weight."),
  auxiliary: z.number().describe(
    "What the method adds to the loss besides the penalty, multiplied by its weight already.",
  ),
  mse: z.number().describe("Mean squared error."),
  klNats: z.number().nullable().describe(
    "KL divergence of the latents' mean activations from ρ, in nats; null without a ρ.",
  ),
  meanActivation: z.number().describe("Mean activation over latents and test inputs."),
  activeLatents: z.number().describe("Active latents per test input, the mean."),
  deadLatents: count.describe("Latents that are active on no test input."),
  rhoHat: z.strictObject({ min: z.number(), q25: z.number(), median: z.number(), q75: z.number(), max: z.number() })
    .describe("Spread of the mean activation ρ̂ over the latents."),
});

/** The loss of training steps: reconstruction + weight · penalty + auxiliary. */
const StepParts = {
  loss: z.number(),
  reconstruction: z.number(),
  penalty: z.number().describe("Not multiplied by its weight."),
  auxiliary: z.number().describe(
    "What the method adds to the loss besides the penalty, multiplied by its weight already.",
  ),
  weight: z.number().describe("The penalty's weight."),
};

/** `metrics.json`: how training went. No clock in it, so that equal runs give equal files. */
export const Metrics = z.strictObject({
  schemaVersion: version,
  start: TestMeasures.nullable().describe(
    "Over the whole test set, before the first step; null for a model that was not trained here.",
  ),
  epochs: z.array(z.strictObject({
    epoch: z.int().min(1),
    step: count.describe("Steps taken by its end."),
    lr: z.number().describe("Learning rate of its last step."),
    train: z.strictObject(StepParts)
      .describe("Means over the epoch's steps, each measured before its update."),
    test: TestMeasures.describe("Over the whole test set, after the epoch."),
  })).superRefine(rule((rows) => {
    const i = rows.findIndex(({ epoch }, i) => epoch !== i + 1);
    return i < 0 ? null : { path: [i, "epoch"], expected: String(i + 1) };
  })).describe("One row an epoch; none for a model that was not trained here."),
  stepStride: z.int().min(1).describe("Steps averaged into one row of `steps`."),
  steps: z.array(z.strictObject({
    step: count.describe("The last step averaged."),
    lr: z.number().describe("Its learning rate."),
    ...StepParts,
  })).describe("Training losses by step, thinned to at most 500 rows; none for a model that was not trained here."),
  silentLatents: z.array(z.strictObject({
    step: count.describe("Steps taken."),
    latents: count.describe("Latents that have not been active for more than `deadSteps` training steps by then."),
  })).max(100).nullable().describe(
    "Latents that training counts as dead, at up to 100 steps of the run; null with sigmoid latents, which are never 0, " +
      "and for a model that was not trained here.",
  ),
});

/** See the schema of the same name. */
export type TestMeasures = z.infer<typeof TestMeasures>;
/** See the schema of the same name. */
export type Metrics = z.infer<typeof Metrics>;
