/**
 * Refuses rows with a number that is NaN or infinite, which would make every weight NaN after one step.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import type { Pixels } from "../../pixels.ts";

/**
 * Asserts that all numbers of some rows are finite.
 *
 * @param values `[rows, dInput]`
 * @param place.name The file that they are from.
 * @param place.firstRow The number of the first row in the file, from 0.
 * @param place.stored Number `at` of `values` as the file has it, which may be of 64 bits; left out if `values` have it.
 * @throws {UserError} One is not; the line names file, row and column, counted from 0.
 *
 * @example
 * ```ts
 * import { assertFinite } from "./finite.ts";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => assertFinite(Float32Array.of(1, 2, 3, NaN), { name: "x.npy", firstRow: 10, dInput: 2 }), {
 *   message: "Cannot read x.npy: row 11, column 1 (both from 0) is NaN, expected a finite number",
 * });
 * ```
 */
export function assertFinite(
  values: Pixels,
  { name, firstRow, dInput, stored = (at) => values[at] }: {
    name: string;
    firstRow: number;
    dInput: number;
    stored?: (at: number) => number;
  },
): void {
  if (values instanceof Uint8Array) return;
  // NaN as soon as one number is not finite: no comparison for each number. Four sums, because one waits for each addition.
  let a = 0, b = 0, c = 0, d = 0, i = 0;
  for (; i + 4 <= values.length; i += 4) {
    a += values[i] * 0;
    b += values[i + 1] * 0;
    c += values[i + 2] * 0;
    d += values[i + 3] * 0;
  }
  for (; i < values.length; i++) a += values[i] * 0;
  if (a + b + c + d === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  const place = `row ${firstRow + Math.floor(at / dInput)}, column ${at % dInput} (both from 0)`;
  const number = Number.isNaN(values[at]) ? NaN : stored(at);
  const now = Number.isFinite(number) ? `${number}, which is beyond float32` : `${number}`;
  throw new UserError(`Cannot read ${printablePath(name)}: ${place} is ${now}, expected a finite number`);
}
