/**
 * What the model makes of the image in Draw, and what its decoder makes of each latent.
 *
 * The sum begins where the latents are 0, or at their means if they are sigmoids, as everywhere in a report
 * (`lib/analysis/latent_images.ts`). Does not know when it is asked.
 *
 * @module
 */
import { LatentDecoder } from "../../../../lib/analysis/latent_images.ts";
import type { LatentSums } from "../../../../lib/analysis/latent_sums.ts";
import { squaredError } from "../../../../lib/analysis/squared_error.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { pixelValues } from "../../../../lib/pixels.ts";
import { sigmoid } from "../../../../lib/sae/logistic.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { Atlas, Focus } from "../messages.ts";

/** Latents that the growing sum adds one by one: with none and all of them two rows of four images. */
const MOST_ADDED = 6;

/** A model in use, with what was measured of its latents. */
export interface MeasuredModel {
  engine: Engine;
  definition: StepDefinition;
  sums: LatentSums;
}

/** The image in Draw. */
export interface Looked {
  id: number;
  /** `[dInput]` bytes */
  pixels: Uint8Array<ArrayBuffer>;
}

/**
 * What the model makes of one image.
 *
 * @param options.operated Activations set by hand, by latent; others keep the model's.
 */
export async function focusOf(
  { engine, definition: { arch, objective }, sums }: MeasuredModel,
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
    reconstruction: greyBytes(recon),
    mse: mseOf(recon),
    sum: {
      latents: [null, ...added, null],
      images: greyBytes(decoded.subarray(0, steps * dInput)),
      mse: Array.from({ length: steps }, (_, step) => mseOf(imageOf(step))),
    },
    operated: hasOperated ? { image: greyBytes(imageOf(steps)), mse: mseOf(imageOf(steps)) } : null,
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
export async function atlasOf({ engine, definition: { arch, objective }, sums }: MeasuredModel): Promise<Atlas> {
  const { nLatents, dInput } = arch;
  const largest = sums.largest.map((value) => value > 0 ? value : 1);
  const decoder = await LatentDecoder.of({
    engine,
    arch,
    directions: null,
    pass: {
      latentsAreSigmoid: VARIANTS[objective.sparsity].activates === "sigmoid",
      rhoHat: sums.means(),
      latents: { largest },
    },
  }); // sync point
  const images = new Uint8Array(nLatents * dInput);
  const all = Array.from({ length: nLatents }, (_, latent) => latent);
  for await (const { latents, effect } of decoder.pieces(all, { hasStrengths: false })) {
    latents.forEach((latent, i) => {
      signedBytes(effect.subarray(i * dInput, (i + 1) * dInput), images.subarray(latent * dInput));
    });
  }
  return { images };
}

/** Values in [0, 1] as bytes; those beyond are cut off. */
export function greyBytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = 255 * values[i]; // rounds
  return new Uint8Array(bytes.buffer);
}

/** Differences as bytes around 128, the largest at 1 or 255. */
function signedBytes(values: Float32Array, bytes: Uint8Array): void {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  const scale = peak > 0 ? 127 / peak : 0;
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(128 + scale * values[i]);
}
