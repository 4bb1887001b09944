/**
 * Which rows are held out for the test set, from their numbers alone: the same ones whatever is read, in whatever order.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The last step of MurmurHash3 (A. Appleby, 2011): a number in [0, 2³²), no two of the same for rows below 2³². */
export function rowHash(row: number): number {
  let hash = Math.imul(row ^ row >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

/**
 * Whether a row is in the test set.
 *
 * @param row Its number over all files, from 0.
 * @param share The share of rows that is held out, in [0, 1]; a larger share holds out the same rows and more.
 *
 * @example
 * ```ts
 * import { isHeldOut } from "./held_out.ts";
 * import assert from "node:assert/strict";
 *
 * const rows = Array.from({ length: 10_000 }, (_, row) => row);
 * assert.equal(rows.filter((row) => isHeldOut(row, 0)).length, 0);
 * assert.ok(Math.abs(rows.filter((row) => isHeldOut(row, 0.1)).length - 1000) < 100);
 * ```
 */
export function isHeldOut(row: number, share: number): boolean {
  // Row 0 has the hash 0, which every share would hold out: numbers are counted from 1.
  return rowHash(row + 1) < share * 2 ** 32;
}
