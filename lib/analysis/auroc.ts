/**
 * How well a score separates two groups of rows: the area under the receiver operating characteristic.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * The probability that a row of the group has a higher score than a row outside it, equal scores counted half:
 *
 *     AUROC = (R − m(m + 1)/2) / (m n)
 *
 * R is the sum of the ranks of the group's m rows among all m + n, equal scores sharing their mean rank (the rank statistic
 * of Mann and Whitney, 1947). 0.5 is chance, 1 a score that is higher on every row of the group.
 *
 * @param scores `[rows]`, none NaN.
 * @param isInGroup Whether a row is in the group.
 * @returns Null if all rows or none are in the group.
 *
 * @example
 * ```ts
 * import { auroc } from "./auroc.ts";
 * import assert from "node:assert/strict";
 *
 * // Of the four pairs of an anomaly (5, 3) and a normal row (1, 3) three are in order and one is tied.
 * const scores = [5, 3, 1, 3];
 * assert.equal(auroc(scores, (row) => row < 2), 0.875);
 * ```
 */
export function auroc(scores: ArrayLike<number>, isInGroup: (row: number) => boolean): number | null {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  let m = 0, rankSum = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    let inGroup = 0;
    for (to = from; to < order.length && scores[order[to]] === scores[order[from]]; to++) {
      if (isInGroup(order[to])) inGroup++;
    }
    m += inGroup;
    rankSum += inGroup * (from + 1 + to) / 2; // the mean of the ranks from + 1 … to
  }
  const n = order.length - m;
  return m === 0 || n === 0 ? null : (rankSum - m * (m + 1) / 2) / (m * n);
}
