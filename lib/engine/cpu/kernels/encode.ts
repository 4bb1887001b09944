/**
 * preActs = inputs · W_encᵀ + b_enc, with a row of W_enc for each latent.
 *
 * Two images and four latents at a time: eight sums of four partial sums each, folded at the end. Eight latents' rows stay
 * in the first cache while all images pass by. The order of each sum is that of the columns.
 *
 * @module
 */
import { Dictionary } from "./dictionary_layout";
import { multiplyAdd } from "./vector";

/** Latents `from … to` (multiples of 8) of all rows (a multiple of 2). */
export function encode(d: Dictionary, from: usize, to: usize, rows: usize): void {
  const stride = d.stride, outStride = d.preActsStride;
  for (let latent = from; latent < to; latent += 8) {
    const weights = d.encoder + latent * stride;
    const b0 = v128.load(d.encoderBias + 4 * latent), b1 = v128.load(d.encoderBias + 4 * latent, 16);
    let x = d.inputs, out = d.preActs + 4 * latent;
    for (let row: usize = 0; row < rows; row += 2, x += 2 * stride, out += 2 * outStride) {
      products2x4(x, weights, stride, d.width, out, outStride, b0);
      products2x4(x, weights + 4 * stride, stride, d.width, out + 16, outStride, b1);
    }
  }
}

@inline
function products2x4(
  x: usize,
  weights: usize,
  stride: usize,
  width: usize,
  out: usize,
  outStride: usize,
  bias: v128,
): void {
  let x0 = x, x1 = x + stride;
  let w0 = weights, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00;
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  const end = x0 + 4 * width;
  do {
    let a0 = v128.load(x0), a1 = v128.load(x1);
    let w = v128.load(w0);
    c00 = multiplyAdd(a0, w, c00), c10 = multiplyAdd(a1, w, c10);
    w = v128.load(w1);
    c01 = multiplyAdd(a0, w, c01), c11 = multiplyAdd(a1, w, c11);
    w = v128.load(w2);
    c02 = multiplyAdd(a0, w, c02), c12 = multiplyAdd(a1, w, c12);
    w = v128.load(w3);
    c03 = multiplyAdd(a0, w, c03), c13 = multiplyAdd(a1, w, c13);

    a0 = v128.load(x0, 16), a1 = v128.load(x1, 16);
    w = v128.load(w0, 16);
    c00 = multiplyAdd(a0, w, c00), c10 = multiplyAdd(a1, w, c10);
    w = v128.load(w1, 16);
    c01 = multiplyAdd(a0, w, c01), c11 = multiplyAdd(a1, w, c11);
    w = v128.load(w2, 16);
    c02 = multiplyAdd(a0, w, c02), c12 = multiplyAdd(a1, w, c12);
    w = v128.load(w3, 16);
    c03 = multiplyAdd(a0, w, c03), c13 = multiplyAdd(a1, w, c13);
    x0 += 32, x1 += 32, w0 += 32, w1 += 32, w2 += 32, w3 += 32;
  } while (x0 != end);
  v128.store(out, f32x4.add(fold(c00, c01, c02, c03), bias));
  v128.store(out + outStride, f32x4.add(fold(c10, c11, c12, c13), bias));
}

/** The sums of four vectors' lanes, as one vector. */
@inline
export function fold(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
}
