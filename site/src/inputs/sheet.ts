/**
 * Tiles of one run on one PNG in colour: what the build draws for a page without scripts.
 *
 * @module
 */
import { writeTilePng } from "../tile_png.ts";
import { drawTile, type InputSize, type Picture, pictureSize, type TileNumbers, type TileSize } from "./pixels.ts";
import { tileHtml } from "./tile_html.ts";

/** Tiles in a row. */
const COLUMNS = 16;

/** Tiles in the order in which they are added. */
export class TileSheet {
  readonly #src: string;
  /** Of the numbers, and of the pictures drawn from them. */
  readonly #tile: InputSize;
  readonly #picture: TileSize;
  readonly #pictures: Picture[] = [];

  /**
   * @param src The address that the PNG will have.
   * @param tile How many numbers each tile has.
   */
  constructor(src: string, tile: InputSize) {
    this.#src = src;
    this.#tile = tile;
    this.#picture = pictureSize(tile);
  }

  /** Draws a tile; returns its place. */
  add(numbers: TileNumbers): number {
    return this.#pictures.push(drawTile(numbers, this.#tile)) - 1;
  }

  /** A tile's HTML; right only after the last tile is added, for it states the sheet's size. */
  html(place: number, options: { classes?: string; label?: string } = {}): string {
    const window = { src: this.#src, sheet: this.#size, ...this.#corner(place), ...this.#picture };
    return tileHtml(window, options);
  }

  /** The sheet as PNG, 8 bits each of red, green and blue. */
  png(): Uint8Array<ArrayBuffer> {
    const { width, height } = this.#size, across = this.#picture.width;
    const levels = new Uint8Array(3 * width * height);
    for (const [place, { rgba }] of this.#pictures.entries()) {
      const { x, y } = this.#corner(place);
      for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
        const at = (y + Math.floor(pixel / across)) * width + x + pixel % across;
        levels.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * at);
      }
    }
    return writeTilePng({ width, height, channels: 3, levels });
  }

  get #size(): TileSize {
    const count = Math.max(1, this.#pictures.length);
    return {
      width: Math.min(count, COLUMNS) * this.#picture.width,
      height: Math.ceil(count / COLUMNS) * this.#picture.height,
    };
  }

  #corner(place: number): { x: number; y: number } {
    return { x: place % COLUMNS * this.#picture.width, y: Math.floor(place / COLUMNS) * this.#picture.height };
  }
}
