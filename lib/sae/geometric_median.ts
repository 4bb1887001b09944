/**
 * The point with the least sum of distances to all images: like the mean, but hardly moved by outliers.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "../norm.ts";
import { type Pixels, pixelScale } from "../pixels.ts";

/** Images looked at, evenly spread over all: the median of more moves by less than the first step does. */
const MOST_ROWS = 4096;
const MOST_ITERATIONS = 100;
/** Relative to the point's own length. */
const TOLERANCE = 1e-5;

/**
 * The geometric median by Weiszfeld's iteration, m ← Σ xᵢ/‖xᵢ − m‖ / Σ 1/‖xᵢ − m‖, from the mean on.
 *
 * @returns `[dInput]`
 *
 * @example
 * ```ts
 * import { geometricMedian } from "./geometric_median.ts";
 * import assert from "node:assert/strict";
 *
 * // Three in one place and one far away: the mean would be 25.
 * const [x] = geometricMedian(Float32Array.of(0, 0, 0, 100), 1);
 * assert.ok(Math.abs(x) < 0.1);
 * ```
 */
export function geometricMedian(pixels: Pixels, dInput: number): Float64Array {
  const count = pixels.length / dInput, scale = pixelScale(pixels);
  const stride = Math.ceil(count / MOST_ROWS);
  let median = new Float64Array(dInput);
  for (let iteration = 0; iteration <= MOST_ITERATIONS; iteration++) {
    const next = new Float64Array(dInput);
    let total = 0;
    for (let row = 0; row < count; row += stride) {
      const start = row * dInput;
      let squares = 0;
      for (let i = 0; i < dInput; i++) squares += (pixels[start + i] * scale - median[i]) ** 2;
      // The first turn weighs all alike: the mean. A point that is hit exactly weighs as one very near.
      const weight = iteration === 0 ? 1 : 1 / Math.max(Math.sqrt(squares), 1e-9);
      for (let i = 0; i < dInput; i++) next[i] += weight * pixels[start + i] * scale;
      total += weight;
    }
    for (let i = 0; i < dInput; i++) next[i] /= total;
    const moved = norm(next.map((value, i) => value - median[i]));
    median = next;
    if (iteration > 0 && moved <= TOLERANCE * norm(median)) break;
  }
  return median;
}
