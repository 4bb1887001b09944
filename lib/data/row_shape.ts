/**
 * What one row of the data is: an image, grey or in colour, or a vector.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The shape of a row. */
export interface RowShape {
  /** An `image` is drawn as it is; a `vector` is a list of numbers, of height 1 unless it is generated. */
  kind: "image" | "vector";
  /** Pixels. */
  height: number;
  /** Pixels, or the values of a vector. */
  width: number;
  /** Values of one pixel, one after the other: 1 for grey and for vectors; 3 for red, green and blue. */
  channels: 1 | 3;
}

/** Values in one row, dInput: `[height, width, channels]` one after the other. */
export function rowLength({ height, width, channels }: Pick<RowShape, "height" | "width" | "channels">): number {
  return height * width * channels;
}

/**
 * Rows of a shape in words, the same wherever rows are named.
 *
 * @example
 * ```ts
 * import { shapeText } from "./row_shape.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(shapeText({ kind: "image", height: 28, width: 28, channels: 1 }), "images of 28×28");
 * assert.equal(
 *   shapeText({ kind: "image", height: 6, width: 5, channels: 3 }),
 *   "colour images of 6×5 pixels (height × width)",
 * );
 * assert.equal(shapeText({ kind: "vector", height: 1, width: 768, channels: 1 }), "vectors of 768 values");
 * ```
 */
export function shapeText({ kind, height, width, channels }: RowShape): string {
  if (kind === "vector") return `vectors of ${height * width} values`;
  const order = height === width ? "" : " pixels (height × width)";
  return `${channels === 3 ? "colour " : ""}images of ${height}×${width}${order}`;
}

/** A vector of more values than this has no picture. */
export const MOST_DRAWN_VALUES = 256;

/** Whether rows have pictures: images, and vectors that are short enough to be drawn as bars. */
export function isDrawn(shape: RowShape): boolean {
  return shape.kind === "image" || rowLength(shape) <= MOST_DRAWN_VALUES;
}
