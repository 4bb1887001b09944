/**
 * Products of every pair of rows, some rows at a time, so that those in the processor's cache are used more than once.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Rows of one tile, 200 kB of them at 784 inputs: they stay in the second cache while all others pass by. */
const TILE = 32;

/** What is called with each pair of rows and their product. */
export type Offer = (i: number, j: number, product: number) => void;

/**
 * Calls `offer` with each pair of rows and their product, once each: pairs i < j of `rows`, or every row of `rows` with
 * every row of `others`, for one row of `rows` in ascending order of the other.
 *
 * @param rows `[n, width]`; unit vectors for cosines.
 * @param options.others `[m, width]`.
 *
 * @example
 * ```ts
 * import { eachProduct } from "./cosines.ts";
 * import assert from "node:assert/strict";
 *
 * const rows = Float64Array.of(1, 2, 3), found: number[][] = [];
 * eachProduct(rows, { width: 1, offer: (i, j, product) => found.push([i, j, product]) });
 * assert.deepEqual(found, [[0, 1, 2], [0, 2, 3], [1, 2, 6]]);
 * eachProduct(rows, { width: 1, others: Float64Array.of(10), offer: (i, j, product) => found.push([i, j, product]) });
 * assert.deepEqual(found.slice(3), [[0, 0, 10], [1, 0, 20], [2, 0, 30]]);
 * ```
 */
export function eachProduct(
  rows: Float64Array,
  { width, others = rows, offer }: { width: number; others?: Float64Array; offer: Offer },
): void {
  const n = rows.length / width, m = others.length / width;
  for (let tile = 0; tile < m; tile += TILE) {
    const end = Math.min(m, tile + TILE);
    for (let i = 0; i < (others === rows ? end : n); i++) {
      let j = others === rows ? Math.max(tile, i + 1) : tile;
      for (; j + 3 < end; j += 4) { // four at a time: each element of row i is read once for all of them
        const a = i * width, b = j * width, c = b + width, d = c + width, e = d + width;
        let ab = 0, ac = 0, ad = 0, ae = 0;
        for (let k = 0; k < width; k++) {
          const own = rows[a + k];
          ab += own * others[b + k];
          ac += own * others[c + k];
          ad += own * others[d + k];
          ae += own * others[e + k];
        }
        offer(i, j, ab);
        offer(i, j + 1, ac);
        offer(i, j + 2, ad);
        offer(i, j + 3, ae);
      }
      for (; j < end; j++) {
        let product = 0;
        for (let k = 0; k < width; k++) product += rows[i * width + k] * others[j * width + k];
        offer(i, j, product);
      }
    }
  }
}
