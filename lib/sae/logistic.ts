/**
 * The logistic function and its inverse, in plain numbers.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** σ(x) = 1 / (1 + e^−x), in [0, 1]. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** σ⁻¹(p) = ln(p / (1 − p)), for p in (0, 1). */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}
