/**
 * What stands in `reports/bench/<id>/bench.json`: one side-by-side measurement of training steps.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

const milliseconds = z.number().min(0);
const share = z.number().min(0).max(1);

/** One contender on one shape. */
export const BenchRow = z.strictObject({
  contender: z.string().describe(
    "`program`: what the program chooses; `program:plain`: the same without V8's flags of the tasks; " +
      "`cpu:<threads>`, `webgpu`, `reference:<backend>`: an engine; `tfjs:<backend>`; `pytorch:<version>:<form>`.",
  ),
  label: z.string().describe("What it is, in words."),
  msPerStep: z.array(milliseconds).min(1).describe("One figure for each round; the contenders took turns."),
  medianMsPerStep: milliseconds,
  hostUsPerStep: z.number().nullable().describe(
    "JavaScript's time per step, without the GPU's; null without a GPU.",
  ),
  dispatchesPerStep: z.number().nullable(),
  peakBytes: z.int().describe("Largest resident memory of its process; 0 if it is not known, or shared with others."),
});

/** One shape: a model on its data, and every contender that was measured on it. */
export const BenchShape = z.strictObject({
  id: z.string(),
  title: z.string(),
  dInput: z.int(),
  batch: z.int(),
  pass: z.enum(["step", "encode"]).default("step").describe(
    "step: a training step; encode: the latents of a batch that are not 0, without training.",
  ),
  data: z.enum(["images", "floats"]).describe("images: mostly zeros; floats: synthetic vectors without a 0."),
  activeLatents: z.number().nullable().describe("Latents above 0 for an input, on average; null for sigmoids."),
  flopPerStep: z.number().describe(
    "2 · batch · dIn · dOut over the forward and both backward products of every layer, less the input's; of encoding over " +
      "the layers up to the latents. All of them dense, whatever a contender leaves out.",
  ),
  busyShare: share.describe("Share of all cores that other processes kept busy between the rounds."),
  rows: z.array(BenchRow),
  tried: z.array(z.strictObject({ label: z.string(), msPerStep: milliseconds })).describe(
    "PyTorch's thread settings and forms before the rounds, of which the best took part in them.",
  ),
});

/** The whole file. */
export const Bench = z.strictObject({
  schemaVersion: z.literal(2),
  id: z.string(),
  createdAt: z.iso.datetime(),
  isQuick: z.boolean(),
  isWhole: z.boolean().describe(
    "Whether it came to its end; if not, the last shapes are missing or have fewer rounds.",
  ),
  environment: z.strictObject({
    deno: z.string(),
    v8: z.string(),
    os: z.string(),
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.int(),
  }),
  v8Flags: z.array(z.string()).describe("Of the program's tasks, and so of the contender `program`."),
  busyShareBefore: share.describe("Share of all cores that other processes kept busy in the second before."),
  dataset: z.string(),
  pytorch: z.array(z.strictObject({
    version: z.string(),
    blas: z.string(),
    gflops: z.number().describe("Of a float32 product of 768³, at the best thread setting."),
  })),
  shapes: z.array(BenchShape),
});

/** See the schema of the same name. */
export type Bench = z.infer<typeof Bench>;
/** See the schema of the same name. */
export type BenchShape = z.infer<typeof BenchShape>;
/** See the schema of the same name. */
export type BenchRow = z.infer<typeof BenchRow>;
