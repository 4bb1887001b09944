/**
 * Figures for a person: with a fixed number of decimals, or in scientific notation if decimals would mislead.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Magnitudes from here on are in scientific notation. */
const LARGE = 1e6;
/** Magnitudes below this, but for 0, are in scientific notation. */
const SMALL = 1e-4;

/**
 * A number with n decimals; from 10⁶ on and below 10⁻⁴ as `7.88e+14`.
 *
 * @example
 * ```ts
 * import { numberText } from "./number_text.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(numberText(0.00771, { decimals: 4 }), "0.0077");
 * assert.equal(numberText(787667821377694.6, { decimals: 5 }), "7.88e+14");
 * assert.equal(numberText(-0.00002, { decimals: 4 }), "-2.00e-5");
 * ```
 */
export function numberText(value: number, { decimals }: { decimals: number }): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= SMALL && size < LARGE) || !Number.isFinite(value);
  return isPlain ? value.toFixed(decimals) : value.toExponential(2);
}
