/**
 * Numbers behind the tiles of a report, and the colours in which the Inputs page draws them.
 *
 * Computes on arrays alone; reads no file and knows no canvas, so that the build and the browser draw the same.
 *
 * @module
 */

import { ERROR, GROUND, LESS, LIGHT, type TileColour } from "../tile_colours.ts";

/** The values that a run's tiles draw black and white; in colour, without and with all light of a channel. */
export interface GreyRange {
  black: number;
  white: number;
}

/** How many pixels wide and high a picture is. */
export interface TileSize {
  width: number;
  height: number;
}

/** How many pixels wide and high an input is, and how many numbers a pixel has. */
export interface InputSize extends TileSize {
  /** 1 for grey and for vectors; 3 for red, green and blue. */
  channels: 1 | 3;
}

/** The values of 8-bit grey levels: `black` at 0, `white` at 255. */
export function valuesOf(levels: ArrayLike<number>, { black, white }: GreyRange): Float64Array {
  return Float64Array.from(levels, (level) => black + level / 255 * (white - black));
}

/**
 * The levels behind the pixels of a canvas.
 *
 * @param rgba Red, green, blue and opacity of each pixel.
 * @returns `[pixels, channels]`.
 */
export function levelsOfPixels(rgba: ArrayLike<number>, channels: 1 | 3): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(rgba.length / 4 * channels);
  for (let i = 0; i < levels.length; i++) levels[i] = rgba[4 * Math.floor(i / channels) + i % channels];
  return levels;
}

/** The mean of the squared differences of two arrays of one length. */
export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** The largest absolute value of some arrays; 0 of none. */
export function largestOf(arrays: ArrayLike<number>[]): number {
  let largest = 0;
  for (const array of arrays) for (let i = 0; i < array.length; i++) largest = Math.max(largest, Math.abs(array[i]));
  return largest;
}

/**
 * What a tile shows: values from black to white; changes (in grey, white adds and blue-green removes; in colour, grey is no change, a
 * lighter colour adds and its complement removes); or absolute errors.
 */
export type TileKind = "values" | "changes" | "errors";

/** A tile's numbers and the scale that they are drawn on. */
export interface TileNumbers {
  values: ArrayLike<number>;
  kind: TileKind;
  /** For `values`: black and white. For the others 0 is the ground, and full colour is at `white` − `black`. */
  range: GreyRange;
}

/** A picture, 4 bytes (red, green, blue, 255) a pixel. */
export interface Picture extends TileSize {
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Height of the picture of a row of numbers, pixels. */
const BARS_HEIGHT = 48;

/** Width and height of the picture that {@linkcode drawTile} makes of a tile. */
export function pictureSize({ width, height, channels }: InputSize): TileSize {
  return { width, height: height === 1 && channels === 1 ? BARS_HEIGHT : height };
}

/** Draws an image pixel by pixel, and a row of numbers (height 1) as bars from 0. */
export function drawTile(numbers: TileNumbers, { width, height, channels }: InputSize): Picture {
  if (height === 1 && channels === 1) return drawBars(numbers, width);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    if (channels === 3) paint(rgba, i, colourOf(numbers, 3 * i));
    else {
      const { colour, strength } = shadeOf(numbers, i);
      paint(rgba, i, mixed(colour, strength));
    }
  }
  return { width, height, rgba };
}

/** The colour of a pixel whose red, green and blue stand from `at` on. An error has one colour: the mean of its channels. */
function colourOf({ values, kind, range: { black, white } }: TileNumbers, at: number): TileColour {
  const span = white - black;
  const [red, green, blue] = [values[at], values[at + 1], values[at + 2]];
  if (kind === "errors") return mixed(ERROR, (Math.abs(red) + Math.abs(green) + Math.abs(blue)) / (3 * span));
  const level = kind === "values"
    ? (value: number) => 255 * (value - black) / span
    : (value: number) => 128 + 127 * value / span;
  return [level(red), level(green), level(blue)];
}

function shadeOf({ values, kind, range: { black, white } }: TileNumbers, i: number) {
  const span = white - black;
  if (kind === "values") return { colour: LIGHT, strength: (values[i] - black) / span };
  const strength = Math.abs(values[i]) / span;
  return { colour: kind === "errors" ? ERROR : values[i] < 0 ? LESS : LIGHT, strength };
}

/** One bar a number, up from the line at 0 or down from it; the line stands at half height if any number can be negative. */
function drawBars({ values, kind, range: { black, white } }: TileNumbers, count: number): Picture {
  const isSigned = kind === "changes" || kind === "values" && black < 0;
  const reach = kind === "values" ? Math.max(Math.abs(black), Math.abs(white)) : white - black;
  const line = isSigned ? BARS_HEIGHT / 2 : BARS_HEIGHT;
  const rgba = new Uint8ClampedArray(4 * count * BARS_HEIGHT);
  for (let x = 0; x < count; x++) {
    const length = Math.min(1, Math.abs(values[x]) / reach || 0) * line;
    const isDown = values[x] < 0 && kind !== "errors";
    const colour = kind === "errors" ? ERROR : kind === "changes" && isDown ? LESS : LIGHT;
    for (let y = 0; y < BARS_HEIGHT; y++) {
      const distance = isDown ? y - line : line - 1 - y; // from the line, in the bar's direction
      const covered = distance < 0 ? 0 : Math.min(1, Math.max(0, length - distance));
      paint(rgba, y * count + x, mixed(colour, covered));
    }
  }
  return { width: count, height: BARS_HEIGHT, rgba };
}

function mixed(colour: TileColour, strength: number): TileColour {
  const share = Math.min(Math.max(strength, 0), 1);
  const mix = (c: 0 | 1 | 2) => GROUND[c] + share * (colour[c] - GROUND[c]);
  return [mix(0), mix(1), mix(2)];
}

function paint(rgba: Uint8ClampedArray, pixel: number, [red, green, blue]: TileColour): void {
  rgba.set([red, green, blue, 255], 4 * pixel);
}
