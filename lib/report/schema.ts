/**
 * What stands in `reports/<run-id>/*.json`: one zod schema a file, with every field's meaning; `run.json`'s is in
 * `run_schema.ts`.
 *
 * The writer parses with it before writing, the site before drawing, and `reports/README.md` is generated from it.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { count, rule, share, Sprite, version } from "./schema_parts.ts";

export * from "./run_schema.ts";
export { RunId, SCHEMA_VERSION, Sprite } from "./schema_parts.ts";

const EpochTest = z.strictObject({
  loss: z.number(),
  reconstruction: z.number(),
  penalty: z.number(),
  auxiliary: z.number(),
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
  start: EpochTest.optional().describe("Over the whole test set, before the first step."),
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
  silentLatents: z.array(z.strictObject({
    step: count.describe("Steps taken."),
    latents: count.describe("Latents that have not been active for more than `deadSteps` training steps by then."),
  })).max(100).nullable().optional().describe(
    "Latents that training counts as dead, at up to 100 steps of the run; null with sigmoid latents, which are never 0.",
  ),
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
export type Metrics = z.infer<typeof Metrics>;
/** See the schema of the same name. */
export type Reconstructions = z.infer<typeof Reconstructions>;
/** See the schema of the same name. */
export type Activations = z.infer<typeof Activations>;
/** See the schema of the same name. */
export type Features = z.infer<typeof Features>;
