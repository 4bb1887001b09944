/**
 * The normal distribution's cumulative function and its inverse.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Beyond, a continued fraction is used. */
const POLYNOMIAL_UNTIL = 10 / Math.SQRT2;
const SQRT_2_PI = Math.sqrt(2 * Math.PI);

/**
 * The chance that a standard normal number is at most x, to within 1e-15; its own digits are right to the eighth where it is small.
 *
 * Source: Hart 1968, algorithm 5666, as given by West, "Better approximations to cumulative normal functions" (2005).
 *
 * @example
 * ```ts
 * import { normalCdf } from "./normal_cdf.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(normalCdf(0), 0.5);
 * assert.ok(Math.abs(normalCdf(1.959963984540054) - 0.975) < 1e-14);
 * ```
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x), tail = Math.exp(-size * size / 2) * tailFactor(size);
  return x > 0 ? 1 - tail : tail;
}

/** The upper tail beyond x ≥ 0, divided by e^(−x²/2). */
function tailFactor(x: number): number {
  if (x >= POLYNOMIAL_UNTIL) return 1 / (SQRT_2_PI * (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))));
  let numerator = 3.52624965998911e-2 * x + 0.700383064443688;
  numerator = numerator * x + 6.37396220353165;
  numerator = numerator * x + 33.912866078383;
  numerator = numerator * x + 112.079291497871;
  numerator = numerator * x + 221.213596169931;
  numerator = numerator * x + 220.206867912376;
  let denominator = 8.83883476483184e-2 * x + 1.75566716318264;
  denominator = denominator * x + 16.064177579207;
  denominator = denominator * x + 86.7807322029461;
  denominator = denominator * x + 296.564248779674;
  denominator = denominator * x + 637.333633378831;
  denominator = denominator * x + 793.826512519948;
  denominator = denominator * x + 440.413735824752;
  return numerator / denominator;
}

/**
 * The x at which {@linkcode normalCdf} is p, by halving.
 *
 * @param p In (0, 1); 1 gives the smallest x whose chance rounds to 1, about 8.3.
 */
export function normalQuantile(p: number): number {
  let low = -40, high = 40;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
