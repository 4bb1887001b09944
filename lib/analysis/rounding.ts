/**
 * Numbers as short as a reader of the report needs them.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Four decimals: enough to draw, and a third of the bytes. */
export function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Significant digits of a number in the report that is read and not added up: float32 has about seven. */
const DIGITS = 6;

/**
 * Six significant digits.
 *
 * @example
 * ```ts
 * import { significant } from "./rounding.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([significant(0.123456789), significant(-1234567), significant(0)], [0.123457, -1234570, 0]);
 * ```
 */
export function significant(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Six significant digits of each. */
export function significants(values: ArrayLike<number>): number[] {
  return Array.from(values, significant);
}
