/**
 * `reconstructions.json`: what the model makes of single inputs.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { count, rule, version } from "./schema_parts.ts";
import { RowTexts } from "./row_texts_schema.ts";
import { Sprite } from "./sprite_schema.ts";

/** `reconstructions.json`: what the model makes of single inputs. */
export const Reconstructions = z.strictObject({
  schemaVersion: version,
  batch: z.strictObject({
    sprite: Sprite.nullable().describe("One tile for each; null if inputs have no picture."),
    labels: z.array(count).nullable().describe("Class of each; null without labels."),
    rowTexts: RowTexts.nullable().describe("What is known of them in words; rows of the training set."),
  }).describe("The first training inputs, as they are stored."),
  sprite: Sprite.nullable().describe(
    "With n pairs: tile i is the input of pair i, tile n + i its reconstruction, tile 2n + i the absolute error (white is " +
      "white − black; of colour images for each of red, green and blue). Null if inputs have no picture.",
  ),
  rowTexts: RowTexts.nullable().describe("What is known in words of the pairs' inputs; rows of the test set."),
  pairs: z.array(z.strictObject({
    kind: z.enum(["first", "best", "median", "worst"]).describe(
      "Why it was picked: in test order, or by its error's rank.",
    ),
    image: count.describe("Index in the test set."),
    label: count.nullable(),
    mse: z.number().min(0),
  })).min(1),
}).superRefine(rule(({ batch: { sprite: batch, labels }, sprite, pairs }) => {
  if (batch && labels && labels.length !== batch.count) {
    return { path: ["batch", "labels"], expected: `${batch.count} labels` };
  }
  if (sprite && sprite.count !== 3 * pairs.length) {
    return { path: ["sprite", "count"], expected: `three a pair, ${3 * pairs.length}` };
  }
  return null;
}));

/** See the schema of the same name. */
export type Reconstructions = z.infer<typeof Reconstructions>;
