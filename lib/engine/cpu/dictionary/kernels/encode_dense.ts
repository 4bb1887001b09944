/**
 * preActs = (images − pre-bias) · W_encᵀ + b_enc, with a row of W_enc for each latent.
 *
 * The product is of the images as they are; the pre-bias comes in as a number per latent, as in `encode_sparse.ts`, where it
 * would spoil the images' zeros.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary } from "../../kernels/kernel_structs";
import { multiply } from "../../kernels/products";
import { dots4 } from "../../kernels/vector";

/** Latents of one product: so few that their rows are still in the second cache when the pre-bias is multiplied with them. */
export const PRODUCT_LATENTS: usize = 256;

/**
 * Latents `from … to` (multiples of 8) of the first `rows` rows.
 *
 * @param biases Room for `PRODUCT_LATENTS` floats; `../dictionary_places.ts` makes it.
 */
export function encode(d: Dictionary, from: usize, to: usize, rows: usize, biases: usize): void {
  for (let latent = from; latent < to; latent += PRODUCT_LATENTS) {
    const count = min(PRODUCT_LATENTS, to - latent);
    multiplyColumns(d, latent, count, rows, d.width);
    addBiases(d, latent, count, rows, biases);
  }
}

/** The product with `count` latents of the first `width` columns of the images. */
export function multiplyColumns(d: Dictionary, latent: usize, count: usize, rows: usize, width: usize): void {
  const images = layerAt(d.model, 0).inputs, weights = d.encoder + latent * d.stride, out = d.preActs + 4 * latent;
  multiply(images, d.stride, 4, weights, 4, d.stride, out, d.preActsStride, rows, count, width);
}

/** Adds b_enc − W_enc · pre-bias to the preActs of `count` latents. */
export function addBiases(d: Dictionary, latent: usize, count: usize, rows: usize, biases: usize): void {
  for (let i: usize = 0; i < count; i += 4) v128.store(biases + 4 * i, biasesOf(d, latent + i));
  for (let row: usize = 0; row < rows; row++) {
    const out = d.preActs + row * d.preActsStride + 4 * latent;
    for (let offset: usize = 0; offset < 4 * count; offset += 16) {
      v128.store(out + offset, f32x4.add(v128.load(out + offset), v128.load(biases + offset)));
    }
  }
}

/** Of four latents. */
function biasesOf(d: Dictionary, latent: usize): v128 {
  const b = v128.load(d.encoderBias + 4 * latent);
  if (!d.hasPreBias) return b;
  return f32x4.sub(b, dots4(d.encoder + latent * d.stride, d.stride, d.decoderBias, d.width));
}
