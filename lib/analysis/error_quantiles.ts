/**
 * Quantiles of the errors of single rows, so that the error of a new row can be compared with those of known rows.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { significant } from "./rounding.ts";

/** The smallest error, one for each half percent, and the largest. */
const QUANTILES = 201;

/**
 * The smallest error, the quantiles at every half percent, and the largest; between two rows in proportion (as numpy's
 * `quantile` does), 6 significant digits.
 *
 * @param errors Mean squared error of each row, `[count]`, at least one.
 * @returns 201 numbers, ascending.
 *
 * @example
 * ```ts
 * import { errorQuantiles } from "./error_quantiles.ts";
 * import assert from "node:assert/strict";
 *
 * const quantiles = errorQuantiles(Float64Array.of(3, 1, 2));
 * assert.deepEqual([quantiles.length, quantiles[0], quantiles[50], quantiles[100], quantiles[200]], [201, 1, 1.5, 2, 3]);
 * ```
 */
export function errorQuantiles(errors: Float64Array): number[] {
  const ascending = errors.toSorted();
  const most = QUANTILES - 1;
  return Array.from({ length: QUANTILES }, (_, i) => {
    const place = i / most * (ascending.length - 1), below = Math.floor(place);
    const above = Math.min(ascending.length - 1, below + 1);
    return significant(ascending[below] + (place - below) * (ascending[above] - ascending[below]));
  });
}
