/**
 * The order of rows of a table by one column.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * Indices of rows by their cells' values: numbers before text, an empty value last in either direction, ties as they were.
 *
 * @example
 * ```ts
 * import { sortedRows } from "./row_order.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(sortedRows(["10", "", "9"], { isDescending: false }), [2, 0, 1]);
 * assert.deepEqual(sortedRows(["10", "", "9"], { isDescending: true }), [0, 2, 1]);
 * ```
 */
export function sortedRows(values: string[], { isDescending }: { isDescending: boolean }): number[] {
  const sign = isDescending ? -1 : 1;
  return [...values.keys()].sort((a, b) => {
    if (values[a] === "" || values[b] === "") return Number(values[a] === "") - Number(values[b] === "");
    return sign * compared(values[a], values[b]) || a - b;
  });
}

function compared(a: string, b: string): number {
  const isNumber = [a, b].map((value) => Number.isFinite(Number(value)));
  if (isNumber[0] && isNumber[1]) return Number(a) - Number(b);
  return Number(isNumber[1]) - Number(isNumber[0]) || a.localeCompare(b, "en", { numeric: true });
}
