/**
 * `lifelines.json`: every latent at some moments of training, and when latents were first active, died and were revived.
 *
 * The matrices are in `lifelines.safetensors`, the pictures in `lifelines/`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers, numbersOrNull } from "./number_lists.ts";
import { count, rule, share, version } from "./schema_parts.ts";
import { Sprite } from "./sprite_schema.ts";

/** The numbers' file name. */
export const LIFELINES_NUMBERS = "lifelines.safetensors";

const cosine = z.number().min(-1).max(1);
const counts = numbers({ isInteger: true });

/** See the module comment. */
export const Lifelines = z.strictObject({
  schemaVersion: version,
  count: count.describe("Latents."),
  sampleRows: z.int().min(1).describe("Test rows, evenly spread, on which activity was counted."),
  deadSteps: count.nullable().describe(
    "A latent is dead if it was last active more than this many training steps ago, or never; null for sigmoids, which are " +
      "never 0: then nothing is said of deaths.",
  ),
  directions: z.enum(["decoder", "effect"]).describe(
    "What stands for a latent: its column of the decoder, or with hidden layers what it adds to the decoder's output.",
  ),
  settledCosine: cosine.describe(
    "From where a latent's cosine to its final direction stays at least this, it has settled.",
  ),
  numbers: z.literal(LIFELINES_NUMBERS).describe(
    "Float32 matrices `[snapshots, latents]`: `density`, share of the sample's rows on which a latent is active; " +
      "`cosineToFinal` and `cosineToFirst`, of its direction to that of the last and the first snapshot (0 if one of them is 0); " +
      "`isDead`, 1 or 0, unless `deadSteps` is null; `scale`, `[snapshots, pictured latents]`, see `pictures`.",
  ),
  snapshots: z.strictObject({
    steps: counts.describe("Steps taken, ascending: 0 and the last one among them."),
    births: counts.nullable().describe(
      "Latents that were active for the first time since the snapshot before; null like `deadSteps`, as the next four.",
    ),
    deaths: counts.nullable().describe("Latents that became dead since then, each as often as it did."),
    revivals: counts.nullable().describe("Dead latents that were active again."),
    resampled: counts.nullable().describe("Dead latents that were given another direction."),
    dead: counts.nullable().describe("Latents that are dead."),
    inactive: counts.describe("Latents that are active on no row of the sample."),
    quantiles: z.array(z.strictObject({ q05: cosine, q25: cosine, median: cosine, q75: cosine, q95: cosine }))
      .nullable()
      .describe(
        "Of the cosine to the final direction, over the latents that are alive at the end; null if none is, as the next one.",
      ),
    settledShare: z.array(share).nullable().describe(
      "Share of the latents that are alive at the end that have settled.",
    ),
  }).superRefine(rule((columns) => {
    const length = columns.steps.length, expected = `one for each snapshot, ${length}`;
    const wrong = Object.entries(columns).find(([, column]) => column !== null && column.length !== length);
    return wrong ? { path: [wrong[0]], expected } : null;
  })).describe("Columns, one entry for each snapshot."),
  latents: z.strictObject({
    firstActive: numbersOrNull({ isInteger: true }).describe(
      "The step in which it was first active, at the latest; null if it never was. Sigmoids: the first snapshot at which it " +
        "is active on a row of the sample.",
    ),
    deaths: counts.nullable().describe("How often it died; null like `deadSteps`, as the next two."),
    revivals: counts.nullable().describe("How often it was active again after that."),
    resampled: counts.nullable().describe("How often it was given another direction."),
    settledAt: numbersOrNull({ isInteger: true }).describe(
      "The snapshot's step from which on it has settled; null for a direction of 0.",
    ),
  }).describe("Columns, one entry for each latent."),
  halfSettledAt: count.nullable().describe(
    "The snapshot's step at which half of the latents that are alive at the end have settled.",
  ),
  pictures: z.strictObject({
    latents: numbers({ isInteger: true }).nullable().describe(
      "The latents that have pictures, ascending: those with the largest mean activations; null if all have.",
    ),
    levels: z.int().min(3).max(255).describe(
      "Grey levels of a picture, an odd number: with L of them a value is off by at most scale / (L − 1), and by what rounding " +
        "to 8 bits adds, scale / 127.",
    ),
    sprites: z.array(Sprite).min(1).describe(
      "For each snapshot the directions of these latents: 128 is 0, 255 is +scale, 1 is −scale, with the `scale` of the tile in " +
        "`numbers`. Rows that are no images are pictures of height 1.",
    ),
  }).nullable().describe("The directions as pictures; null if one snapshot of a latent has too many values."),
}).superRefine(rule(({ count, snapshots, latents, pictures }) => {
  const wrong = Object.entries(latents).find(([, column]) => column !== null && column.length !== count);
  if (wrong) return { path: ["latents", wrong[0]], expected: `one for each latent, ${count}` };
  if (!pictures) return null;
  if (pictures.sprites.length !== snapshots.steps.length) {
    return { path: ["pictures", "sprites"], expected: `one for each snapshot, ${snapshots.steps.length}` };
  }
  const tiles = pictures.latents?.length ?? count;
  const odd = pictures.sprites.findIndex((sprite) => sprite.count !== tiles);
  return odd < 0 ? null : { path: ["pictures", "sprites", odd, "count"], expected: String(tiles) };
}));

/** See the schema of the same name. */
export type Lifelines = z.infer<typeof Lifelines>;
