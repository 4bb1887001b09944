/**
 * What stands in `reports/<run-id>/*.json`: one zod schema a file, with every field's meaning.
 *
 * The writer parses with it before writing, the site before drawing, and `reports/README.md` is generated from it.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { Config } from "../config.ts";

/** Raised when a field changes its meaning or goes; adding a field does not raise it. */
export const SCHEMA_VERSION = 4;

/** A run's id: the folder's name. */
export const RunId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,79})$/).refine((id) => !id.includes(".."));

/** Characters of a title and of a note, at most. */
export const MOST_TITLE = 200, MOST_NOTE = 10_000;

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const version = z.literal(SCHEMA_VERSION).describe("Version of this file's schema.");

/** More tiles than this in one picture are a damaged file, not a report. */
const MOST_TILES = 100_000;
const tiles = z.int().min(1).max(MOST_TILES);

/** A grid of equally large image tiles in one PNG; tile i is in row ⌊i / columns⌋, column i mod columns. */
export const Sprite = z.strictObject({
  file: z.string().regex(/^(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+\.png$/).describe(
    "PNG file, 8-bit grey; its path from the run's folder.",
  ),
  tileWidth: z.int().min(1).describe("Pixels."),
  tileHeight: z.int().min(1).describe("Pixels."),
  columns: tiles.describe("Tiles in a row."),
  count: tiles.describe("Tiles in all."),
});

/**
 * A rule of a whole object. `found` returns the field that breaks it and what it must be, or null.
 *
 * Only for what one file says of itself; `consistency.ts` compares a report's files with each other.
 */
function rule<T>(found: (value: T) => { path: (string | number)[]; expected: string } | null) {
  return (value: T, context: z.RefinementCtx): void => {
    const broken = found(value);
    if (broken) context.addIssue({ code: "custom", path: broken.path, message: `expected ${broken.expected}` });
  };
}

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

const Spread = z.strictObject({ mean: z.number(), median: z.number(), max: z.number() }).nullable();
const ByCount = z.array(z.strictObject({ k: z.int().min(1), value: z.number().nullable() }));

/** What the test set says of the latents; each part is null where it does not apply. */
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
  ).describe("How rare the latents are."),
  geometry: z.strictObject({
    decoderNorms: Spread,
    encoderNorms: Spread,
    encoderDecoderCosines: Spread.describe("Of a latent's reading and writing direction."),
    nearestDecoderCosines: Spread.describe("Of a latent's writing direction and the nearest other."),
    comparedLatents: count.describe("Latents compared with each other: the first ones, where there are many."),
  }).nullable().describe("How the directions of a one-layer dictionary lie."),
  probing: z.strictObject({ latents: ByCount, pixels: ByCount }).nullable().describe(
    "Accuracy of a class from its k best latents, and from its k best pixels; needs labels.",
  ),
  perturbation: z.array(z.strictObject({
    n: count.describe("Latents removed."),
    ownDrop: z.number().nullable(),
    otherDrop: z.number().nullable(),
    score: z.number().nullable().describe("ownDrop − otherDrop."),
  })).nullable().describe("Targeted probe perturbation; needs labels and a linear one-layer decoder."),
  description: z.strictObject({ bits: z.number().nullable(), binCount: count.nullable() }).nullable()
    .describe("Minimum description length of an image's latents; needs a linear one-layer decoder."),
  dictionary: z.strictObject({
    mcc: z.number(),
    uniqueness: z.number(),
    precision: z.number().nullable(),
    recall: z.number().nullable(),
    f1: z.number().nullable(),
    deadLatents: count,
  }).nullable().describe("How well the true features were found; needs data that knows them."),
});

/** What a metric is, for people. */
export const Definition = z.strictObject({
  label: z.string().describe("Its name in words."),
  formula: z.string().describe("Its formula in plain text."),
  unit: z.string().describe("Its unit, or `1`."),
  meaning: z.string().describe("What it tells."),
  code: z.string().describe("The file that computes it."),
});

const SplitData = z.strictObject({
  images: count,
  pixelsSha256: z.string().describe("SHA-256 over the pixels in order, hexadecimal."),
});

