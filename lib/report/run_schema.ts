/**
 * `run.json`: what was trained, on what, where, and how well, as one zod schema with every field's meaning.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import type { KnobName } from "../config.ts";
import { SettledConfig } from "../config_schema.ts";
import { KNOB_NAMES } from "../config_knobs.ts";
import { LATENT_ACTIVATIONS } from "../sae/sparsity/variant.ts";
import { DatasetFacts } from "./dataset_schema.ts";
import { BrowserEnvironment, ProgramEnvironment } from "./environment_schema.ts";
import { Definition, Evaluation, SplitMetrics } from "./measures_schema.ts";
import { numbers } from "./number_lists.ts";
import { count, HashedFile, RunId, version } from "./schema_parts.ts";

/** Quantiles of the rows' errors: the smallest, every half percent, and the largest. */
export const ERROR_QUANTILES = 201;

/** Characters of a title and of a note, at most. */
export const MOST_TITLE = 200, MOST_NOTE = 10_000;

const errorQuantiles = numbers({ min: 0, length: ERROR_QUANTILES });

/** `run.json`: what was trained, on what, where, and how well. */
export const Run = z.strictObject({
  schemaVersion: version,
  id: RunId.describe("The folder's name."),
  title: z.string().min(1).max(MOST_TITLE).describe("Its name for people."),
  note: z.string().max(MOST_NOTE).nullable().describe("What its author wrote about it; null without one."),
  createdAt: z.iso.datetime().describe("When the run was started, UTC."),
  command: z.array(z.string()).describe(
    "The command line's arguments; of a run that was trained in a page those that train the same model, none if no command does.",
  ),
  notices: z.array(z.string()).describe(
    "What a reader has to know, in sentences: a fallback to other data, a model no better than the mean input, a target " +
      "that was missed.",
  ),
  config: SettledConfig.describe("Every setting, and the learning rate as a number if it was `auto`."),
  usedSettings: z.array(z.enum(KNOB_NAMES as [KnobName, ...KnobName[]])).describe(
    "The settings in `config` that have an effect on this run: not those of other sparsity methods or of other data.",
  ),
  dataset: DatasetFacts.describe("The data."),
  model: z.strictObject({
    layers: z.array(z.strictObject({
      name: z.string(),
      dIn: count,
      dOut: count,
      activation: z.enum([...LATENT_ACTIVATIONS, "linear"]),
      isPenalized: z.boolean(),
      isFrozen: z.boolean().default(false),
    })).min(2).describe("Layers from input to output, by PyTorch's names."),
    hasPreBias: z.boolean().describe("Whether the encoder reads x less the decoder's bias."),
    hasCenteredInput: z.boolean().describe(
      "Whether the first layer reads x less the mean training input; the weights file has it in that layer's bias.",
    ),
    hasUnitDecoder: z.boolean().describe("Whether the decoder directions keep length 1."),
    parameters: count.describe("Numbers in the model."),
    file: z.string().describe("The weights, safetensors with PyTorch's names and layout."),
  }).describe("The autoencoder."),
  sparsity: z.strictObject({
    weight: z.number().min(0).describe("The penalty's weight at the end: β or λ; 0 for a method without a penalty."),
    target: z.strictObject({
      targetL0: z.number(),
      l0: z.number().describe("Active latents per input over the test set."),
      isMissed: z.boolean().describe(
        "Whether it was missed by more than a tenth: there were too few steps, or no weight of the penalty gives this L0.",
      ),
    }).nullable().describe("What became of `targetL0`; null without one."),
    silentLatents: count.nullable().default(null).describe(
      "Latents that had not been active for more than `deadSteps` training steps when the run ended; null for sigmoids.",
    ),
    resampled: z.array(z.strictObject({ step: count, latents: count })).describe(
      "When dead latents were resampled, and how many.",
    ),
  }).describe("What made the latents sparse, as it ended."),
  initFrom: z.strictObject({
    id: z.string().min(1).describe("Its id."),
    modelSha256: z.string().describe("SHA-256 of its model.safetensors, hexadecimal."),
  }).nullable().default(null).describe(
    "The finished run whose model this run started from (`--init-from`); null for one that started as usual.",
  ),
  imported: z.strictObject({
    tool: z.string().min(1).describe("The program that the files are of, such as `SAELens`."),
    architecture: z.string().min(1).describe("What that program calls the kind of model."),
    files: z.array(HashedFile).min(1).describe("The files that the model was read from."),
  }).nullable().default(null).describe(
    "Where a model that was not trained here came from; null for one that was. metrics.json has no steps of such a model.",
  ),
  lifelines: z.literal("lifelines.json").nullable().default(null).describe(
    "The file with the lifelines of the latents (`--snapshots`); null without any.",
  ),
  engine: z.strictObject({
    name: z.string().describe("Which engine executed the steps."),
    backend: z.string().describe("`webgpu`, `wasm` or `cpu`."),
    device: z.string().describe("The device in words."),
    reason: z.string().describe("Why this engine and backend."),
    versions: z.record(z.string(), z.string()).describe("Versions of the libraries that compute."),
  }).describe("Who computed."),
  environment: z.union([ProgramEnvironment, BrowserEnvironment]).describe(
    "The machine and the runtime: of the program `deno`, `v8` and what the system says; of a page `browser` and the little " +
      "that a browser says of its machine.",
  ),
  timing: z.strictObject({
    startupMs: z.number().min(0).describe(
      "Milliseconds from the process's start to its first step: data, device, compiled kernels.",
    ),
    trainMs: z.number().min(0).describe(
      "Milliseconds in steps, shuffling, gathering and waits for rows included, evaluation not.",
    ),
    waitMs: z.number().min(0).default(0).describe(
      "Milliseconds of `trainMs` in which training waited for rows to be read from disk; 0 if all were in memory.",
    ),
    totalMs: z.number().min(0).describe(
      "Milliseconds from start to report; of a resumed run the sum over its processes.",
    ),
    steps: count.describe("Steps taken."),
    stepsPerSecond: z.number().min(0).describe("steps / trainMs · 1000."),
    secondsPerEpoch: z.number().min(0).describe("trainMs / epochs / 1000."),
  }).describe("How long it took."),
  metrics: z.strictObject({ train: SplitMetrics, test: SplitMetrics, ...Evaluation.shape })
    .describe(
      "Final metrics, float64 sums over the whole split with the weights frozen, then the measurements of the " +
        "latents; `definitions` has their formulas.",
    ),
  errorQuantiles: z.strictObject({
    train: errorQuantiles.describe("Of the training rows measured."),
    test: errorQuantiles.describe("Of the test rows."),
  }).describe(
    "Quantiles of the mean squared error of single rows: the smallest, every half percent, the largest; 6 significant digits.",
  ),
  definitions: z.record(z.string(), Definition).describe("What each metric is."),
  files: z.array(HashedFile).default([]).describe(
    "Every other file of the report, `name` being its path from the run's folder; none in a report that is older than this field.",
  ),
});

/** See the schema of the same name. */
export type Run = z.infer<typeof Run>;
