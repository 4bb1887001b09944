/**
 * Where a tile of a sprite is in the sprite's files.
 *
 * Apart from the schema, so that a page's script finds tiles without zod. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** How a sprite's tiles are spread over its files; see the schema of `Sprite`. */
export interface TileGrid {
  files: string[];
  columns: number;
  tilesPerFile: number;
  count: number;
}

/** Where one tile is. */
export interface TilePlace {
  /** Its PNG file; the path from the run's folder. */
  file: string;
  /** Its column in the file, from 0. */
  column: number;
  /** Its row in the file, from 0. */
  row: number;
  /** Rows of tiles in that file. */
  rows: number;
}

/**
 * Where a tile of a sprite is.
 *
 * @param tile From 0 to count − 1.
 * @throws {RangeError} The sprite has no such tile.
 *
 * @example
 * ```ts
 * import { tilePlace } from "./tile_place.ts";
 * import assert from "node:assert/strict";
 *
 * const sprite = { files: ["a.png", "b.png"], columns: 2, tilesPerFile: 4, count: 5 };
 * assert.deepEqual(tilePlace(sprite, 3), { file: "a.png", column: 1, row: 1, rows: 2 });
 * assert.deepEqual(tilePlace(sprite, 4), { file: "b.png", column: 0, row: 0, rows: 1 });
 * ```
 */
export function tilePlace({ files, columns, tilesPerFile, count }: TileGrid, tile: number): TilePlace {
  if (!Number.isInteger(tile) || tile < 0 || tile >= count) {
    throw new RangeError(`Cannot find tile ${tile}: the sprite has ${count}, expected 0 to ${count - 1}`);
  }
  const file = Math.floor(tile / tilesPerFile), place = tile % tilesPerFile;
  return {
    file: files[file],
    column: place % columns,
    row: Math.floor(place / columns),
    rows: Math.ceil(Math.min(tilesPerFile, count - file * tilesPerFile) / columns),
  };
}
