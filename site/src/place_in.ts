/**
 * Look-ups in ascending numbers, as reports list rows and latents. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */

/** The place of a number in ascending ones; −1 if it is not among them. */
export function placeIn(ascending: ArrayLike<number>, wanted: number): number {
  let low = 0, high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}
