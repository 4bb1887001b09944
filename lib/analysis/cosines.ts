/**
 * Products of every pair of rows, some rows at a time, so that those in the processor's cache are used more than once.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Rows of one tile, 200 kB of them at 784 inputs: they stay in the second cache while all others pass by. */
const TILE = 32;

/**
 * Calls `offer` with each pair i < j of rows and their product, once each.
 *
 * @param rows `[n, width]`; unit vectors for cosines.
 *
 * @example
 * ```ts
 * import { eachProduct } from "./cosines.ts";
 * import assert from "node:assert/strict";
 *
 * const found: number[][] = [];
 * eachProduct(Float64Array.of(1, 2, 3), { width: 1, offer: (i, j, product) => found.push([i, j, product]) });
 * assert.deepEqual(found, [[0, 1, 2], [0, 2, 3], [1, 2, 6]]);
 * ```
 */
export function eachProduct(
  rows: Float64Array,
  { width, offer }: { width: number; offer(i: number, j: number, product: number): void },
): void {
  const n = rows.length / width;
  for (let tile = 0; tile < n; tile += TILE) {
    const end = Math.min(n, tile + TILE);
    for (let i = 0; i < end; i++) {
      let j = Math.max(tile, i + 1);
      for (; j + 3 < end; j += 4) { // four at a time: each element of row i is read once for all of them
        const a = i * width, b = j * width, c = b + width, d = c + width, e = d + width;
        let ab = 0, ac = 0, ad = 0, ae = 0;
        for (let k = 0; k < width; k++) {
          const own = rows[a + k];
          ab += own * rows[b + k];
          ac += own * rows[c + k];
          ad += own * rows[d + k];
          ae += own * rows[e + k];
        }
        offer(i, j, ab);
        offer(i, j + 1, ac);
        offer(i, j + 2, ad);
        offer(i, j + 3, ae);
      }
      for (; j < end; j++) {
        let product = 0;
        for (let k = 0; k < width; k++) product += rows[i * width + k] * rows[j * width + k];
        offer(i, j, product);
      }
    }
  }
}
