/**
 * The principal components of training rows as a dictionary, in float64: what the baseline that fits them starts and ends with.
 *
 *     x̂ = x̄ + Σᵢ (vᵢ·(x − x̄)) vᵢ      vᵢ the eigenvectors of the covariance, by their eigenvalues
 *
 * A latent is never below 0 and a component's coefficient may be, so each component is two latents, vᵢ and −vᵢ, of which at most
 * one is active. With k latents chosen for each row the reconstruction is by the k largest coefficients, which is the best that
 * any k of these components can do, because they are at right angles. Latents beyond the components stay 0. Of streamed rows the
 * resident sample is fitted. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../pixels.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/** A component varies less than this share of the first one: it is rounding, and no direction of the data. */
const LEAST_SHARE = 1e-12;

/** Rows whose products are added up at once. */
const BLOCK_ROWS = 4;

/** Components of rows, from the one that varies most. */
export interface Components {
  /** How many there are, at most as many as were asked for. */
  count: number;
  /** `[count, dInput]`, of length 1. */
  vectors: Float64Array;
  /** The variance along each, `[count]`. */
  variances: Float64Array;
}

/**
 * The first principal components of rows.
 *
 * @param pixels `[count, dInput]`; bytes stand for value / 255.
 * @param options.mean Their mean, `[dInput]`. `most`: how many components are wanted.
 */
export function principalComponents(
  pixels: Pixels,
  { mean, most }: { mean: Float64Array; most: number },
): Components {
  const d = mean.length, { values, vectors } = symmetricEigen(covariance(pixels, mean));
  const varying = values.findIndex((value) => !(value > LEAST_SHARE * values[0]));
  const count = Math.min(most, varying < 0 ? d : varying);
  return { count, vectors: vectors.subarray(0, count * d), variances: values.subarray(0, count) };
}

/** The covariance of rows, `[dInput, dInput]`: Σ (x − x̄)(x − x̄)ᵀ / count. Bytes are summed exactly. */
export function covariance(pixels: Pixels, mean: Float64Array): Float64Array {
  const d = mean.length, count = pixels.length / d;
  const sums = new Float64Array(d * d);
  if (pixels instanceof Uint8Array) addSparseProducts(sums, pixels, d);
  else addProducts(sums, pixels, mean);
  const unit = pixels instanceof Uint8Array ? 255 * 255 : 1;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const own = sums[i * d + j] / (unit * count);
      sums[i * d + j] = sums[j * d + i] = pixels instanceof Uint8Array ? own - mean[i] * mean[j] : own;
    }
  }
  return sums;
}

/** Adds Σ x·xᵀ, the upper half; bytes that are 0 cost nothing. */
function addSparseProducts(sums: Float64Array, pixels: Uint8Array, d: number): void {
  const places = new Uint32Array(d);
  for (let start = 0; start < pixels.length; start += d) {
    let n = 0;
    for (let i = 0; i < d; i++) if (pixels[start + i] !== 0) places[n++] = i;
    for (let a = 0; a < n; a++) {
      const row = places[a] * d, value = pixels[start + places[a]];
      for (let b = a; b < n; b++) sums[row + places[b]] += value * pixels[start + places[b]];
    }
  }
}

/** Adds Σ (x − x̄)·(x − x̄)ᵀ, the upper half, some rows at a time so that the sums are read less often. */
function addProducts(sums: Float64Array, values: Float32Array, mean: Float64Array): void {
  const d = mean.length;
  const rows = Array.from({ length: BLOCK_ROWS }, () => new Float64Array(d));
  for (let start = 0; start < values.length; start += BLOCK_ROWS * d) {
    rows.forEach((row, r) => {
      const from = start + r * d;
      for (let i = 0; i < d; i++) row[i] = from < values.length ? values[from + i] - mean[i] : 0;
    });
    const [x0, x1, x2, x3] = rows;
    for (let i = 0; i < d; i++) {
      const sum = sums.subarray(i * d, (i + 1) * d), a0 = x0[i], a1 = x1[i], a2 = x2[i], a3 = x3[i];
      for (let j = i; j < d; j++) sum[j] += a0 * x0[j] + a1 * x1[j] + a2 * x2[j] + a3 * x3[j];
    }
  }
}
