/**
 * Sorting rows of a table.
 *
 * @module
 */
import assert from "node:assert/strict";
import { sortedRows } from "../../../site/src/explore/row_order.ts";

Deno.test("numbers sort by size, text by letters with its numbers by size, empty cells last in both directions", () => {
  const order = (values: string[], isDescending = false) => sortedRows(values, { isDescending }).map((i) => values[i]);
  assert.deepEqual(order(["10", "9", "", "1e-3", "-2"]), ["-2", "1e-3", "9", "10", ""]);
  assert.deepEqual(order(["10", "9", "", "1e-3", "-2"], true), ["10", "9", "1e-3", "-2", ""]);
  assert.deepEqual(order(["k 16", "k 8", "a"]), ["a", "k 8", "k 16"]);
  assert.deepEqual(order(["off", "30"]), ["30", "off"]);
});

Deno.test("rows with equal values keep their order in both directions", () => {
  assert.deepEqual(sortedRows(["1", "2", "1"], { isDescending: false }), [0, 2, 1]);
  assert.deepEqual(sortedRows(["1", "2", "1"], { isDescending: true }), [1, 0, 2]);
});
