/**
 * The Euclidean length of a vector of any size.
 *
 * `Math.hypot(...values)` is limited: beyond some 100,000 values a call with that many arguments overflows the stack.
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * √Σ vᵢ², summed in float64; exact enough for every float32 vector, whose squares neither overflow nor vanish there.
 *
 * @example
 * ```ts
 * import { norm } from "./norm.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(norm([3, 4]), 5);
 * assert.equal(norm(new Float32Array(160_000).fill(0.5)), 200);
 * ```
 */
export function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}