/** `run.json`: what was trained, on what, where, and how well. */
export const Run = z.strictObject({
  schemaVersion: version,
  id: RunId.describe("The folder's name."),
  title: z.string().min(1).max(MOST_TITLE).describe("Its name for people."),
  note: z.string().max(MOST_NOTE).nullable().describe("What its author wrote about it; null without one."),
  createdAt: z.iso.datetime().describe("When the run was started, UTC."),
  command: z.array(z.string()).describe("The command line's arguments."),
  config: Config.describe("Every knob."),
  dataset: z.strictObject({
    name: z.string().min(1).max(255).describe("`mnist`, `digits`, `dictionary`, or the folder's name."),
    height: z.int().min(1).describe("Pixels."),
    width: z.int().min(1).describe("Pixels."),
    black: z.number().describe("The value that sprites draw black."),
    white: z.number().describe("The value that sprites draw white."),
    classNames: z.array(z.string()).describe("What label i is called; empty without labels."),
    factors: z.array(z.string()).describe("Known hidden factors of each image, by name."),
    source: z.enum(["directory", "cache", "download", "generated", "memory"]).describe("Where the images came from."),
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string(), isOfficial: z.boolean().nullable() }))
      .describe("The files read, with their checksums; isOfficial is null where no official file has that name."),
    notes: z.array(z.string()).describe("What a reader must know, such as a fallback or a checksum that differs."),
    train: SplitData,
    test: SplitData,
  }).describe("The data."),
  model: z.strictObject({
    layers: z.array(z.strictObject({
      name: z.string(),
      dIn: count,
      dOut: count,
      activation: z.enum(["relu", "sigmoid", "linear", "topk", "batchtopk", "jumprelu", "gated"]),
      isPenalized: z.boolean(),
    })).min(2).describe("Layers from input to output, by PyTorch's names."),
    hasPreBias: z.boolean().describe("Whether the encoder reads x less the decoder's bias."),
    hasUnitDecoder: z.boolean().describe("Whether the directions in which latents write keep length 1."),
    parameters: count.describe("Numbers in the model."),
    file: z.string().describe("The weights, safetensors with PyTorch's names and layout."),
  }).describe("The autoencoder."),
  sparsity: z.strictObject({
    weight: z.number().min(0).describe("The penalty's weight at the end: β or λ; 0 for a variant without a penalty."),
    target: z.strictObject({
      targetL0: z.number(),
      l0: z.number().describe("Active latents an image over the test set."),
      isMissed: z.boolean().describe(
        "Whether it was missed by more than a tenth: the weight moves L0 no further, or there were too few steps.",
      ),
    }).nullable().describe("What became of `targetL0`; null without one."),
    silentLatents: count.nullable().default(null).describe(
      "Latents that had not fired for more than `deadSteps` training steps when the run ended; null for sigmoids.",
    ),
    resampled: z.array(z.strictObject({ step: count, latents: count })).describe(
      "When dead latents were renewed, and how many.",
    ),
  }).describe("What made the latents sparse, as it ended."),
  engine: z.strictObject({
    name: z.string().describe("Which engine executed the steps."),
    backend: z.string().describe("`webgpu`, `wasm` or `cpu`."),
    device: z.string().describe("The device in words."),
    reason: z.string().describe("Why this engine and backend."),
    versions: z.record(z.string(), z.string()).describe("Versions of the libraries that compute."),
  }).describe("Who computed."),
  environment: z.strictObject({
    deno: z.string(),
    v8: z.string(),
    os: z.string(),
    cpu: z.string(),
    cores: count,
    memoryBytes: count,
  }).describe("The machine and the runtime."),
  timing: z.strictObject({
    startupMs: z.number().min(0).describe(
      "Milliseconds from the process's start to its first step: data, device, compiled kernels.",
    ),
    trainMs: z.number().min(0).describe("Milliseconds in steps, shuffling and gathering included, evaluation not."),
    totalMs: z.number().min(0).describe("Milliseconds from start to report, of the last process if resumed."),
    steps: count.describe("Steps taken."),
    stepsPerSecond: z.number().min(0).describe("steps / trainMs · 1000."),
    secondsPerEpoch: z.number().min(0).describe("trainMs / epochs / 1000."),
  }).describe("How long it took."),
  metrics: z.strictObject({ train: SplitMetrics, test: SplitMetrics, ...Evaluation.shape })
    .describe(
      "Final metrics, float64 sums over the whole split with the weights frozen, then what the test set says of the " +
        "latents; `definitions` has their formulas.",
    ),
  definitions: z.record(z.string(), Definition).describe("What each metric is."),
});

