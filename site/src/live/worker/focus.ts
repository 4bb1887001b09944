/**
 * What the model makes of the image in Draw, and what its decoder makes of each latent.
 *
 * The sum begins where the latents are 0, or at their means if they are sigmoids, as everywhere in a report
 * (`lib/analysis/latent_images.ts`). Does not know when it is asked.
 *
 * @module
 */
import { effectsOfAll } from "../../../../lib/analysis/latent_images.ts";
import type { LatentSums } from "../../../../lib/analysis/latent_sums.ts";
import { squaredError } from "../../../../lib/analysis/squared_error.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { type Pixels, pixelValues } from "../../../../lib/pixels.ts";
import { sigmoid } from "../../../../lib/sae/logistic.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { Atlas, Focus } from "../messages.ts";
import { tileLength } from "../tile_shape.ts";
import type { Pictures } from "./pictures.ts";

/** Latents that the growing sum adds one by one: with none and all of them two rows of four images. */
const MOST_ADDED = 6;

/** A model in use, with what was measured of its latents. */
export interface MeasuredModel {
  engine: Engine;
  definition: StepDefinition;
  pictures: Pictures;
  sums: LatentSums;
}

/** The input in Draw. */
export interface Looked {
  id: number;
  /** `[dInput]` */
  pixels: Pixels;
}

/**
 * What the model makes of one image.
 *
 * @param options.operated Activations set by hand, by latent; others keep the model's.
 */
export async function focusOf(
  { engine, definition: { arch, objective }, pictures, sums }: MeasuredModel,
  { image, operated }: { image: Looked; operated: ReadonlyMap<number, number> },
): Promise<Focus> {
  const { nLatents, dInput, latentIndex } = arch, { activeAbove } = VARIANTS[objective.sparsity];
  const { hidden, recon } = await engine.forward(image.pixels); // sync point
  const acts = hidden[latentIndex].slice(0, nLatents);
  const added = Array.from(acts.keys())
    .filter((latent) => acts[latent] > activeAbove)
    .sort((a, b) => acts[b] - acts[a])
    .slice(0, MOST_ADDED);
  const steps = added.length + 2, rows = new Float32Array((steps + 1) * nLatents);
  const origin = originOf({ sums, objective });
  for (let step = 0; step < steps - 1; step++) {
    const row = rows.subarray(step * nLatents, (step + 1) * nLatents);
    row.set(origin);
    for (const latent of added.slice(0, step)) row[latent] = acts[latent];
  }
  rows.set(acts, (steps - 1) * nLatents);
  rows.set(acts, steps * nLatents);
  for (const [latent, value] of operated) if (latent < nLatents) rows[steps * nLatents + latent] = value;
  const hasOperated = operated.size > 0;
  const logits = await engine.decode(hasOperated ? rows : rows.subarray(0, steps * nLatents)); // sync point
  const decoded = arch.layers.at(-1)!.activation === "sigmoid" ? logits.map(sigmoid) : logits;
  const x = pixelValues(image.pixels);
  const mseOf = (values: Float32Array) => squaredError(x, values) / dInput;
  const imageOf = (step: number) => decoded.subarray(step * dInput, (step + 1) * dInput);
  return {
    id: image.id,
    acts,
    tile: pictures.tile,
    reconstruction: pictures.levels(recon),
    mse: mseOf(recon),
    sum: {
      latents: [null, ...added, null],
      images: pictures.levels(decoded.subarray(0, steps * dInput)),
      mse: Array.from({ length: steps }, (_, step) => mseOf(imageOf(step))),
    },
    operated: hasOperated ? { image: pictures.levels(imageOf(steps)), mse: mseOf(imageOf(steps)) } : null,
  };
}

/** Activations of no latent: 0, or the means of sigmoids, which are never 0. */
function originOf(
  { sums, objective: { sparsity } }: Pick<StepDefinition, "objective"> & { sums: LatentSums },
): Float32Array {
  return VARIANTS[sparsity].activates === "sigmoid"
    ? Float32Array.from(sums.means())
    : new Float32Array(sums.sums.length);
}

/**
 * The image of every latent at its largest activation, as the change it makes: 128 for none, each on a scale of its own.
 *
 * A latent that has never been active is decoded at 1, to show what it has learned or not.
 */
export async function atlasOf(
  { engine, definition: { arch, objective }, pictures, sums }: MeasuredModel,
): Promise<Atlas> {
  const { nLatents, dInput } = arch, { tile } = pictures;
  const length = tileLength(tile), images = new Uint8Array(nLatents * length);
  for await (const { latents, effect } of effectsOfAll({ engine, arch, objective, sums })) {
    latents.forEach((latent, i) => {
      images.set(pictures.signed(effect.subarray(i * dInput, (i + 1) * dInput)), latent * length);
    });
  }
  return { tile, images };
}
