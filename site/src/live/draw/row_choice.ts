/**
 * Which test image of a class comes next.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The first row of a class after `after`, or from the start if that was the last; null if the class has no row. */
export function nextOfClass(
  labels: ArrayLike<number>,
  { label, after }: { label: number; after: number | null },
): number | null {
  const n = labels.length, start = after === null || labels[after] !== label ? 0 : after + 1;
  for (let i = 0; i < n; i++) {
    const row = (start + i) % n;
    if (labels[row] === label) return row;
  }
  return null;
}