const EpochTest = z.strictObject({
  loss: z.number(),
  reconstruction: z.number(),
  penalty: z.number(),
  mse: z.number(),
  klNats: z.number().nullable(),
  meanActivation: z.number(),
  activeLatents: z.number(),
  deadLatents: count,
  rhoHat: z.strictObject({ min: z.number(), q25: z.number(), median: z.number(), q75: z.number(), max: z.number() })
    .describe("Spread of ρ̂ over the latents."),
});

/** The loss of training steps: reconstruction + weight · penalty + auxiliary. */
const StepParts = {
  loss: z.number(),
  reconstruction: z.number(),
  penalty: z.number().describe("Not weighted."),
  auxiliary: z.number().describe("What else the sparsity variant adds, weighted already."),
  weight: z.number().describe("The penalty's weight."),
};

/** `metrics.json`: how training went. No clock in it, so that equal runs give equal files. */
export const Metrics = z.strictObject({
  schemaVersion: version,
  epochs: z.array(z.strictObject({
    epoch: z.int().min(1),
    step: count.describe("Steps taken by its end."),
    lr: z.number().describe("Learning rate of its last step."),
    train: z.strictObject(StepParts)
      .describe("Means over the epoch's steps, each measured before its update."),
    test: EpochTest.describe("Over the whole test set, after the epoch."),
  })).min(1).superRefine(rule((rows) => {
    const i = rows.findIndex(({ epoch }, i) => epoch !== i + 1);
    return i < 0 ? null : { path: [i, "epoch"], expected: String(i + 1) };
  })).describe("One row an epoch."),
  stepStride: z.int().min(1).describe("Steps averaged into one row of `steps`."),
  steps: z.array(z.strictObject({
    step: count.describe("The last step averaged."),
    lr: z.number().describe("Its learning rate."),
    ...StepParts,
  })).min(1).describe("Training losses by step, thinned to at most 500 rows."),
});

/** `reconstructions.json`: what the model makes of images. */
export const Reconstructions = z.strictObject({
  schemaVersion: version,
  batch: z.strictObject({
    sprite: Sprite,
    labels: z.array(count).nullable().describe("Class of each tile, or null."),
  }).describe("The first training images, as they went in."),
  sprite: Sprite.describe(
    "Three rows of tiles: the images, their reconstructions below, and the absolute errors below (white is 1); " +
      "column i is pair i.",
  ),
  pairs: z.array(z.strictObject({
    kind: z.enum(["first", "best", "median", "worst"]).describe(
      "Why it was picked: in test order, or by its error's rank.",
    ),
    image: count.describe("Index in the test set."),
    label: count.nullable(),
    mse: z.number().min(0),
  })).min(1),
}).superRefine(rule(({ batch: { sprite: batch, labels }, sprite, pairs }) => {
  if (labels && labels.length !== batch.count) return { path: ["batch", "labels"], expected: `${batch.count} labels` };
  if (sprite.columns !== pairs.length) return { path: ["sprite", "columns"], expected: `one a pair, ${pairs.length}` };
  if (sprite.count !== 3 * pairs.length) {
    return { path: ["sprite", "count"], expected: `three a pair, ${3 * pairs.length}` };
  }
  return null;
}));

const Histogram = z.strictObject({
  max: z.number().min(0).describe(
    "Where the last bin ends, itself included: 1 with sigmoid latents, else the largest.",
  ),
  counts: z.array(count).length(50).describe("Counts in 50 equal bins over [0, max]."),
});

