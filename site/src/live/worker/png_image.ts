/**
 * A PNG file as an image of the page: grey, 28 by 28 pixels.
 *
 * Decodes with fast-png. Does not know other files: whether images are inverted is decided for all of them together.
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { decode, type DecodedPng, hasPngSignature } from "fast-png";
import { UserError } from "../../../../lib/errors.ts";
import { SIDE } from "../draw/strokes.ts";

/** A larger picture is not decoded: it would need gigabytes, pixels. */
const MOST_PIXELS = 2 ** 24;
/** Where the first chunk says width and height, bits, and whether rows are interlaced; and where it ends. */
const SIZE_AT = 16, DEPTH_AT = 24, INTERLACED_AT = 28, HEADER_END = 29;
/** How much each colour adds to a grey, ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];
/** Half way between black and white. */
const MIDDLE = 127.5;

/** A picture as the page shows it, and what it was. */
export interface PngImage {
  /** 0 black … 255 white, `[784]`. */
  levels: Uint8Array<ArrayBuffer>;
  /** Whether the pixels at its edges are light, on average. */
  isLight: boolean;
  /** Whether it had another size. */
  isFitted: boolean;
  /** Whether it had a colour. */
  isColoured: boolean;
}

/** Pixels of a picture, row by row. */
interface Grey {
  width: number;
  height: number;
  /** 0 … 255, not rounded. */
  values: Float32Array;
}

/** Whether a file begins as PNG files do. */
export function isPng(start: Uint8Array): boolean {
  return start.length >= 8 && hasPngSignature(start.slice(0, 8));
}

/**
 * Reads a picture: colours become grey, and it is fitted into 28 by 28 pixels as a whole, its edges' colour around it.
 *
 * What is transparent becomes black if what is visible is light, else white: ink stays visible.
 *
 * @param options.name What an error calls the file.
 * @throws {UserError} It is damaged, cut off, or too large.
 */
export function readPng(file: Uint8Array<ArrayBuffer>, { name }: { name: string }): PngImage {
  const refuse = (now: string, expected: string, cause?: unknown) =>
    new UserError(`Cannot read ${name}: ${now}, expected ${expected}`, { cause });
  if (!isPng(file)) throw refuse("it is not a PNG image", "one");
  if (file.length < HEADER_END) throw refuse("it is cut off", "a whole PNG image");
  const view = new DataView(file.buffer, file.byteOffset);
  const [width, height] = [view.getUint32(SIZE_AT), view.getUint32(SIZE_AT + 4)];
  if (width * height === 0) throw refuse(`it has ${width} × ${height} pixels`, "at least one");
  if (width * height > MOST_PIXELS) {
    throw refuse(`it has ${width} × ${height} pixels`, `at most ${MOST_PIXELS} of them`);
  }
  if (file[INTERLACED_AT] !== 0 && file[DEPTH_AT] < 8) { // which fast-png takes for whole bytes
    throw refuse(`it is interlaced and has fewer than 8 bits a sample`, "a PNG image without interlacing");
  }
  let picture: { grey: Grey; isColoured: boolean };
  try {
    picture = greyOf(decode(file, { checkCrc: true }));
  } catch (cause) {
    throw refuse("it is damaged or cut off", "a whole PNG image", cause);
  }
  const { grey, isColoured } = picture, background = edgeMean(grey);
  const isFitted = width !== SIDE || height !== SIDE;
  return { levels: fitted(grey, { background }), isLight: background > MIDDLE, isFitted, isColoured };
}

/** @throws {Error} The picture is not whole. */
function greyOf(png: DecodedPng): { grey: Grey; isColoured: boolean } {
  const { width, height } = png, values = new Float32Array(width * height), alphas = new Float32Array(width * height);
  const { sample, channels } = samplesOf(png), nColours = channels < 3 ? 1 : 3, hasAlpha = channels !== nColours;
  let isColoured = false, inkSum = 0, alphaSum = 0;
  for (let i = 0; i < values.length; i++) {
    const red = sample(i, 0);
    let grey = red;
    if (nColours === 3) {
      const green = sample(i, 1), blue = sample(i, 2);
      isColoured ||= red !== green || red !== blue;
      grey = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
    }
    values[i] = grey;
    alphas[i] = hasAlpha ? sample(i, nColours) / 255 : 1;
    inkSum += alphas[i] * grey;
    alphaSum += alphas[i];
  }
  const paper = alphaSum > 0 && inkSum / alphaSum < MIDDLE ? 255 : 0;
  for (let i = 0; i < values.length; i++) values[i] = alphas[i] * values[i] + (1 - alphas[i]) * paper;
  return { grey: { width, height, values }, isColoured };
}

