/**
 * `latents.json` and `latents/<n>.json`: every latent of the model over the test set, as columns, and in detail.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { Histogram } from "./activations_schema.ts";
import { numbers, numbersOrNull } from "./number_lists.ts";
import { count, rule, version } from "./schema_parts.ts";
import { RowTexts } from "./row_texts_schema.ts";
import { Sprite } from "./sprite_schema.ts";

/** Latents in one detail file; the last file may have fewer. */
export const LATENTS_PER_FILE = 256;
/** Activations in the strip of one latent, as shares of its largest activation. */
export const STRENGTHS = [0.2, 0.4, 0.6, 0.8, 1] as const;
/** Equal intervals of a latent's activations. */
export const INTERVALS = 10;
/** Most values of `base` that are stored as numbers. */
export const MOST_BASE_VALUES = 4096;
/** Latents with details, at most, unless more or fewer are asked for. */
export const MOST_DETAILED = 4096;

/** `latents.json`: all latents, as columns with an entry for each. */
export const Latents = z.strictObject({
  schemaVersion: version,
  count: z.int().min(1).describe("Number of latents."),
  meanActivation: numbers().describe("Mean activation over the test set, ρ̂."),
  density: numbers({ min: 0, max: 1 }).describe(
    "Share of the test inputs on which the latent is active: above 0, and above 0.1 with sigmoid latents.",
  ),
  maxActivation: numbers({ min: 0 }).describe("Largest activation over the test set."),
  meanWhenActive: numbersOrNull({ min: 0 }).describe(
    "Mean activation over the test inputs on which the latent is active; null if there are none.",
  ),
  klNats: numbers({ min: 0 }).nullable().describe(
    "Divergence of the mean activation from the target sparsity, D_KL(ρ‖ρ̂), in nats; null without a ρ.",
  ),
  mainClass: numbersOrNull({ isInteger: true }).nullable().describe(
    "The class with the largest share of the latent's summed activation; null without labels, and for a latent that is 0 on " +
      "every test input.",
  ),
  classPurity: numbersOrNull({ min: 0, max: 1 }).nullable().describe("That class's share; null if mainClass is."),
  errorSaved: numbers().describe(
    "By how much the mean squared error rises if the latent is set to 0 and the others stay as they are; negative if the error " +
      "falls. Over the test inputs of `errorRows`.",
  ),
  errorRows: z.int().min(1).describe(
    "Number of test inputs behind `errorSaved`, evenly spread over the test set: all of them unless that takes long.",
  ),
  others: z.enum(["zero", "mean"]).describe(
    "What the other latents are while one latent is decoded for a tile: 0, or their mean activation (sigmoid latents, which are " +
      "never 0).",
  ),
  decodedAt: numbersOrNull({ min: 0 }).describe(
    "The activation at which the latent's tiles are drawn, its largest over the test set; null for a latent that is 0 on every " +
      "test input: its tiles show `base` and no effect.",
  ),
  nearest: numbersOrNull({ isInteger: true }).describe(
    "The latent whose effect has the largest cosine with this latent's; null for a latent without an effect or if no other " +
      "was compared with it. `similarIsExact` says among which latents it was searched.",
  ),
  nearestCosine: numbersOrNull({ min: -1, max: 1 }).describe("That cosine; null if nearest is."),
  drawn: numbers({ isInteger: true }).nullable().describe(
    "Latents that have tiles in `decoder`, `effect` and `strengths`, ascending: tile i is of latent drawn[i]. Null if all " +
      "latents have tiles: tile i is then of latent i. If the tiles of all latents would have more than 2^26 values, or would " +
      "take many seconds to decode, those with details have tiles, or else those that are shown in activations.json. None " +
      "if inputs have no picture.",
  ),
  decoder: Sprite.nullable().describe(
    "The decoder's output with one latent at `decodedAt` and the others as `others` says; one tile for each drawn latent. " +
      "Black and white are those of run.json's `dataset`; 64 levels of grey, or of each of red, green and blue. Null if " +
      "inputs have no picture.",
  ),
  effect: Sprite.nullable().describe(
    "That output less `base`; one tile for each drawn latent. Level 128 means no change; the change is (level − 128) / 127 · " +
      "effectScale of that tile. Tiles of colour images are in colour: the levels of red, green and blue each say the " +
      "change of that value, on the one scale of the tile, so that mid-grey means no change. Null if inputs have no picture.",
  ),
  effectScale: numbers({ min: 0 }).describe(
    "Largest absolute change in each tile of `effect`, in units of the input; 0 for no change at all.",
  ),
  base: Sprite.nullable().describe(
    "One tile: the decoder's output with every latent at 0, or at its mean if `others` is `mean`. Null if inputs have no picture.",
  ),
  baseValues: numbers().nullable().describe(
    "The values of `base`, 6 significant digits; null if an input has more than 4,096 values.",
  ),
  strengths: Sprite.nullable().describe(
    "Drawn like `decoder`: the decoder's output with one latent at 20, 40, 60, 80 and 100 % of `decodedAt`: five tiles for each drawn latent, one " +
      "latent after the other. Null with a linear decoder, of which these outputs are base + (a − m) / (decodedAt − m) · " +
      "effect, exactly: a is the latent's activation, m is its activation in `base` (0, or its mean if `others` is `mean`).",
  ),
  exampleImages: z.strictObject({
    sprite: Sprite.describe("One tile for each of `rows`; 32 levels of grey, or of each of red, green and blue."),
    rows: numbers({ isInteger: true }).describe("The test input of each tile, ascending."),
    labels: numbers({ isInteger: true }).nullable().describe("The class of each tile; null without labels."),
  }).nullable().describe(
    "Test inputs that the detail files name: all of them, or as many as have 2^23 values (10,699 of 28 × 28), every latent's " +
      "most activating input first. Null if every latent is 0 on every test input, or if inputs have no picture.",
  ),
  rowTexts: RowTexts.nullable().describe(
    "What is known in words of the test inputs that the detail files name: all of them, or the 16,384 that come first if " +
      "every latent's most activating input is taken, then the next ones. Null if nothing is known and they have pictures.",
  ),
  similarIsExact: z.boolean().describe(
    "Whether similar latents were searched among all latents with a known effect: all latents if the decoder is linear, else " +
      "those that have tiles. If not (more than 2,340 latents of 28 × 28), each latent was compared with the latents of two groups only, and a similar latent of another group is not listed.",
  ),
  detailed: numbers({ isInteger: true, least: 1 }).nullable().describe(
    "Latents that have details, ascending; null if all have. Unless a number is asked for, all of up to 4,096 latents, else the " +
      "4,096 with the largest mean activation.",
  ),
  latentsPerFile: z.literal(LATENTS_PER_FILE).describe("Latents in each detail file but the last."),
  detailFiles: z.array(z.string().regex(/^latents\/\d{3,}\.json$/)).min(1).describe(
    "Detail files; paths from the run's folder. The latent at place i of `detailed` (latent i if that is null) is in " +
      "detailFiles[⌊i / latentsPerFile⌋], there at place i mod latentsPerFile.",
  ),
}).superRefine(rule((file) => {
  const n = file.count;
  const { meanActivation, density, maxActivation, meanWhenActive, errorSaved, decodedAt, nearest, nearestCosine } =
    file;
  const columns = {
    meanActivation,
    density,
    maxActivation,
    meanWhenActive,
    errorSaved,
    decodedAt,
    nearest,
    nearestCosine,
  };
  const nullable = { klNats: file.klNats, mainClass: file.mainClass, classPurity: file.classPurity };
  for (const [name, values] of Object.entries({ ...columns, ...nullable })) {
    if (values && values.length !== n) return { path: [name], expected: `one for each latent, ${n}` };
  }
  const tiles = file.drawn?.length ?? n;
  if (file.effectScale.length !== tiles) return { path: ["effectScale"], expected: `one for each tile, ${tiles}` };
  for (const [name, sprite] of Object.entries({ decoder: file.decoder, effect: file.effect })) {
    if (sprite && sprite.count !== tiles) {
      return { path: [name, "count"], expected: `one for each drawn latent, ${tiles}` };
    }
  }
  if (file.strengths && file.strengths.count !== STRENGTHS.length * tiles) {
    return { path: ["strengths", "count"], expected: `five for each drawn latent, ${STRENGTHS.length * tiles}` };
  }
  if (file.base && file.base.count !== 1) return { path: ["base", "count"], expected: "1" };
  for (const [name, latents] of Object.entries({ drawn: file.drawn, detailed: file.detailed })) {
    const unordered = latents?.findIndex((latent, i, all) => latent >= n || (i > 0 && latent <= all[i - 1])) ?? -1;
    if (unordered >= 0) return { path: [name, unordered], expected: `ascending latents below ${n}` };
  }
  const examples = file.exampleImages && brokenExamples(file.exampleImages);
  if (examples) return { path: ["exampleImages", ...examples.path], expected: examples.expected };
  const files = Math.ceil((file.detailed?.length ?? n) / LATENTS_PER_FILE);
  return file.detailFiles.length === files ? null : { path: ["detailFiles"], expected: `${files} files` };
}));

