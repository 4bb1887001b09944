/**
 * Many small images, grey or in colour, in as few PNG files as are quick to load.
 *
 * `sprite_schema.ts` describes the result. Tiles are taken some at a time, and each file is encoded once it is full, so that
 * the levels of all tiles are never in memory together. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Deflate, encodePng } from "../formats/encode_png.ts";
import { MOST_FILE_VALUES, MOST_TILES_IN_FILE, type Sprite } from "./sprite_schema.ts";

/** A PNG file of a report. */
export interface PictureFile {
  /** Its path from the run's folder. */
  file: string;
  png: Uint8Array;
}

/** The files of a sprite, and the description that goes into the JSON beside them. */
export interface DrawnSprite {
  sprite: Sprite;
  pictures: PictureFile[];
}

/** What is to be drawn. */
export interface SpriteShape {
  /** The path from the run's folder, without ending; several files are numbered. */
  name: string;
  /** Tiles in all. */
  count: number;
  tileWidth: number;
  tileHeight: number;
  /** 1 for grey tiles; 3 for red, green and blue. */
  channels: 1 | 3;
  /** Tiles in a row, at most; so many that a file is about square if left out. */
  columns?: number;
  /** Compresses the files. */
  deflate: Deflate;
}

/** Draws tiles one after the other; missing tiles of the last row of a file are black. */
export class SpriteDrawer {
  readonly #name: string;
  readonly #deflate: Deflate;
  readonly #sprite: Sprite;
  readonly #pictures: PictureFile[] = [];
  /** Levels of the file under way, and how many of its tiles are drawn. */
  #levels: Uint8ClampedArray;
  #drawn = 0;

