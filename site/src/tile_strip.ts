/**
 * A few tiles of a report's sprites as one small PNG, so that a page that shows 16 of 1,024 latents does not load them all.
 *
 * Cuts and puts together. Reads the sprites of one run's folder and writes nothing.
 *
 * @module
 */
import { type Sprite, tilePlace } from "../../lib/report/sprite_schema.ts";
import { readTilePng, type TilePicture, writeTilePng } from "./tile_png.ts";

/** Tiles to cut out. */
export interface Cut {
  sprite: Sprite;
  tiles: readonly number[];
  /** What becomes of a level; without it levels stay what they are. */
  level?(level: number): number;
}

/** Equally large tiles in one picture, and the picture. */
export interface Strip {
  png: Uint8Array;
  sprite: Sprite;
}

/**
 * Cuts tiles out of sprites, in the order of `cuts`, and puts them into rows of `columns`.
 *
 * @param options.read The bytes of a file of the run's folder.
 * @param options.shades Shades of grey, or of each colour, from 2 to 256; fewer make a smaller file.
 * @param options.file What the strip's own sprite calls its file.
 * @throws {RangeError} A sprite has no such tile, or there is none to cut.
 * @throws {TypeError} The tiles are of different sizes or kinds, or a file is not 8-bit grey or RGB.
 */
export async function tileStrip(
  cuts: readonly Cut[],
  { read, columns, file, shades = 256 }: {
    read(file: string): Promise<Uint8Array>;
    columns: number;
    file: string;
    shades?: number;
  },
): Promise<Strip> {
  const count = cuts.reduce((sum, { tiles }) => sum + tiles.length, 0);
  if (count === 0) throw new RangeError("Cannot cut tiles: there are none, expected at least one");
  const { tileWidth, tileHeight, channels } = cuts[0].sprite;
  const used = Math.min(columns, count);
  const width = used * tileWidth, height = Math.ceil(count / used) * tileHeight;
  const levels = new Uint8Array(width * height * channels);
  const pictures = new Map<string, Promise<TilePicture>>();
  let at = 0;
  for (const { sprite, tiles, level } of cuts) {
    if (sprite.tileWidth !== tileWidth || sprite.tileHeight !== tileHeight) {
      const now = `tiles are ${sprite.tileWidth} × ${sprite.tileHeight} pixels`;
      throw new TypeError(`Cannot cut tiles: ${now}, expected ${tileWidth} × ${tileHeight} as in the first sprite`);
    }
    for (const tile of tiles) {
      const place = tilePlace(sprite, tile);
      if (!pictures.has(place.file)) {
        pictures.set(
          place.file,
          read(place.file).then((bytes) => readTilePng(bytes, place.file)),
        );
      }
      const picture = await pictures.get(place.file)!;
      if (picture.channels !== channels) {
        const now = `${place.file} has ${picture.channels} values a pixel`;
        throw new TypeError(`Cannot cut tiles: ${now}, expected ${channels} as in the first sprite`);
      }
      const from = (place.row * tileHeight * picture.width + place.column * tileWidth) * channels;
      const to = (Math.floor(at / used) * tileHeight * width + at % used * tileWidth) * channels;
      for (let y = 0; y < tileHeight; y++) {
        for (let x = 0; x < tileWidth * channels; x++) {
          const own = picture.levels[from + y * picture.width * channels + x];
          levels[to + y * width * channels + x] = level ? level(own) : own;
        }
      }
      at++;
    }
  }
  if (shades < 256) { for (let i = 0; i < levels.length; i++) levels[i] = shaded(levels[i], shades); }
  const png = writeTilePng({ width, height, channels, levels });
  return {
    png,
    sprite: { files: [file], channels, tileWidth, tileHeight, columns: used, tilesPerFile: count, count },
  };
}

/** The nearest of a number of equally spaced levels from 0 to 255. */
function shaded(level: number, shades: number): number {
  return Math.round(Math.round(level / 255 * (shades - 1)) * 255 / (shades - 1));
}

/** What a tile of `effect` adds: level 128 is nothing, and what it takes away is as black as nothing. */
export function added(level: number): number {
  return Math.max(0, Math.min(255, 2 * (level - 128)));
}
