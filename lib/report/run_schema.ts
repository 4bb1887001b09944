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
import { Geometry } from "./geometry_schema.ts";
import { numbers } from "./number_lists.ts";
import { count, HashedFile, rule, RunId, share, version } from "./schema_parts.ts";

/** Quantiles of the rows' errors: the smallest, every half percent, and the largest. */
export const ERROR_QUANTILES = 201;

/** Characters of a title and of a note, at most. */
export const MOST_TITLE = 200, MOST_NOTE = 10_000;

/** A number at a stated threshold. */
const AtThreshold = z.strictObject({ threshold: z.number(), value: z.number() });

/** The metrics of one split; each key's formula stands in `definitions`. */
export const SplitMetrics = z.strictObject({
  images: count,
  loss: z.number(),
  mse: z.number().min(0),
  bce: z.number().min(0).nullable(),
  fvu: z.number().min(0).nullable(),
  evLegacy: z.number().nullable(),
  evVariance: z.number().nullable(),
  nmse: z.number().nullable(),
  cosine: z.number().nullable(),
  l2Ratio: z.number().nullable(),
  relativeBias: z.number().nullable(),
  klNats: z.number().min(0).nullable(),
  penalty: z.number().min(0),
  auxiliary: z.number(),
  meanActivation: z.number(),
  activeLatents: z.number().min(0),
  shareAbove: z.array(AtThreshold),
  l0: z.array(AtThreshold),
  l0NonZero: z.number().min(0),
  hoyerPopulation: z.number().nullable(),
  hoyerLifetime: z.number().nullable(),
  giniPopulation: z.number().nullable(),
  giniLifetime: z.number().nullable(),
  deadLatents: count,
  denseLatents: count,
});

const ByCount = z.array(z.strictObject({ k: z.int().min(1), value: z.number().nullable() }));