/** `activations.json`: the latents over the test set. */
export const Activations = z.strictObject({
  schemaVersion: version,
  histogram: Histogram,
  shown: z.array(count).min(1).describe(
    "The latents that are shown one by one: all of up to 64, else the 64 with the largest mean activation.",
  ),
  heatmap: z.strictObject({
    labels: z.array(count).nullable().describe("Class of each row, or null."),
    acts: z.array(z.array(z.number())).min(1).describe(
      "Activations of the first 128 test images, `[row][i]` of latent `shown[i]`, 4 decimals.",
    ),
  }),
  latents: z.array(z.strictObject({
    latent: count,
    meanActivation: z.number().describe("ρ̂ over the test set."),
    klNats: z.number().nullable().describe("D_KL(ρ‖ρ̂); null without a ρ."),
    density: share.describe("Share of test images on which it is active."),
  })).min(1).describe("One row a latent."),
  classMeans: z.array(z.array(z.number())).nullable()
    .describe("Mean activation by class, `[class][i]` of latent `shown[i]`; null without labels."),
}).superRefine(rule(({ shown, heatmap: { labels, acts }, latents, classMeans }) => {
  const misplaced = latents.findIndex(({ latent }, i) => latent !== i);
  if (misplaced >= 0) return { path: ["latents", misplaced, "latent"], expected: String(misplaced) };
  const unknown = shown.findIndex((latent, i) => latent >= latents.length || shown.indexOf(latent) < i);
  if (unknown >= 0) return { path: ["shown", unknown], expected: `another of the ${latents.length} latents` };
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

/** A test image and a latent's activation on it. */
const Example = z.strictObject({ image: count, label: count.nullable(), activation: z.number() });

/** `features.json`: what each latent stands for. */
export const Features = z.strictObject({
  schemaVersion: version,
  decoderSprite: Sprite.describe("Tile i: the decoder's response to the latent of row i alone, all others at 0."),
  effectSprite: Sprite.describe(
    "Tile i: that response less the response to no latent at all; 128 is no change, 255 is +(white − black), 1 the opposite.",
  ),
  features: z.array(z.strictObject({
    latent: count,
    meanActivation: z.number(),
    klNats: z.number().nullable(),
    density: share,
    maxActivation: z.number(),
    decodedAt: z.number().describe(
      "The activation at which its tiles are drawn: 1 with sigmoid latents, else its largest.",
    ),
    histogram: Histogram,
    examples: z.strictObject({
      sprite: Sprite.describe("The images of `top`, then those of each of `intervals`."),
      top: z.array(Example).describe("The test images that activate it most, strongest first."),
      intervals: z.array(z.strictObject({
        from: z.number().describe("Its images' activations are above this; in the lowest interval 0 counts too."),
        to: z.number().describe("And not above this."),
        count: count.describe("Test images in it."),
        images: z.array(Example).describe("The first few of them, in test order: a fair sample."),
      })).describe("Ten equal intervals from maxActivation down to 0; none for a latent that is always 0."),
    }).describe("Images it is active on."),
    classProfile: z.array(share).nullable().describe(
      "Share of its summed activation that falls on each class; null without labels.",
    ),
    classPurity: share.nullable().describe("The largest share in classProfile."),
    factorCorrelation: z.record(z.string(), z.number()).describe(
      "Pearson correlation of its activation with each known factor.",
    ),
    similar: z.array(z.strictObject({ latent: count, cosine: z.number() }))
      .describe("The latents with the most similar effect on the image, by cosine of their effect tiles."),
  })).min(1).describe("One row for each latent shown."),
}).superRefine(rule(({ decoderSprite, effectSprite, features }) => {
  for (const [name, { count }] of Object.entries({ decoderSprite, effectSprite })) {
    if (count !== features.length) return { path: [name, "count"], expected: `one a feature, ${features.length}` };
  }
  const latents = features.map(({ latent }) => latent);
  const repeated = latents.findIndex((latent, i) => latents.indexOf(latent) < i);
  if (repeated >= 0) return { path: ["features", repeated, "latent"], expected: "another latent in each row" };
  for (const [i, { examples: { sprite, top, intervals }, similar }] of features.entries()) {
    const images = intervals.reduce((sum, interval) => sum + interval.images.length, top.length);
    if (images !== sprite.count) {
      return { path: ["features", i, "examples", "sprite", "count"], expected: `one an example, ${images}` };
    }
    const unknown = similar.findIndex((other) => !latents.includes(other.latent));
    if (unknown >= 0) {
      return { path: ["features", i, "similar", unknown, "latent"], expected: "a latent that is shown" };
    }
  }
  return null;
}));

/** See the schema of the same name. */
export type Sprite = z.infer<typeof Sprite>;
/** See the schema of the same name. */
export type SplitMetrics = z.infer<typeof SplitMetrics>;
/** See the schema of the same name. */
export type Evaluation = z.infer<typeof Evaluation>;
/** See the schema of the same name. */
export type Definition = z.infer<typeof Definition>;
/** See the schema of the same name. */
export type Run = z.infer<typeof Run>;
/** See the schema of the same name. */
export type Metrics = z.infer<typeof Metrics>;
/** See the schema of the same name. */
export type Reconstructions = z.infer<typeof Reconstructions>;
/** See the schema of the same name. */
export type Activations = z.infer<typeof Activations>;
/** See the schema of the same name. */
export type Features = z.infer<typeof Features>;
