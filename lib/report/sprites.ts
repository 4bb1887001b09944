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
  let at = 0;
  for (let tile = 0; tile < count; tile++) {
    const corner = Math.floor(tile / columns) * tileHeight * width + tile % columns * tileWidth;
    for (let y = 0; y < tileHeight; y++) {
      for (let pixel = corner + y * width; pixel < corner + y * width + tileWidth; pixel++) data[pixel] = levels[at++];
    }
  }
  return {
    sprite: { file, tileWidth, tileHeight, columns, count },
    png: encode({ width, height, data, channels: 1, depth: 8 }),
  };
}

/** The values that are drawn black and white. */
export interface GreyRange {
  black: number;
  white: number;
}

/** Levels of values: 0 at `black`, 255 at `white`, what is beyond cut off. */
export function greyLevels(values: Float32Array, { black, white }: GreyRange): Uint8ClampedArray {
  const levels = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) levels[i] = (values[i] - black) / (white - black) * 255;
  return levels;
}

/** Levels of differences: 128 at 0, 255 at white − black, 1 at black − white. */
export function signedLevels(differences: Float32Array, { black, white }: GreyRange): Uint8ClampedArray {
  const levels = new Uint8ClampedArray(differences.length);
  for (let i = 0; i < differences.length; i++) levels[i] = 128 + 127 * differences[i] / (white - black);
  return levels;
}

/**
 * Levels one after the other, of any length: spreading images into arguments ends at about 125,000 values.
 *
 * @returns A new array as long as all of them together.
 */
export function concatenated(parts: Uint8ClampedArray[]): Uint8ClampedArray {
  const joined = new Uint8ClampedArray(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
