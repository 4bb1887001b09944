/**
 * The squared error of reconstructions.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Pixels, pixelValues } from "../pixels.ts";

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

/** Rows whose errors are summed side by side: one sum alone waits for each of its additions. */
const ROWS_AT_ONCE = 4;

/**
 * Σ (x − x̂)² of each row, in float64: the same bits as {@linkcode squaredError} of its values.
 *
 * @param pixels Inputs as they are stored, `[rows, dInput]`.
 * @param options.recon Their reconstructions, `[rows, dInput]`.
 *
 * @example
 * ```ts
 * import { squaredErrors } from "./squared_error.ts";
 * import assert from "node:assert/strict";
 *
 * const recon = Float32Array.of(0, 1, 0.5, 0);
 * assert.deepEqual(squaredErrors(Uint8Array.of(255, 255, 0, 255), { recon, dInput: 2 }), Float64Array.of(1, 1.25));
 * ```
 */
export function squaredErrors(
  pixels: Pixels,
  { recon, dInput }: { recon: Float32Array; dInput: number },
): Float64Array {
  const rows = recon.length / dInput, errors = new Float64Array(rows);
  const valuesOf = (row: number, end: number) => {
    const part = pixels.subarray(row * dInput, end * dInput) as Pixels;
    return part instanceof Float32Array ? part : pixelValues(part);
  };
  let row = 0;
  for (; row + ROWS_AT_ONCE <= rows; row += ROWS_AT_ONCE) {
    const x = valuesOf(row, row + ROWS_AT_ONCE), start = row * dInput;
    let first = 0, second = 0, third = 0, fourth = 0;
    for (let i = 0, j = dInput, k = 2 * dInput, l = 3 * dInput; i < dInput; i++, j++, k++, l++) {
      const a = x[i] - recon[start + i], b = x[j] - recon[start + j];
      const c = x[k] - recon[start + k], d = x[l] - recon[start + l];
      first += a * a;
      second += b * b;
      third += c * c;
      fourth += d * d;
    }
    errors.set([first, second, third, fourth], row);
  }
  for (; row < rows; row++) {
    errors[row] = squaredError(valuesOf(row, row + 1), recon.subarray(row * dInput, (row + 1) * dInput));
  }
  return errors;
}