/** The measurements of the latents on the test set; each part is null if it does not apply. */
export const Evaluation = z.strictObject({
  density: z.strictObject({
    edges: z.array(z.number().gt(0)).min(2).describe("Densities at which bins begin and end, half decades."),
    counts: z.array(count).describe("Latents in each bin."),
    neverFired: count.describe("Latents in no bin."),
    shares: z.strictObject({ dead: share, above1Percent: share, above10Percent: share, above50Percent: share })
      .describe("Shares of the latents."),
  }).superRefine(
    rule(({ edges, counts }) =>
      counts.length === edges.length - 1 ? null : { path: ["counts"], expected: `${edges.length - 1} counts` }
    ),
  ).describe("How often the latents are active."),
  geometry: Geometry,
  probing: z.strictObject({
    latents: ByCount.describe("With the k best latents of a class, mean over the classes."),
    pixels: ByCount.describe("With the k best values of the input."),
    byClass: z.array(z.strictObject({
      label: count,
      latents: ByCount,
      pixels: ByCount,
      bestLatents: z.array(count).describe("The latents that the probe of the largest k reads, the best first."),
    })).describe("The same for each class; null and no latents for a class with too few inputs."),
  }).nullable().describe(
    "How well a class is separated from the others by its k best latents, and by its k best input values: accuracy, 0.5 is chance; " +
      "needs labels, and at most 2^25 pairs of a class and a latent.",
  ),
  perturbation: z.array(z.strictObject({
    n: count.describe("Latents removed."),
    ownDrop: z.number().nullable(),
    otherDrop: z.number().nullable(),
    score: z.number().nullable().describe("ownDrop − otherDrop."),
  })).nullable().describe(
    "Targeted probe perturbation; needs labels, a linear one-layer decoder, and at most 2^33 numbers in the directions of all " +
      "latents, counted once for each class.",
  ),
  description: z.strictObject({ bits: z.number().nullable(), binCount: count.nullable() }).nullable()
    .describe("Minimum description length of an input's latents; needs a linear one-layer decoder."),
  dictionary: z.strictObject({
    mcc: z.number(),
    uniqueness: z.number(),
    precision: z.number().nullable(),
    recall: z.number().nullable(),
    f1: z.number().nullable(),
    deadLatents: count,
    byLatent: z.strictObject({ precision: share, recall: share, f1: share }).nullable().default(null).describe(
      "The same with each latent's nearest feature instead of the matched one, mean over all latents; what is not defined " +
        "counts as 0.",
    ),
    features: count.nullable().default(null).describe("True features."),
    foundFeatures: count.nullable().default(null).describe(
      "Those with a matched latent whose cosine, without its sign, is at least 0.5.",
    ),
    trueL0: z.number().nullable().default(null).describe("Features that are active in a test row, mean."),
    absorption: z.strictObject({
      share: share.nullable().describe("Mean over the parents."),
      missedAlone: share.nullable().describe(
        "Mean over the same parents of the share of rows on which the parent's latent is not active, of those on which the " +
          "parent is and no child of it.",
      ),
      parents: count.describe("Parents behind the means."),
    }).nullable().default(null).describe(
      "Absorption by truth: of the rows on which a child and its latent are active, the share on which the parent's latent is " +
        "not; null without trees of features.",
    ),
    byFrequency: z.array(z.strictObject({
      from: z.number().describe("Density of the features, from."),
      to: z.number().describe("Up to, not included."),
      features: count,
      found: count.describe("Features with a latent."),
      recall: share.describe("Share of a feature's rows on which its latent is active, 0 without one; the mean."),
    })).default([]).describe("Features by half decades of how often they are active in the test set."),
    trees: z.array(z.strictObject({
      feature: count,
      parent: count.nullable().describe("The feature above it; null for a root."),
      density: share,
      latent: count.nullable().describe("The latent that was found for it."),
      cosine: z.number().nullable(),
      recall: share.nullable(),
      absorbs: share.nullable().describe(
        "Of the rows on which it and its latent are active, the share on which the parent's latent is not.",
      ),
      absorption: share.nullable().describe("Absorption of it by its children."),
    })).nullable().default(null).describe("The first trees of features, each feature before its children."),
  }).nullable().describe("How well the true features were found; needs data that knows them."),
  byK: z.array(z.strictObject({
    k: z.int().min(1),
    mse: z.number().min(0),
    explainedVariance: z.number().max(1).nullable().describe("Null if the inputs do not vary."),
    l0: z.number().min(0).describe("Active latents per input, the mean: below k if fewer are above 0."),
  })).nullable().default(null).describe(
    "The reconstruction from the k largest latents of each input alone, for k = 1, 2, 4 … and the k of the run; null for a " +
      "method that does not choose the largest latents of each input.",
  ),
  samples: z.strictObject({
    perturbation: z.strictObject({
      learned: count.describe("Test inputs that the probes learned from."),
      tested: count.describe("Test inputs that they were tested on."),
    }).nullable(),
    description: z.strictObject({
      images: count.describe("Test inputs, evenly spread, behind the bits."),
      reconstructed: count.describe("How many of them were reconstructed from rounded latents."),
    }).nullable(),
  }).describe("How many test inputs stand behind the figures that are not of the whole test set; null like those."),
});

/** What a metric is, for people. */
export const Definition = z.strictObject({
  label: z.string().describe("Its name in words."),
  formula: z.string().describe("Its formula in plain text."),
  unit: z.string().describe("Its unit, or `1`."),
  meaning: z.string().describe("What it measures."),
  code: z.string().describe("The file that computes it."),
});

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
export type SplitMetrics = z.infer<typeof SplitMetrics>;
/** See the schema of the same name. */
export type Evaluation = z.infer<typeof Evaluation>;
/** See the schema of the same name. */
export type Definition = z.infer<typeof Definition>;
/** See the schema of the same name. */
export type Run = z.infer<typeof Run>;
