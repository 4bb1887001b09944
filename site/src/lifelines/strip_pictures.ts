/**
 * Makes the pictures of which each row is one latent through training.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { TileReader } from "../tile_reader.ts";
import { writeTilePng } from "../tile_png.ts";
import { STRIP_ROWS, stripFile } from "./strips.ts";

/** The pictures with their names, made one at a time. */
export async function* stripPictures(
  id: string,
  { sprites }: NonNullable<Lifelines["pictures"]>,
): AsyncGenerator<{ name: string; png: Uint8Array<ArrayBuffer> }> {
  const reader = new TileReader(`${REPORTS_DIR}/${id}`), { tileWidth, tileHeight, channels, count } = sprites[0];
  const line = tileWidth * channels, across = sprites.length * line;
  for (let first = 0; first < count; first += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, count - first), levels = new Uint8Array(rows * tileHeight * across);
    for (let row = 0; row < rows; row++) {
      for (const [s, sprite] of sprites.entries()) {
        const tile = await reader.levels(sprite, first + row);
        for (let y = 0; y < tileHeight; y++) {
          levels.set(tile.subarray(y * line, (y + 1) * line), (row * tileHeight + y) * across + s * line);
        }
      }
    }
    const png = writeTilePng({ width: sprites.length * tileWidth, height: rows * tileHeight, channels, levels });
    yield { name: stripFile(first), png };
  }
}
