/**
 * Quads, the unit in which kernels read: 4 neighbouring numbers of a row. Every row is padded with zeros to a whole number
 * of tiles, so that no kernel treats edges. Plain arrays: does not know devices. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Every width is padded to a multiple of this, the largest tile that one invocation computes. */
export const TILE = 16;
/** Numbers in a quad, a `vec4f`. */
export const QUAD = 4;
/** Bytes of a quad. */
export const QUAD_BYTES = 16;

/** The next multiple of the largest tile. */
export function padded(width: number): number {
  return Math.ceil(width / TILE) * TILE;
}

/**
 * Copies the first `width` numbers of each row.
 *
 * @param shape Rows, how much of each, and the row lengths on both sides.
 */
export function copyRows<A extends Float32Array | Uint8Array>(
  source: A,
  target: A,
  shape: { rows: number; width: number; from: number; to: number },
): void {
  const { rows, width, from, to } = shape;
  if (from === to) return target.set(source.subarray(0, rows * from));
  for (let row = 0; row < rows; row++) target.set(source.subarray(row * from, row * from + width), row * to);
}
