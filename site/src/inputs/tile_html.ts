/**
 * One tile of a larger picture as HTML: a window on it, crisp at any size.
 *
 * @module
 */
import { type TileGrid, tilePlace } from "../../../lib/report/tile_place.ts";
import { escaped } from "../escaped.ts";
import type { TileSize } from "./pixels.ts";

/** The larger picture, and the part of it to show, pixels. */
export interface TileWindow {
  src: string;
  /** Of the larger picture. */
  sheet: { width: number; height: number };
  x: number;
  y: number;
  width: number;
  height: number;
}

/** @param options.label What the tile shows; decoration without one. */
export function tileHtml(
  { src, sheet, x, y, width, height }: TileWindow,
  { classes = "", label = "" }: { classes?: string; label?: string } = {},
): string {
  const role = label === "" ? 'aria-hidden="true"' : `role="img" aria-label="${escaped(label)}"`;
  return `<svg class="t ${classes}" ${role} viewBox="${x} ${y} ${width} ${height}" preserveAspectRatio="none">` +
    `<image href="${escaped(src)}" width="${sheet.width}" height="${sheet.height}" /></svg>`;
}

/** The window on one tile of a report's sprite. */
export function spriteWindow(
  grid: TileGrid,
  tile: number,
  { size: { width, height }, addressOf }: { size: TileSize; addressOf: (file: string) => string },
): TileWindow {
  const { file, column, row, rows } = tilePlace(grid, tile);
  const sheet = { width: grid.columns * width, height: rows * height };
  return { src: addressOf(file), sheet, x: column * width, y: row * height, width, height };
}
