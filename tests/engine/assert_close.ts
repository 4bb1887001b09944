/**
 * Numbers that must agree but for rounding.
 *
 * @module
 */
import assert from "node:assert/strict";

/** max|a − b| ≤ tolerance · max|b| (or `floor`), and every a is finite. */
export function assertClose(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: number,
  what: string,
  floor = 0,
): void {
  assert.equal(a.length, b.length, what);
  let worst = 0, largest = floor;
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
    assert.ok(Number.isFinite(a[i]), `${what}[${i}] is ${a[i]}`);
  }
  const relative = (worst / largest).toExponential(2);
  assert.ok(worst <= tolerance * largest, `${what}: off by ${worst}, ${relative} of the largest`);
}

/** All values of some arrays, one array after the other. */
export function flat(arrays: Record<string, Float32Array | Float64Array>): number[] {
  return Object.values(arrays).flatMap((values) => Array.from(values));
}