/** How to read a decoded picture: channel c of pixel i, 0 … 255, whatever its depth, with a palette or without. */
function samplesOf(png: DecodedPng): { sample(pixel: number, channel: number): number; channels: number } {
  const { width, height, data, depth, channels, palette, transparency } = png;
  const perRow = Math.ceil(width * channels * depth / 8), perSample = depth === 16 ? 2 : 1;
  if (data.length * perSample !== perRow * height) throw new Error("pixels are missing");
  const top = 2 ** depth - 1;
  /** A number as it is stored: several of them in one byte if they have fewer than 8 bits. */
  const stored = (pixel: number, channel: number) => {
    if (depth >= 8) return data[pixel * channels + channel];
    const bit = pixel % width * depth, byte = data[Math.floor(pixel / width) * perRow + (bit >> 3)];
    return byte >> 8 - depth - (bit & 7) & top;
  };
  if (palette) {
    const sample = (pixel: number, channel: number) => {
      const colour = palette[stored(pixel, 0)];
      if (!colour) throw new Error("a colour is not in the palette");
      return colour[channel] ?? 255;
    };
    return { sample, channels: 4 };
  }
  const scale = 255 / top;
  if (!transparency) return { sample: (pixel, channel) => scale * stored(pixel, channel), channels };
  /** One colour stands for transparent. */
  const isClear = (pixel: number) => transparency.every((value, channel) => stored(pixel, channel) === value);
  return {
    sample: (pixel, channel) => channel < channels ? scale * stored(pixel, channel) : isClear(pixel) ? 0 : 255,
    channels: channels + 1,
  };
}

/** The mean of the pixels at the four edges. */
function edgeMean({ width, height, values }: Grey): number {
  let sum = 0, count = 0;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1); // whole rows above and below, else two pixels
    for (let x = 0; x < width; x += step) {
      sum += values[y * width + x];
      count++;
    }
  }
  return sum / count;
}

/** The picture as large as it fits, each pixel the mean of what lies under it; the rest is the background. */
function fitted({ width, height, values }: Grey, { background }: { background: number }): Uint8Array<ArrayBuffer> {
  const scale = Math.min(SIDE / width, SIDE / height);
  const columns = sharesOf(width, scale), rows = sharesOf(height, scale);
  const levels = new Uint8Array(SIDE * SIDE), narrow = new Float32Array(SIDE * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < SIDE; x++) {
      const { from, shares, rest } = columns[x];
      let sum = rest * background;
      for (let j = 0; j < shares.length; j++) sum += shares[j] * values[y * width + from + j];
      narrow[y * SIDE + x] = sum;
    }
  }
  for (let y = 0; y < SIDE; y++) {
    const { from, shares, rest } = rows[y];
    for (let x = 0; x < SIDE; x++) {
      let sum = rest * background;
      for (let j = 0; j < shares.length; j++) sum += shares[j] * narrow[(from + j) * SIDE + x];
      levels[y * SIDE + x] = Math.round(sum);
    }
  }
  return levels;
}

/** What each of 28 pixels in a row is made of: shares of old pixels from `from` on, and of the background. */
function sharesOf(length: number, scale: number): { from: number; shares: number[]; rest: number }[] {
  const offset = (SIDE - length * scale) / 2;
  return Array.from({ length: SIDE }, (_, i) => {
    const start = Math.max(0, (i - offset) / scale), end = Math.min(length, (i + 1 - offset) / scale);
    const from = Math.floor(start), shares: number[] = [];
    for (let j = from; j < end; j++) shares.push(scale * (Math.min(end, j + 1) - Math.max(start, j)));
    return { from, shares, rest: 1 - shares.reduce((a, b) => a + b, 0) };
  });
}
