/**
 * What is measured of a trained model, on its own data or on new ones: the metrics of a split, the figures of an evaluation, and
 * what a metric is for people.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { Geometry } from "./geometry_schema.ts";
import { count, rule, share } from "./schema_parts.ts";

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

/** See the schema of the same name. */
export type SplitMetrics = z.infer<typeof SplitMetrics>;
/** See the schema of the same name. */
export type Evaluation = z.infer<typeof Evaluation>;
/** See the schema of the same name. */
export type Definition = z.infer<typeof Definition>;