  constructor({ name, count, tileWidth, tileHeight, channels, columns, deflate }: SpriteShape) {
    const tilesPerFile = Math.min(
      MOST_TILES_IN_FILE,
      Math.max(1, Math.floor(MOST_FILE_VALUES / (tileWidth * tileHeight * channels))),
    );
    const inFile = Math.min(count, tilesPerFile);
    const square = Math.max(1, Math.round(Math.sqrt(inFile * tileHeight / tileWidth)));
    const files = Math.ceil(count / tilesPerFile);
    this.#name = name;
    this.#deflate = deflate;
    this.#sprite = {
      files: Array.from({ length: files }, (_, i) => files === 1 ? `${name}.png` : `${name}-${threeDigits(i)}.png`),
      channels,
      tileWidth,
      tileHeight,
      columns: Math.min(columns ?? square, inFile),
      tilesPerFile,
      count,
    };
    this.#levels = new Uint8ClampedArray(this.#fileSize().values);
  }

  /**
   * Draws further tiles.
   *
   * @param levels `[tiles, tileHeight · tileWidth · channels]`, 0 black … 255 white.
   * @throws {TypeError} They are not whole tiles, or more than were announced.
   */
  add(levels: ArrayLike<number>): void {
    const { tileWidth, tileHeight, channels, columns, tilesPerFile, count } = this.#sprite;
    const own = tileWidth * channels, tiles = levels.length / (own * tileHeight);
    const left = Math.max(0, count - this.#pictures.length * tilesPerFile - this.#drawn);
    if (!Number.isInteger(tiles) || tiles > left) {
      const now = `${levels.length} levels of ${tileHeight} × ${tileWidth} tiles`;
      throw new TypeError(`Cannot draw ${this.#name}: ${now}, expected at most ${left} whole ones`);
    }
    const width = columns * own;
    for (let tile = 0, at = 0; tile < tiles; tile++) {
      const corner = Math.floor(this.#drawn / columns) * tileHeight * width + this.#drawn % columns * own;
      for (let y = 0; y < tileHeight; y++) {
        const line = corner + y * width;
        for (let x = line; x < line + own; x++) this.#levels[x] = levels[at++];
      }
      this.#drawn++;
      if (this.#drawn === this.#fileSize().tiles) this.#closeFile();
    }
  }

  /**
   * The sprite, once all tiles are drawn.
   *
   * @throws {TypeError} Tiles are missing.
   */
  finish(): DrawnSprite {
    const { files, count } = this.#sprite;
    if (this.#pictures.length < files.length) {
      throw new TypeError(
        `Cannot finish ${this.#name}: ${this.#pictures.length} of ${files.length} files are full, expected ${count} tiles`,
      );
    }
    return { sprite: this.#sprite, pictures: this.#pictures };
  }

  /** What the file under way has room for. */
  #fileSize(): { tiles: number; width: number; height: number; values: number } {
    const { tileWidth, tileHeight, channels, columns, tilesPerFile, count } = this.#sprite;
    const tiles = Math.min(tilesPerFile, count - this.#pictures.length * tilesPerFile);
    const width = columns * tileWidth, height = Math.ceil(tiles / columns) * tileHeight;
    return { tiles, width, height, values: width * height * channels };
  }

  #closeFile(): void {
    const size = this.#fileSize();
    const file = this.#sprite.files[this.#pictures.length];
    const { channels } = this.#sprite;
    const png = encodePng(this.#levels.subarray(0, size.values), { ...size, channels, deflate: this.#deflate });
    this.#pictures.push({ file, png });
    this.#levels.fill(0);
    this.#drawn = 0;
  }
}

/** A file's number in its name. */
export function threeDigits(i: number): string {
  return String(i).padStart(3, "0");
}

/** The values that are drawn black and white; of colour images those of each of red, green and blue. */
export interface ValueRange {
  black: number;
  white: number;
}

/** Levels of values: 0 at `black`, 255 at `white`, what is beyond cut off. */
export function valueLevels(values: Float32Array, { black, white }: ValueRange): Uint8ClampedArray {
  const levels = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) levels[i] = (values[i] - black) / (white - black) * 255;
  return levels;
}

/**
 * Some evenly spaced levels instead of 256, black and white among them: a picture that is looked at and not read as
 * numbers is a third smaller with them.
 *
 * @param steps How many levels.
 */
export function coarseLevels(levels: Uint8ClampedArray, steps: number): Uint8ClampedArray {
  const step = 255 / (steps - 1);
  const nearest = Uint8ClampedArray.from({ length: 256 }, (_, level) => Math.round(level / step) * step);
  return levels.map((level) => nearest[level]);
}

/**
 * Some evenly spaced levels of differences instead of 255, none and both ends among them.
 *
 * @param steps How many levels, odd.
 */
export function coarseSignedLevels(levels: Uint8ClampedArray, steps: number): Uint8ClampedArray {
  const step = 2 * MOST_CHANGE / (steps - 1);
  const nearest = Uint8ClampedArray.from(
    { length: 256 },
    (_, level) => NO_CHANGE + Math.round((level - NO_CHANGE) / step) * step,
  );
  return levels.map((level) => nearest[level]);
}

/** The level of no difference, and how far from it the largest one is. */
const NO_CHANGE = 128, MOST_CHANGE = 127;

/**
 * Levels of differences, each tile on its own scale: 128 at 0, 255 at +scale, 1 at −scale.
 *
 * @param differences `[tiles, tileSize]`; of colour images each value is red, green or blue, on the one scale of its tile.
 * @returns The levels, and of each tile its largest absolute difference.
 */
export function signedLevels(
  differences: Float32Array,
  tileSize: number,
): { levels: Uint8ClampedArray; scales: number[] } {
  const levels = new Uint8ClampedArray(differences.length);
  const scales: number[] = [];
  for (let start = 0; start < differences.length; start += tileSize) {
    let scale = 0;
    for (let i = start; i < start + tileSize; i++) scale = Math.max(scale, Math.abs(differences[i]));
    for (let i = start; i < start + tileSize; i++) {
      levels[i] = NO_CHANGE + (scale ? MOST_CHANGE * differences[i] / scale : 0);
    }
    scales.push(scale);
  }
  return { levels, scales };
}
