/**
 * One small PNG with the tiles that a page shows first: they lie in many files of the report, of which a page would load each
 * for a tile or two.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { tilePlace } from "../../../lib/report/tile_place.ts";
import { type GreyPicture, readGreyPng, writeGreyPng } from "../grey_png.ts";
import type { TileAt } from "./pictures.ts";

/** Reads tiles of a run's pictures; each file once. */
export class TileReader {
  readonly #files = new Map<string, Promise<GreyPicture>>();

  /** @param dir The run's folder. */
  constructor(readonly dir: string) {}

  /** The levels of one tile, `[tileHeight · tileWidth]`. */
  async levels(sprite: Sprite, tile: number): Promise<Uint8Array> {
    const { file, column, row } = tilePlace(sprite, tile);
    const picture = this.#files.get(file) ?? readFile(`${this.dir}/${file}`).then(readGreyPng);
    this.#files.set(file, picture);
    const { width, levels } = await picture, { tileWidth, tileHeight } = sprite;
    const tileLevels = new Uint8Array(tileWidth * tileHeight);
    for (let y = 0; y < tileHeight; y++) {
      const from = (row * tileHeight + y) * width + column * tileWidth;
      tileLevels.set(levels.subarray(from, from + tileWidth), y * tileWidth);
    }
    return tileLevels;
  }
}

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
  { width, height, src }: { width: number; height: number; src: string },
): TileSheet {
  const columns = Math.min(COLUMNS, Math.max(1, tiles.size)), rows = Math.max(1, Math.ceil(tiles.size / columns));
  const places = new Map<string, TileAt>(), levels = new Uint8Array(columns * width * rows * height);
  for (const [key, tile] of tiles) {
    const column = places.size % columns, row = Math.floor(places.size / columns);
    for (let i = 0; i < tile.length; i++) {
      levels[(row * height + Math.floor(i / width)) * columns * width + column * width + i % width] = tile[i];
    }
    places.set(key, { src, column, row, columns, rows });
  }
  const png = writeGreyPng({ width: columns * width, height: rows * height, levels });
  return { png, at: (key) => places.get(key) ?? null };
}
