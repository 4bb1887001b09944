/**
 * One small PNG with the tiles that a page shows first: they lie in many files of the report, of which a page would load each
 * for a tile or two.
 *
 * @module
 */
import { writeTilePng } from "../tile_png.ts";
import type { TileAt } from "./pictures.ts";
import type { TileSize } from "./shown_tiles.ts";

/** A PNG of tiles, and where each of them is. */
export interface TileSheet {
  png: Uint8Array<ArrayBuffer>;
  /** The tile with a key, or null. */
  at(key: string): TileAt | null;
}

/** Tiles in a row of a sheet. */
const COLUMNS = 16;

/**
 * Draws tiles with keys into one PNG.
 *
 * @param options.src The address that the PNG will have.
 */
export function tileSheet(
  tiles: Map<string, ArrayLike<number>>,
  { width, height, channels, src }: TileSize & { src: string },
): TileSheet {
  const columns = Math.min(COLUMNS, Math.max(1, tiles.size)), rows = Math.max(1, Math.ceil(tiles.size / columns));
  const places = new Map<string, TileAt>(), levels = new Uint8Array(columns * width * rows * height * channels);
  const line = width * channels;
  for (const [key, tile] of tiles) {
    const column = places.size % columns, row = Math.floor(places.size / columns);
    for (let i = 0; i < tile.length; i++) {
      levels[(row * height + Math.floor(i / line)) * columns * line + column * line + i % line] = tile[i];
    }
    places.set(key, { src, column, row, columns, rows });
  }
  const png = writeTilePng({ width: columns * width, height: rows * height, channels, levels });
  return { png, at: (key) => places.get(key) ?? null };
}
