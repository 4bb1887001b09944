/**
 * How unevenly a vector's magnitude is spread: Hoyer's and Gini's measures.
 *
 * "Population" means over the latents for one image (how few describe it); "lifetime" means over the images for one
 * latent (how rarely it fires). Source: Hurley and Rickard, "Comparing measures of sparsity", 2009, table I.
 *
 * @module
 */

/**
 * Hoyer's measure, (√n − ‖a‖₁/‖a‖₂) / (√n − 1).
 *
 * @param values Not negative.
 * @returns In [0, 1]: 0 when all are equal, 1 when one is not 0. NaN for the zero vector and for fewer than 2 values.
 *
 * @example
 * ```ts
 * import { hoyer } from "./sparseness.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(hoyer(Float32Array.of(0, 0, 3, 0)), 1);
 * assert.equal(hoyer(Float32Array.of(2, 2, 2, 2)), 0);
 * ```
 */
export function hoyer(values: Float32Array): number {
  let l1 = 0, squares = 0;
  for (let i = 0; i < values.length; i++) {
    l1 += values[i];
    squares += values[i] * values[i];
  }
  const rootN = Math.sqrt(values.length);
  return (rootN - l1 / Math.sqrt(squares)) / (rootN - 1);
}

/**
 * The Gini index, 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁) (n − k + ½)/n with a₍₁₎ ≤ … ≤ a₍ₙ₎.
 *
 * @param values Not negative. Not changed.
 * @returns In [0, 1 − 1/n]: 0 when all are equal, 1 − 1/n when one is not 0. NaN for the zero vector.
 *
 * @example
 * ```ts
 * import { gini } from "./sparseness.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(gini(Float32Array.of(0, 0, 3, 0)), 0.75);
 * assert.equal(gini(Float32Array.of(2, 2, 2, 2)), 0);
 * ```
 */
export function gini(values: Float32Array): number {
  const n = values.length;
  const ascending = ascendingMagnitudes(values);
  let l1 = 0, weighted = 0;
  for (let i = 0; i < ascending.length; i++) {
    l1 += ascending[i];
    weighted += ascending[i] * (ascending.length - i - 0.5);
  }
  return 1 - 2 * weighted / (l1 * n);
}

/** Where magnitudes are sorted: one memory for all calls, which come a hundred thousand at a time. */
let scratch = new Float32Array(1024);

/**
 * |values| from the smallest to the largest without zeros, of which sparse vectors are full and which add nothing. Sorted as
 * integers: floats that are not negative have the order of their bits. Overwritten by the next call.
 */
function ascendingMagnitudes(values: Float32Array): Float32Array {
  if (scratch.length < values.length) scratch = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) scratch[count++] = Math.abs(values[i]);
  new Uint32Array(scratch.buffer, 0, count).sort(); // eight times faster than floats, among which may be NaN
  return scratch.subarray(0, count);
}
