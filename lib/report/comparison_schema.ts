/**
 * `reports/comparisons/<name>.json`: how alike the dictionaries of several runs are, without their weights.
 *
 * The long columns, an entry for each latent, are in files of their own: `comparison_columns_schema.ts`.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers } from "./number_lists.ts";
import { count, rule, RunId, share } from "./schema_parts.ts";
import { SweepName } from "./sweep_schema.ts";

/** Raised when a field changes its meaning or goes; adding a field does not raise it. */
export const COMPARISON_VERSION = 1;

/** A comparison's name, which is a file's and a page's; that of a sweep's seeds is the sweep's. */
export const ComparisonName = SweepName;

const version = z.literal(COMPARISON_VERSION).describe("Version of this file's schema.");
const Cosine = z.number().min(-1).max(1);
const Size = z.number().min(0).max(1);

/** How alike two dictionaries are before or after training. */
const Likeness = {
  pwMcc: Size.nullable().describe(
    "Mean |cosine| of the decoder directions of matched latents (PW-MCC, arXiv 2505.20254); null if nothing was matched.",
  ),
  shareShared: share.nullable().describe(
    "Share of the latents that are shared: 2 · shared pairs / (latents of one that are not dead + latents of the other that " +
      "are not dead). Null if all latents of both are dead.",
  ),
  shareDecoder: share.nullable().default(null).describe(
    "The same of the pairs whose decoder cosine alone is above `sharedAbove`: an encoder keeps what it was drawn with where the " +
      "data do not vary. Null as above, and in comparisons that do not have it.",
  ),
};

/** The figures of one matching. */
export const MatchedPair = z.strictObject({
  a: RunId,
  b: RunId,
  ...Likeness,
  matched: count.describe("Matched pairs of latents. Dead latents are not matched."),
  shared: count.describe("Matched pairs whose decoder and encoder cosines are both above `sharedAbove`."),
  unmatched: z.strictObject({ a: count, b: count }).describe(
    "Latents that are not dead and have no partner: those that the wider dictionary has more, and, if the matching is not " +
      "exact, those whose candidates all went to others, if more than 2,048 are left so.",
  ),
  isExact: z.boolean().describe(
    "Whether the matching has the largest sum of |cosine| of all one-to-one matchings. If not (more than 2,048 latents), it " +
      "has the largest sum of those that match each latent with one of the latents with the largest |cosine|; what is left so is " +
      "matched among itself.",
  ),
  before: z.strictObject(Likeness).nullable().describe(
    "The same figures of the two dictionaries before their first training step, all latents matched. Null if the initial " +
      "dictionaries cannot be made again, of imported models and models that started from another run, or no step was taken.",
  ),
});

/** Features that every run of a group finds. */
const Consensus = z.strictObject({
  latents: z.array(numbers({ isInteger: true })).describe(
    "For each run a list of latents: latents[r][i] is the latent of run r that is feature i of the consensus.",
  ),
  smallestCosine: numbers({ min: -1, max: 1 }).describe(
    "The smallest decoder cosine of the pairs of feature i; the features are in descending order of it.",
  ),
});

/** Runs that differ in the random seed alone. */
export const SeedGroup = z.strictObject({
  title: z.string().describe("What the runs have in common: their title without the random seed."),
  runs: z.array(RunId).min(2).describe("The runs, by random seed."),
  pairs: z.array(MatchedPair).min(1).describe("Every pair of runs, in the order of `runs`."),
  means: z.strictObject({ ...Likeness, before: z.strictObject(Likeness).nullable() }).describe(
    "Means over the pairs that have the figure; `before` is null if no pair has it.",
  ),
  foundIn: z.array(numbers({ isInteger: true })).describe(
    "For each run the number of its latents that were found in m of the n runs, m = 0, …, n: a latent that is not dead is " +
      "found in its own run and in each run in which its partner is shared; a dead latent is found in none.",
  ),
  consensus: Consensus.describe(
    "The features that every random seed finds: one latent of each run, every two of them partners that are shared.",
  ),
  decoderFoundIn: z.array(numbers({ isInteger: true })).nullable().default(null).describe(
    "`foundIn` by the decoder cosine alone; null in comparisons that do not have it.",
  ),
  decoderConsensus: Consensus.nullable().default(null).describe(
    "`consensus` by the decoder cosine alone; null in comparisons that do not have it.",
  ),
});

/** Spread of the cosines of single latents. */
const Cosines = z.strictObject({
  mean: Cosine,
  median: Cosine,
  shareAbove: share.describe("Share of the latents whose cosine is above `sharedAbove`."),
}).nullable();

