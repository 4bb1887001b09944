/**
 * How many rows a flat matrix has, and the one error for a matrix that does not fit its width.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * The number of rows of a row-major matrix.
 *
 * @param values `[rows, width]`; may be empty.
 * @param options `width` is a positive integer; `name` is what the error calls the matrix; `rows` is the count it must
 * have, if there is one.
 * @throws TypeError if the length is not a multiple of the width, or not `rows` times the width.
 * @throws RangeError if the width is not a positive integer.
 *
 * @example
 * ```ts
 * import { rowCount } from "./shapes.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(rowCount(new Float32Array(6), { width: 3, name: "acts" }), 2);
 * assert.throws(() => rowCount(new Float32Array(7), { width: 3, name: "acts" }), TypeError);
 * ```
 */
export function rowCount(
  values: { readonly length: number },
  options: { width: number; name: string; rows?: number },
): number {
  const { width, name, rows } = options;
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`Cannot read ${name}: width ${width}, expected a positive integer`);
  }
  const wanted = rows === undefined ? `a multiple of ${width}` : `${rows} rows of ${width}`;
  if (rows === undefined ? values.length % width : values.length !== rows * width) {
    throw new TypeError(`Cannot read ${name}: ${values.length} numbers, expected ${wanted}`);
  }
  return values.length / width;
}
