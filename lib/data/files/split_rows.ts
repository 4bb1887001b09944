/**
 * Which rows are trained on, which are held out, and which stand for all when something is measured.
 *
 * Chooses numbers of rows; `gather_rows.ts` reads them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isHeldOut, rowHash } from "../held_out.ts";

/** The share that is held out if nobody says. */
export const DEFAULT_TEST_SHARE = 0.1;
/** A test set by hash that nobody asked for has no more rows and no more bytes: every measure goes over all of them. */
export const MOST_TEST = { rows: 50_000, bytes: 64_000_000 };

/** Rows that are held out, and those that are left. */
export interface RowSplit {
  /** The share that was taken, 0 if the test set is elsewhere. */
  share: number;
  /** How many rows are held out, and how many are left. */
  testCount: number;
  trainCount: number;
}

/**
 * The share that is held out if nobody says: a tenth, less if the test set would be larger than {@linkcode MOST_TEST},
 * more if a tenth of few rows would be none of them.
 *
 * @param rowBytes Bytes of a row in memory.
 */
export function defaultShare(count: number, rowBytes: number): number {
  const most = Math.min(MOST_TEST.rows, MOST_TEST.bytes / rowBytes);
  const share = Math.min(DEFAULT_TEST_SHARE, Math.max(1, most) / count);
  return countHeldOut(count, share) > 0 ? share : (leastHash(count) + 1) / 2 ** 32;
}

/** How many rows a share holds out. */
export function countHeldOut(count: number, share: number): number {
  if (share <= 0) return 0;
  let held = 0;
  for (let row = 0; row < count; row++) if (isHeldOut(row, share)) held++;
  return held;
}

function leastHash(count: number): number {
  let least = 2 ** 32;
  for (let row = 0; row < count; row++) least = Math.min(least, rowHash(row + 1));
  return least;
}

/** The rows that are held out, in order. */
export function heldOutRows({ share, testCount }: RowSplit): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(testCount);
  for (let row = 0, i = 0; i < testCount; row++) if (isHeldOut(row, share)) rows[i++] = row;
  return rows;
}

/**
 * Training rows, evenly spread over the first `limit` of them.
 *
 * @param options.most How many at most; all of them if there are no more.
 * @returns Their numbers over all files, in order.
 *
 * @example
 * ```ts
 * import { trainingRows } from "./split_rows.ts";
 * import assert from "node:assert/strict";
 *
 * const split = { share: 0, testCount: 0, trainCount: 10 };
 * assert.deepEqual([...trainingRows(split, { limit: 8, most: 4 })], [0, 2, 4, 6]);
 * ```
 */
export function trainingRows(
  { share }: RowSplit,
  { limit, most }: { limit: number; most: number },
): Uint32Array<ArrayBuffer> {
  const n = Math.min(limit, most), rows = new Uint32Array(n);
  for (let row = 0, place = 0, i = 0; i < n; row++) {
    if (isHeldOut(row, share)) continue;
    if (place++ === Math.floor(i * limit / n)) rows[i++] = row;
  }
  return rows;
}
