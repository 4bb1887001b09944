/**
 * Rows of the model as pictures that the page draws: images as they are, vectors as bars.
 *
 * A vector's picture has one column for each value, from the left; from 64 values on a column stands for several and shows
 * the one that is farthest from 0. Bars begin at 0, on a scale that all held-out rows share. PORTABLE: no Deno, no Node,
 * no DOM.
 *
 * @module
 */
import type { Dataset } from "../../../../lib/data/dataset.ts";
import { rowLength } from "../../../../lib/data/row_shape.ts";
import { type Pixels, pixelValues } from "../../../../lib/pixels.ts";
import { tileLength, type TileShape } from "../tile_shape.ts";

/** The side of a vector's picture: that of its length, within these. */
const LEAST_SIDE = 32, MOST_SIDE = 64;
/** What neither adds nor removes in the picture of a latent. */
const GROUND = 128;

/** See the module comment. */
export interface Pictures {
  readonly tile: TileShape;
  /** Rows of values, `[rows, dInput]`, as pictures: levels from 0 to 255. */
  levels(values: Float32Array): Uint8Array<ArrayBuffer>;
  /** What a latent adds to a row, `[dInput]`, as a picture: 128 for nothing; the largest change has the full range. */
  signed(effect: Float32Array): Uint8Array;
}

/** How the rows of a set become pictures. */
export function picturesOf(
  dataset: Pick<Dataset, "kind" | "height" | "width" | "channels" | "black" | "white" | "test">,
): Pictures {
  const { height, width, channels, black, white } = dataset;
  if (dataset.kind === "image") {
    const levels = (values: Float32Array) => levelBytes(values, { black, white });
    return { tile: { height, width, channels }, levels, signed: (effect) => around(effect) };
  }
  return new Bars(rowLength(dataset), dataset.test.pixels);
}

/** Values from black to white as bytes; those beyond are cut off. */
function levelBytes(
  values: Float32Array,
  { black, white }: { black: number; white: number },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(values.length), scale = 255 / (white - black);
  for (let i = 0; i < values.length; i++) bytes[i] = scale * (values[i] - black); // rounds
  return new Uint8Array(bytes.buffer);
}

/** Differences as bytes around 128, the largest at 1 or 255. */
function around(values: Float32Array): Uint8Array {
  const scale = (GROUND - 1) / peakOf(values);
  return Uint8Array.from(values, (value) => Math.round(GROUND + scale * value));
}

/** The largest size; infinite if all are 0, so that a share of it is 0. */
function peakOf(values: Float32Array): number {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return peak > 0 ? peak : Infinity;
}

class Bars implements Pictures {
  readonly tile: TileShape;
  readonly #dInput: number;
  /** The smallest and the largest value that is drawn; 0 is between them. */
  readonly #least: number;
  readonly #most: number;

  constructor(dInput: number, heldOut: Pixels) {
    this.#dInput = dInput;
    const side = Math.min(MOST_SIDE, Math.max(LEAST_SIDE, dInput));
    this.tile = { width: side, height: side, channels: 1 };
    let least = 0, most = 0;
    for (const value of pixelValues(heldOut)) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    [this.#least, this.#most] = least < most ? [least, most] : [0, 1];
  }

  levels(values: Float32Array): Uint8Array<ArrayBuffer> {
    const length = tileLength(this.tile), count = values.length / this.#dInput, bytes = new Uint8Array(count * length);
    const range = { least: this.#least, most: this.#most };
    for (let row = 0; row < count; row++) {
      const own = values.subarray(row * this.#dInput, (row + 1) * this.#dInput);
      this.#draw(own, { ...range, picture: bytes.subarray(row * length, (row + 1) * length), above: 255, below: 255 });
    }
    return bytes;
  }

  signed(effect: Float32Array): Uint8Array {
    const peak = peakOf(effect), picture = new Uint8Array(tileLength(this.tile)).fill(GROUND);
    this.#draw(effect, { least: -peak, most: peak, picture, above: 255, below: 1 });
    return picture;
  }

  /** Draws each column from 0 to its value. */
  #draw(
    values: Float32Array,
    { least, most, picture, above, below }: {
      least: number;
      most: number;
      picture: Uint8Array;
      above: number;
      below: number;
    },
  ): void {
    const { width, height } = this.tile, span = most - least;
    if (!Number.isFinite(span)) return;
    const lineOf = (value: number) =>
      Math.round(height * (1 - (Math.min(most, Math.max(least, value)) - least) / span));
    const zero = lineOf(0);
    for (let x = 0; x < width; x++) {
      const value = this.#valueOf(values, x), line = lineOf(value);
      // A value that is not 0 is seen, however small it is.
      const [from, to] = value > 0
        ? [Math.min(line, zero - 1), zero]
        : [zero, value < 0 ? Math.max(line, zero + 1) : zero];
      for (let y = Math.max(0, from); y < Math.min(height, to); y++) picture[y * width + x] = value > 0 ? above : below;
    }
  }

  /** Of the values that a column stands for, the one that is farthest from 0. */
  #valueOf(values: Float32Array, column: number): number {
    const { width } = this.tile;
    const from = Math.floor(column * this.#dInput / width);
    const to = Math.max(from + 1, Math.floor((column + 1) * this.#dInput / width));
    let farthest = 0;
    for (let i = from; i < to; i++) if (Math.abs(values[i]) > Math.abs(farthest)) farthest = values[i];
    return farthest;
  }
}
