/**
 * The directions of a one-layer model's latents: what each reads from the input, and what it adds to the output.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Architecture, Parameters } from "../sae/model.ts";

/** One row for each latent, `[nLatents, dInput]`. */
export interface Directions {
  decoder: Float32Array;
  encoder: Float32Array;
}

/** The directions of a model without hidden layers; null if there are hidden layers. */
export function directionsOf(params: Parameters, { layers, dInput, nLatents }: Architecture): Directions | null {
  if (layers.length !== 2) return null;
  const [encoder, decoder] = layers.map(({ name }) => params[`${name}.weight`]);
  const rows = new Float32Array(nLatents * dInput);
  for (let d = 0; d < dInput; d++) {
    for (let j = 0; j < nLatents; j++) rows[j * dInput + d] = decoder[d * nLatents + j];
  }
  return { decoder: rows, encoder };
}
