/**
 * How well dictionaries found the features beneath rows that are distributed like a language model's activations.
 *
 *     deno run -P=bench bench/features_found.ts RUN_FOLDER... [--seed 0]
 *
 * For runs on a file of `bench/activations_like.ts` with the same random seed: makes its features again and prints, for each run,
 * the MCC (mean |cos| of decoder directions and features under the best one-to-one matching), how many pairs have a |cos| above
 * 0.7, and the mean |cos| of pairs of the decoder's directions; at the end that of the features. Reads weights alone: which
 * features are active in a row is not in the file.
 *
 * @module
 */
import { matchDirections } from "../lib/analysis/across/matching.ts";
import { eachProduct } from "../lib/analysis/cosines.ts";
import { parseFlags } from "../lib/cli/flags.ts";
import { UserError } from "../lib/errors.ts";
import { norm } from "../lib/norm.ts";
import { openCompared, trainedDictionary } from "../lib/run/compared_run.ts";
import { ActivationsLike } from "../tests/data/activations_like.ts";

/** From this |cos| on a matched pair counts as found. */
const FOUND = 0.7;

const { flags, positionals: folders } = parseFlags(Deno.args, {
  seed: { takes: "S", help: "The random seed of the rows.", defaults: "0" },
});
const seed = Number(flags[0]?.value ?? 0);
if (folders.length === 0 || !Number.isSafeInteger(seed)) {
  throw new UserError("Cannot look for features: no run's folder is named, expected some and a random seed");
}
const everyRow = (n: number) => Array(n).keys().toArray();

/** Mean |cos| over pairs of two rows. */
function meanCosine(rows: Float32Array, width: number): number {
  const unit = Float64Array.from(rows), n = rows.length / width;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = unit.subarray(i * width, (i + 1) * width), length = norm(row);
    for (let d = 0; d < width; d++) row[d] /= length;
  }
  eachProduct(unit, { width, offer: (_i, _j, cosine) => void (sum += Math.abs(cosine)) });
  return sum / (n * (n - 1) / 2);
}

const featuresOf = new Map<number, Float32Array>();
for (const folder of folders) {
  const opened = await openCompared(folder), dictionary = trainedDictionary(opened);
  if (dictionary === null) throw new UserError(`Cannot look for features in ${opened.id}: it has hidden layers`);
  const { decoder, width } = dictionary;
  const features = featuresOf.get(width) ?? new ActivationsLike({ width, seed }).features;
  featuresOf.set(width, features);
  const rows = [decoder, features].map((values) => ({ values, rows: everyRow(values.length / width) }));
  const { partners, cosines } = matchDirections(rows[0], rows[1], { width });
  const sizes = [...cosines].filter((_, latent) => partners[latent] >= 0).map(Math.abs);
  const mcc = sizes.reduce((sum, cosine) => sum + cosine, 0) / sizes.length;
  const found = sizes.filter((cosine) => cosine > FOUND).length;
  console.log(
    `${opened.id}: MCC ${mcc.toFixed(3)}, ${found} of ${sizes.length} pairs above ${FOUND}, ` +
      `mean |cos| of the decoder's directions ${meanCosine(decoder, width).toFixed(4)}`,
  );
}
for (const [width, features] of featuresOf) {
  console.log(
    `${features.length / width} features of width ${width}: mean |cos| ${meanCosine(features, width).toFixed(4)}`,
  );
}
