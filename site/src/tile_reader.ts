/**
 * Reads single tiles out of a report's pictures while the site is built.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { type TileGrid, tilePlace } from "../../lib/report/tile_place.ts";
import { readTilePng, type TilePicture } from "./tile_png.ts";

/** Reads tiles of a run's pictures; each file once. */
export class TileReader {
  readonly #files = new Map<string, Promise<TilePicture>>();

  /** @param dir The run's folder. */
  constructor(readonly dir: string) {}

  /** The levels of one tile, `[tileHeight · tileWidth · channels]`. */
  async levels(sprite: TileGrid & { tileWidth: number; tileHeight: number }, tile: number): Promise<Uint8Array> {
    const { file, column, row } = tilePlace(sprite, tile);
    const picture = this.#files.get(file) ?? readFile(`${this.dir}/${file}`).then((bytes) => readTilePng(bytes, file));
    this.#files.set(file, picture);
    const { width, channels, levels } = await picture, { tileWidth, tileHeight } = sprite;
    const tileLevels = new Uint8Array(tileWidth * tileHeight * channels), line = tileWidth * channels;
    for (let y = 0; y < tileHeight; y++) {
      const from = ((row * tileHeight + y) * width + column * tileWidth) * channels;
      tileLevels.set(levels.subarray(from, from + line), y * line);
    }
    return tileLevels;
  }
}
