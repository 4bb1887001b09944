/**
 * `inputs.json`: single test inputs, the latents that are active on each, and what each of these latents contributes.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers } from "./number_lists.ts";
import { count, rule, version } from "./schema_parts.ts";
import { RowTexts } from "./row_texts_schema.ts";
import { Sprite } from "./sprite_schema.ts";

/** Inputs that are listed if an input has not very many values: the first ones, and of each rank of error. */
const FIRST_INPUTS = 200, INPUTS_PER_RANK = 50;
/** Values of all listed inputs, at most: so many that all are listed if one has up to 11,983. */
const MOST_VALUES = 2 ** 22;
/** Inputs that are listed whatever their size. */
const LEAST_FIRST = 8, LEAST_PER_RANK = 2;

/** How many inputs are listed: the first ones, which are the same for all runs on the same data, and of each rank of error. */
export function listedInputCounts(dInput: number): { first: number; perRank: number } {
  const share = Math.min(1, MOST_VALUES / ((FIRST_INPUTS + 3 * INPUTS_PER_RANK) * dInput));
  return {
    first: Math.max(LEAST_FIRST, Math.floor(share * FIRST_INPUTS)),
    perRank: Math.max(LEAST_PER_RANK, Math.floor(share * INPUTS_PER_RANK)),
  };
}

/** Why an input is listed: in test order, or by the rank of its error. */
const Kind = z.enum(["first", "best", "median", "worst"]);

/** One test input. */
export const InputRow = z.strictObject({
  row: count.describe("Index in the test set."),
  kinds: z.array(Kind).min(1).describe(
    "Why the input is listed: one of the first 200 test inputs, or of the 50 with the least, the median or the largest error. An " +
      "input that is listed for two reasons has one row with both.",
  ),
  label: count.nullable().describe("Its class; null without labels."),
  mse: z.number().min(0).describe("Mean squared error of its reconstruction."),
  mseBase: z.number().min(0).describe("Mean squared error of `base` in latents.json as its reconstruction."),
  activeLatents: count.describe("Number of latents that are active on the input."),
  active: z.strictObject({
    latents: numbers({ isInteger: true }).describe("Latents, the most active first."),
    activations: numbers().describe("The activation of each, 6 significant digits."),
    mseWithout: numbers({ min: 0 }).describe(
      "The input's mean squared error if this latent is set to 0 and the others stay as they are, 6 significant digits.",
    ),
  }).describe("The latents that are not 0 on the input, at most the 64 most active."),
});

/** `inputs.json`: single test inputs. */
export const Inputs = z.strictObject({
  schemaVersion: version,
  rows: z.array(InputRow).min(1).describe(
    "Test inputs in ascending order of `row`. The first 200 test inputs are always among them, so that runs on the same data " +
      "have these inputs in common. If an input has more than 11,983 values, fewer inputs are listed, in proportion.",
  ),
  originals: Sprite.nullable().describe("Tile i: the input of rows[i]; null if inputs have no picture."),
  reconstructions: Sprite.nullable().describe("Tile i: the reconstruction of rows[i]; null if inputs have no picture."),
  rowTexts: RowTexts.nullable().describe(
    "What is known of the rows in words; null if nothing is and they have pictures.",
  ),
}).superRefine(rule(({ rows, originals, reconstructions }) => {
  for (const [name, sprite] of Object.entries({ originals, reconstructions })) {
    if (sprite && sprite.count !== rows.length) {
      return { path: [name, "count"], expected: `one for each row, ${rows.length}` };
    }
  }
  for (const [i, { row, active: { latents, activations, mseWithout } }] of rows.entries()) {
    if (i > 0 && row <= rows[i - 1].row) return { path: ["rows", i, "row"], expected: "ascending rows" };
    for (const [name, values] of Object.entries({ activations, mseWithout })) {
      if (values.length !== latents.length) {
        return { path: ["rows", i, "active", name], expected: `one for each latent, ${latents.length}` };
      }
    }
  }
  return null;
}));

/** See the schema of the same name. */
export type InputRow = z.infer<typeof InputRow>;
/** See the schema of the same name. */
export type Inputs = z.infer<typeof Inputs>;