/** Two dictionaries that may differ in everything but the width of their inputs. */
export const DictionaryPair = z.strictObject({
  ...MatchedPair.shape,
  nearest: z.strictObject({
    aToB: Cosines.describe("Of each latent of a: the decoder cosine with the nearest latent of b."),
    bToA: Cosines.describe("Of each latent of b: the decoder cosine with the nearest latent of a."),
  }).describe("Nearest latents, of which several may be nearest to the same one; dead latents are left out."),
  splits: z.strictObject({
    aToB: count.describe("Latents of a that become several latents of b."),
    bToA: count.describe("Latents of b that become several latents of a."),
    nearestAbove: Size.describe("A part's decoder cosine with its whole is above this."),
    coActiveAbove: share.nullable().describe(
      "The whole is active on more than this share of a part's active rows; null if no rows were compared.",
    ),
  }).describe("Latents that are split; the columns' file lists them with their parts."),
  activations: z.strictObject({
    data: z.string().describe("What the data are called."),
    rows: z.int().min(1),
    correlation: z.number().min(-1).max(1).nullable().describe(
      "Mean Pearson correlation of the activations of matched latents over the rows; null if no pair has one.",
    ),
    overlap: share.nullable().describe(
      "Mean, over matched pairs, of rows on which both are active / rows on which one is; null if no pair is ever active.",
    ),
  }).nullable().describe("Activations on the same rows; null if only the directions were compared."),
});

/** The whole file. */
export const Comparison = z.strictObject({
  schemaVersion: version,
  name: ComparisonName.describe("The comparison's name, the file's without `.json`."),
  createdAt: z.iso.datetime().describe("When it was made."),
  command: z.string().describe("The command that makes it again."),
  sweep: SweepName.nullable().describe("The sweep whose runs these are; null if they were named one by one."),
  sharedAbove: Size.describe("A pair of latents is shared if its decoder and its encoder cosine are both above this."),
  runs: z.array(z.strictObject({
    id: RunId,
    title: z.string(),
    seed: count.describe("The random seed."),
    latents: z.int().min(1),
    dead: count.describe("Latents that are active on none of the run's test rows."),
    modelSha256: z.string().regex(/^[0-9a-f]{64}$/).describe("SHA-256 of its model.safetensors when it was compared."),
  })).min(2).describe("Every run that was compared."),
  groups: z.array(SeedGroup).describe(
    "Runs that differ in the random seed alone, at least two in each group. `comparisons/<name>/latents/<run>.json` has the " +
      "columns of each of these runs.",
  ),
  dictionaries: z.array(DictionaryPair).describe(
    "Every pair of the runs that `compare` names; none of a sweep. `comparisons/<name>/pairs/<i>.json` has the columns of " +
      "dictionaries[i].",
  ),
  notCompared: z.array(z.strictObject({ runs: z.array(RunId), reason: z.string() })).describe(
    "Runs that could have been compared and were not, and why: a latent of a model with hidden layers has no one direction.",
  ),
}).superRefine(rule(({ runs, groups, dictionaries }) => {
  const latents = new Map(runs.map((run) => [run.id, run.latents]));
  for (const [g, group] of groups.entries()) {
    const n = group.runs.length, path = ["groups", g];
    if (group.runs.some((id) => !latents.has(id))) return { path: [...path, "runs"], expected: "ids of `runs`" };
    if (group.pairs.length !== n * (n - 1) / 2) return { path: [...path, "pairs"], expected: "every pair of runs" };
    if (group.foundIn.length !== n || group.foundIn.some((counts) => counts.length !== n + 1)) {
      return { path: [...path, "foundIn"], expected: `${n} lists of ${n + 1} numbers` };
    }
    const { latents: columns, smallestCosine: { length } } = group.consensus;
    if (columns.length !== n || columns.some((column) => column.length !== length)) {
      return { path: [...path, "consensus"], expected: `${n} lists of ${length} latents` };
    }
  }
  const unknown = dictionaries.findIndex(({ a, b }) => !latents.has(a) || !latents.has(b));
  return unknown < 0 ? null : { path: ["dictionaries", unknown], expected: "ids of `runs`" };
}));

/** See the schema of the same name. */
export type MatchedPair = z.infer<typeof MatchedPair>;
/** See the schema of the same name. */
export type SeedGroup = z.infer<typeof SeedGroup>;
/** See the schema of the same name. */
export type DictionaryPair = z.infer<typeof DictionaryPair>;
/** See the schema of the same name. */
export type Comparison = z.infer<typeof Comparison>;
