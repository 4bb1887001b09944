/**
 * What stands in `reports/bench/<id>/bench.json`: one side-by-side measurement of every way to run a step.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

const milliseconds = z.number().min(0);
const shape = z.strictObject({
  dInput: z.int(),
  hidden: z.array(z.int()),
  latent: z.int(),
  batch: z.int(),
  k: z.int().optional().describe("Of a TopK dictionary; left out for the tutorial's model."),
});

/** One contender on the default model. */
export const BenchRow = z.strictObject({
  contender: z.string().describe("Its name on the command line of the bench."),
  label: z.string().describe("What it is, in words."),
  msPerStep: z.array(milliseconds).describe("One figure a round; the contenders took turns."),
  medianMsPerStep: milliseconds,
  secondsPerEpoch: z.number().min(0).nullable().describe(
    "Gather and shuffle included; null where it would take minutes.",
  ),
  gflops: z.number().describe("Work of a step / its median time."),
  rooflineShare: z.number().nullable().describe("gflops / roofline; null without one."),
  hostUsPerStep: z.number().nullable().describe(
    "JavaScript's time a step with the GPU's own left out; null without a GPU.",
  ),
  dispatchesPerStep: z.number().nullable(),
  peakBytes: z.int().describe("Largest resident memory of its process."),
});

/** The whole file. */
export const Bench = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  createdAt: z.iso.datetime(),
  isQuick: z.boolean(),
  environment: z.strictObject({
    deno: z.string(),
    v8: z.string(),
    os: z.string(),
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.int(),
  }),
  busyShareBefore: z.number().describe("Share of all cores that other processes kept busy in the second before."),
  dataset: z.string(),
  model: shape,
  flopPerStep: z.number().describe(
    "2 · batch · dIn · dOut over the forward and both backward products of every layer, less the input's.",
  ),
  rooflineGflops: z.number().nullable().describe(
    "PyTorch's own float32 matrix products in the step's shapes, at its best thread count.",
  ),
  rows: z.array(BenchRow),
  scaling: z.array(z.strictObject({
    knob: z.enum(["batch", "latent", "hidden", "topk"]).describe("What differs from `model`; topk: a dictionary."),
    model: shape,
    contender: z.string(),
    medianMsPerStep: milliseconds.nullable().describe("null where it could not run."),
  })),
});

/** See the schema of the same name. */
export type Bench = z.infer<typeof Bench>;
/** See the schema of the same name. */
export type BenchRow = z.infer<typeof BenchRow>;
