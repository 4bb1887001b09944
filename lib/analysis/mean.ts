/**
 * The one arithmetic mean of this folder, which is null if there is nothing to average.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * Mean of the numbers there are, float64; what is null is left out.
 *
 * @returns Null if nothing is left.
 *
 * @example
 * ```ts
 * import { mean } from "./mean.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([mean([1, null, 3]), mean(Float32Array.of(2)), mean([null]), mean([])], [2, 2, null, null]);
 * ```
 */
export function mean(values: Iterable<number | null>): number | null {
  let sum = 0, count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count ? sum / count : null;
}
