/**
 * The shape in which a vector is drawn that has none of its own. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The largest divisor of a width that is at most its root. */
export function nearlySquareHeight(width: number): number {
  let height = Math.floor(Math.sqrt(width));
  while (width % height !== 0) height--;
  return height;
}
