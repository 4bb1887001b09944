/**
 * The point with the least sum of distances to all images: like the mean, but hardly moved by outliers.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "./norm.ts";
import { type Pixels, pixelScale } from "./pixels.ts";

/**
 * Images that are read, evenly spread over all. With more images the median changes by less than in the first training
 * step.
 */
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
      // In the first iteration all images have the same weight: the mean. An image at distance 0 has the weight of a
      // very near one.
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
