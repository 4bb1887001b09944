/**
 * The size of the pictures that the live page draws, and what rows are called.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import type { RowShape } from "../../../lib/data/row_shape.ts";
import { N_PIXELS, SIDE } from "./draw/strokes.ts";

/** A picture of one row: pixels, each with one level or with red, green and blue. */
export interface TileShape {
  width: number;
  height: number;
  channels: 1 | 3;
}

/** The site's own images, and what can be drawn. */
export const DIGIT_TILE: TileShape = { width: SIDE, height: SIDE, channels: 1 };

/** Bytes of one picture. */
export function tileLength({ width, height, channels }: TileShape): number {
  return width * height * channels;
}

/** What rows are called, in the plural. */
export function rowsWord(kind: RowShape["kind"] | undefined): string {
  return kind === "vector" ? "vectors" : "images";
}

/** Whether a picture is as large as the pad, and grey. */
export function isDigitTile(tile: TileShape): boolean {
  return tileLength(tile) === N_PIXELS && tile.width === SIDE;
}
