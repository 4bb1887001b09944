/**
 * The long columns of a comparison: `reports/comparisons/<name>/latents/<run>.json`, a run's latents in the other random
 * seeds, and `reports/comparisons/<name>/pairs/<i>.json`, the latents of two dictionaries in each other.
 *
 * Their summary is `comparison_schema.ts`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { COMPARISON_VERSION } from "./comparison_schema.ts";
import { numbers, numbersOrNull } from "./number_lists.ts";
import { count, rule, RunId, share } from "./schema_parts.ts";

const version = z.literal(COMPARISON_VERSION).describe("Version of this file's schema.");

/** The partners of one run's latents in another run; an entry for each latent. */
const Partners = {
  latent: numbersOrNull({ isInteger: true }).describe("The partner; null if the latent is dead or was not matched."),
  decoderCosine: numbersOrNull({ min: -1, max: 1 }).describe(
    "Cosine of the two decoder directions, with its sign; null without a partner.",
  ),
  encoderCosine: numbersOrNull({ min: -1, max: 1 }).describe(
    "Cosine of the two encoder directions; null without a partner.",
  ),
};

/** A latent of one dictionary that becomes several of the other. */
export const Split = z.strictObject({
  latent: count.describe("The whole."),
  covered: share.nullable().describe(
    "Share of the rows with the whole active on which at least one part is active; null if no rows were compared.",
  ),
  parts: z.array(z.strictObject({
    latent: count,
    decoderCosine: z.number().min(-1).max(1),
    coActive: share.nullable().describe(
      "P(whole active | part active): share of the part's active rows on which the whole is active; null as above.",
    ),
    ofWhole: share.nullable().describe(
      "P(part active | whole active): share of the whole's active rows on which the part is active; null as above.",
    ),
  })).min(2).describe("Its parts, the largest decoder cosine first."),
});

/** `latents/<run>.json`. */
export const LatentColumns = z.strictObject({
  schemaVersion: version,
  run: RunId,
  foundIn: numbers({ isInteger: true }).describe(
    "For each latent the number of runs of the group in which it was found, its own among them; 0 if it is dead.",
  ),
  decoderFoundIn: numbers({ isInteger: true }).nullable().default(null).describe(
    "The same by the decoder cosine alone; null in comparisons that do not have it.",
  ),
  partners: z.array(z.strictObject({ run: RunId, ...Partners })).min(1).describe(
    "One for each other run of the group, in the order of the group.",
  ),
}).superRefine(rule(({ foundIn: { length }, partners }) => {
  const wrong = partners.findIndex((own) => hasOtherLength(own, length));
  return wrong < 0 ? null : { path: ["partners", wrong], expected: `${length} entries a column, one for each latent` };
}));

/** One dictionary's latents in the other one. */
const Side = z.strictObject({
  run: RunId,
  ...Partners,
  nearest: numbersOrNull({ isInteger: true }).describe(
    "The latent of the other dictionary with the largest decoder cosine; null if the latent is dead or has no direction.",
  ),
  nearestCosine: numbersOrNull({ min: -1, max: 1 }).describe("That cosine."),
  correlation: numbersOrNull({ min: -1, max: 1 }).nullable().describe(
    "Pearson correlation of the activations of the latent and its partner over the rows, null if one of them does not vary; " +
      "null in place of the list if no rows were compared.",
  ),
  overlap: numbersOrNull({ min: 0, max: 1 }).nullable().describe(
    "Rows on which the latent and its partner are active / rows on which one of them is; null as above.",
  ),
  activeRows: numbers({ isInteger: true }).nullable().describe(
    "Rows on which the latent is active; null if no rows were compared.",
  ),
  splits: z.array(Split).describe(
    "Latents of this dictionary that become several of the other, those with most parts first.",
  ),
}).superRefine(rule((side) => {
  const { latent: { length }, nearest, nearestCosine, correlation, overlap, activeRows } = side;
  const columns = [nearest, nearestCosine, correlation, overlap, activeRows].filter((column) => column !== null);
  const isWrong = hasOtherLength(side, length) || columns.some((column) => column.length !== length);
  return isWrong ? { path: ["latent"], expected: `${length} entries in each column, one for each latent` } : null;
}));

/** `pairs/<i>.json`. */
export const PairColumns = z.strictObject({ schemaVersion: version, a: Side, b: Side });

function hasOtherLength(
  { latent, decoderCosine, encoderCosine }: Record<keyof typeof Partners, (number | null)[]>,
  length: number,
): boolean {
  return [latent, decoderCosine, encoderCosine].some((column) => column.length !== length);
}

/** See the schema of the same name. */
export type LatentColumns = z.infer<typeof LatentColumns>;
/** See the schema of the same name. */
export type PairColumns = z.infer<typeof PairColumns>;
/** See the schema of the same name. */
export type Split = z.infer<typeof Split>;
