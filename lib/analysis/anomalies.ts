/**
 * How unusual rows are for a model: the error of a row's reconstruction, beside the errors of known rows.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { auroc } from "./auroc.ts";

/** How well the reconstruction error separates rows that are not of the normal classes. */
export interface Separation {
  /** See {@linkcode auroc}. */
  auroc: number | null;
  normalRows: number;
  otherRows: number;
}

/**
 * The percentile of an error among known rows: the share of them, in percent, whose error is at most as large.
 * Between two quantiles it is interpolated.
 *
 * @param quantiles Evenly spaced quantiles of the known rows' errors, ascending: the smallest first, the largest last.
 * @returns In [0, 100].
 *
 * @example
 * ```ts
 * import { percentileIn } from "./anomalies.ts";
 * import assert from "node:assert/strict";
 *
 * const quantiles = [1, 2, 2, 4, 8]; // 0, 25, 50, 75, 100 %
 * assert.deepEqual([0, 1, 1.5, 2, 3, 8, 9].map((error) => percentileIn(quantiles, error)), [0, 0, 12.5, 50, 62.5, 100, 100]);
 * ```
 */
export function percentileIn(quantiles: ArrayLike<number>, error: number): number {
  const last = quantiles.length - 1;
  if (error >= quantiles[last]) return 100;
  let low = 0, high = last; // quantiles[low] is at most the error, quantiles[high] is larger
  if (error < quantiles[0]) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantiles[middle] <= error) low = middle;
    else high = middle;
  }
  return 100 / last * (low + (error - quantiles[low]) / (quantiles[high] - quantiles[low]));
}

/**
 * How well the errors of rows separate the normal classes from all others.
 *
 * @param errors `[rows]`
 * @param options.labels Class of each row, `[rows]`.
 */
export function separation(
  errors: ArrayLike<number>,
  { labels, normal }: { labels: ArrayLike<number>; normal: ReadonlySet<number> },
): Separation {
  const isOther = (row: number) => !normal.has(labels[row]);
  let otherRows = 0;
  for (let row = 0; row < errors.length; row++) if (isOther(row)) otherRows++;
  return { auroc: auroc(errors, isOther), normalRows: errors.length - otherRows, otherRows };
}

/** The rows with the largest errors, the largest first, equal ones by row. */
export function furthestRows(errors: ArrayLike<number>, most: number): number[] {
  const rows = Uint32Array.from({ length: errors.length }, (_, row) => row);
  return Array.from(rows.sort((a, b) => errors[b] - errors[a] || a - b).subarray(0, most));
}
