/**
 * Many small grey images in one PNG.
 *
 * @module
 */
import { encode } from "fast-png";
import type { Sprite } from "./schema.ts";

/** A PNG and the description that goes into the JSON beside it. */
export interface SpriteFile {
  sprite: Sprite;
  png: Uint8Array;
}

/** What to draw: `levels` `[count, tileHeight · tileWidth]`, 0 black … 255 white; rounded, never wrapped. */
export interface SpriteSource {
  file: string;
  levels: ArrayLike<number>;
  tileWidth: number;
  tileHeight: number;
  columns: number;
}

/**
 * Draws tiles row by row into one 8-bit grey PNG; missing tiles of the last row are black.
 *
 * @throws {TypeError} `levels` is not a whole number of tiles.
 */
export function drawSprite({ file, levels, tileWidth, tileHeight, columns }: SpriteSource): SpriteFile {
  const tileSize = tileWidth * tileHeight;
  const count = levels.length / tileSize;
  if (!Number.isInteger(count)) {
    throw new TypeError(`Cannot draw ${file}: ${levels.length} levels, expected a multiple of ${tileSize}`);
  }
  const width = columns * tileWidth, height = Math.ceil(count / columns) * tileHeight;
  const data = new Uint8ClampedArray(width * height);
  for (let i = 0; i < levels.length; i++) {
    const tile = Math.floor(i / tileSize), pixel = i % tileSize;
    const x = (tile % columns) * tileWidth + pixel % tileWidth;
    const y = Math.floor(tile / columns) * tileHeight + Math.floor(pixel / tileWidth);
    data[y * width + x] = levels[i];
  }
  return {
    sprite: { file, tileWidth, tileHeight, columns, count },
    png: encode({ width, height, data, channels: 1, depth: 8 }),
  };
}

/**
 * Arrays one after the other, of any length: spreading images into arguments ends at about 125,000 values.
 *
 * @returns A new array as long as all of them together.
 */
export function concatenated(parts: Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