/** The first rule that example images break. */
function brokenExamples({ sprite, rows, labels }: { sprite: Sprite; rows: number[]; labels: number[] | null }) {
  const expected = `one for each row, ${rows.length}`;
  if (sprite.count !== rows.length) return { path: ["sprite", "count"], expected };
  if (labels && labels.length !== rows.length) return { path: ["labels"], expected };
  const unordered = rows.findIndex((row, i) => i > 0 && row <= rows[i - 1]);
  return unordered < 0 ? null : { path: ["rows", unordered], expected: "ascending rows" };
}

/** Columns that the details of a latent name, at most. */
export const MOST_CHANGES = 8;

/** The details of one latent. */
export const LatentDetail = z.strictObject({
  latent: count,
  histogram: Histogram.describe("The latent's activations over the test set."),
  top: z.strictObject({
    rows: numbers({ isInteger: true }).describe(
      "Test inputs, the most activating first; inputs on which the latent is 0 are left out.",
    ),
    activations: numbers().describe("The latent's activation on each, 6 significant digits."),
  }).describe("The test inputs that activate the latent most: up to 16, or 8 of a model with more than 4,096 latents."),
  intervals: z.strictObject({
    counts: numbers({ isInteger: true }).describe("Test inputs in each interval."),
    rows: z.array(numbers({ isInteger: true })).describe(
      "Some test inputs of each interval, in test order: up to 5, or up to 2 of a model with more than 4,096 latents.",
    ),
  }).nullable().describe(
    "Ten equal intervals of the activations that are not 0, the highest first: interval i is from (9 − i) / 10 (exclusive) to " +
      "(10 − i) / 10 (inclusive) of the largest activation. Inputs on which the latent is 0 are in none. Null for a latent " +
      "that is 0 on every test input.",
  ),
  classProfile: numbers({ min: 0, max: 1 }).nullable().describe(
    "Share of the latent's summed activation that falls on each class; null without labels, and for a latent that is 0 on every " +
      "test input.",
  ),
  factorCorrelation: z.record(z.string(), z.number()).describe(
    "Pearson correlation of the latent's activation with each known factor of the data.",
  ),
  similar: z.strictObject({
    latents: numbers({ isInteger: true }).describe(
      "The latents whose effect has the largest cosine with this latent's, up to 5.",
    ),
    cosines: numbers({ min: -1, max: 1 }).describe("The cosine of each, largest first."),
  }).describe("Latents with a similar effect on the output; none for a latent without an effect."),
  changes: z.strictObject({
    columns: z.array(z.string()).max(MOST_CHANGES).describe("Names of columns, those that change most first."),
    values: numbers().describe(
      "The change of each at the latent's largest activation, beside none of the latent, in units of the model's input, 6 " +
        "significant digits.",
    ),
  }).optional().describe(
    `The columns of the data that the latent changes most, up to ${MOST_CHANGES}; not there if the data are no table with names ` +
      "of columns, and in earlier reports.",
  ),
}).superRefine(rule(({ top, intervals, similar, changes }) => {
  if (changes && changes.values.length !== changes.columns.length) {
    return { path: ["changes", "values"], expected: `one for each column, ${changes.columns.length}` };
  }
  if (top.activations.length !== top.rows.length) {
    return { path: ["top", "activations"], expected: `one for each row, ${top.rows.length}` };
  }
  if (similar.cosines.length !== similar.latents.length) {
    return { path: ["similar", "cosines"], expected: `one for each latent, ${similar.latents.length}` };
  }
  if (intervals && (intervals.counts.length !== INTERVALS || intervals.rows.length !== INTERVALS)) {
    return { path: ["intervals"], expected: `${INTERVALS} counts and ${INTERVALS} lists of rows` };
  }
  const over = intervals?.rows.findIndex((rows, i) => rows.length > intervals.counts[i]) ?? -1;
  return over < 0 ? null : { path: ["intervals", "rows", over], expected: `at most ${intervals!.counts[over]} rows` };
}));

/** `latents/000.json`, `latents/001.json`, …: up to 256 latents in detail. */
export const LatentDetails = z.strictObject({
  schemaVersion: version,
  latents: z.array(LatentDetail).min(1).max(LATENTS_PER_FILE).describe("One for each latent, in their order."),
}).superRefine(rule(({ latents }) => {
  const i = latents.findIndex(({ latent }, i) => i > 0 && latent <= latents[i - 1].latent);
  return i < 0 ? null : { path: ["latents", i, "latent"], expected: `more than ${latents[i - 1].latent}` };
}));

/** See the schema of the same name. */
export type Latents = z.infer<typeof Latents>;
/** See the schema of the same name. */
export type LatentDetail = z.infer<typeof LatentDetail>;
/** See the schema of the same name. */
export type LatentDetails = z.infer<typeof LatentDetails>;
