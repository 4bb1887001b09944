/**
 * The squared error of reconstructions.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * Σ (x − x̂)², in float64.
 *
 * @param x Values, as many as `recon` has or more.
 * @param recon Their reconstructions.
 */
export function squaredError(x: ArrayLike<number>, recon: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < recon.length; i++) {
    const error = x[i] - recon[i];
    sum += error * error;
  }
  return sum;
}
