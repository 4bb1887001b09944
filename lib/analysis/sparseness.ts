/**
 * How unevenly a vector's magnitude is spread: Hoyer's and Gini's measures.
 *
 * "Population" means over the latents for one image (how few describe it); "lifetime" means over the images for one
 * latent (on how few it is active). Source: Hurley and Rickard, "Comparing measures of sparsity", 2009, table I.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What Hoyer's measure needs of a vector. */
export interface VectorSums {
  /** How many values it has, zeros included. */
  size: number;
  /** ‖a‖₁ */
  l1: number;
  /** ‖a‖₂² */
  squares: number;
}

/**
 * Hoyer's measure, (√n − ‖a‖₁/‖a‖₂) / (√n − 1).
 *
 * @returns In [0, 1]: 0 when all are equal, 1 when one is not 0. Not finite for the zero vector and for fewer than 2
 * values.
 *
 * @example
 * ```ts
 * import { hoyer } from "./sparseness.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(hoyer({ size: 4, l1: 3, squares: 9 }), 1); // (0, 0, 3, 0)
 * assert.equal(hoyer({ size: 4, l1: 8, squares: 16 }), 0); // (2, 2, 2, 2)
 * ```
 */
export function hoyer({ size, l1, squares }: VectorSums): number {
  const rootN = Math.sqrt(size);
  return (rootN - l1 / Math.sqrt(squares)) / (rootN - 1);
}

/**
 * The Gini index, 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁) (n − k + ½)/n with a₍₁₎ ≤ … ≤ a₍ₙ₎.
 *
 * @param magnitudes The values other than 0, none negative, in any order; they are sorted in place. Zeros add nothing.
 * @param size How many values the vector has, zeros included.
 * @returns In [0, 1 − 1/n]: 0 when all are equal, 1 − 1/n when one is not 0. NaN for the zero vector.
 *
 * @example
 * ```ts
 * import { gini } from "./sparseness.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(gini(Float32Array.of(3), 4), 0.75); // (0, 0, 3, 0)
 * assert.equal(gini(Float32Array.of(2, 2, 2, 2), 4), 0);
 * ```
 */
export function gini(magnitudes: Float32Array, size: number): number {
  sortMagnitudes(magnitudes);
  const n = magnitudes.length;
  let l1 = 0, weighted = 0;
  for (let i = 0; i < n; i++) {
    l1 += magnitudes[i];
    weighted += magnitudes[i] * (n - i - 0.5);
  }
  return 1 - 2 * weighted / (l1 * size);
}

/** Below this many values a comparing sort is faster. */
const RADIX_FROM = 1024;
/** Three digits of 11 bits hold the 31 bits of a float32 without its sign. */
const DIGIT_BITS = 11, DIGITS = 3;
let scratch = new Uint32Array(RADIX_FROM);

/** Sorts values of which none is negative or NaN, in place: such floats have the order of their bits. */
export function sortMagnitudes(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (bits.length < RADIX_FROM) {
    bits.sort();
    return;
  }
  if (scratch.length < bits.length) scratch = new Uint32Array(bits.length);
  const mask = 2 ** DIGIT_BITS - 1;
  const ends = new Uint32Array(2 ** DIGIT_BITS);
  let from: Uint32Array = bits, to: Uint32Array = scratch.subarray(0, bits.length);
  for (let digit = 0; digit < DIGITS; digit++) {
    const shift = digit * DIGIT_BITS;
    ends.fill(0);
    for (let i = 0; i < from.length; i++) ends[from[i] >>> shift & mask]++;
    for (let d = 0, sum = 0; d <= mask; d++) sum += ends[d], ends[d] = sum;
    for (let i = from.length - 1; i >= 0; i--) to[--ends[from[i] >>> shift & mask]] = from[i];
    [from, to] = [to, from];
  }
  if (from !== bits) bits.set(from);
}

/** A mean of the numbers that are finite: vectors of zeros have no sparseness and are left out. */
export class FiniteMean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#sum += value;
    this.#count++;
  }

  /** Null if no number was finite. */
  get value(): number | null {
    return this.#count ? this.#sum / this.#count : null;
  }
}
