/**
 * PNG files of any kind: grey, in colour or with a palette, 1 to 16 bits a sample, with or without transparency.
 *
 * Decodes with fast-png, which is loaded when the first one is decoded. Written by `encode_png.ts`. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { DecodedPng } from "fast-png";
import { type Picture, PictureError, type PictureHeader } from "./picture_parts.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Where the first chunk says width and height, bits, colours and interlacing; and where it ends. */
const SIZE_AT = 16, DEPTH_AT = 24, COLOUR_AT = 25, INTERLACED_AT = 28, HEADER_END = 33;
/** Samples of one pixel by the kind of colour; a palette has one. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const GREYS = [0, 4];
/** Length and name before a chunk, checksum behind it. */
const CHUNK_EXTRA = 12;
/** The most that deflate can shrink anything, a little left over; and what it adds at most, in bytes and as a share. */
const MOST_EXPANSION = 1040, MOST_ADDED = 1024, MOST_GROWTH = 1.01;
/** Half way between black and white. */
const MIDDLE = 127.5;

/** Whether a file begins as PNG files do. */
export function isPng(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

/**
 * Width, height and channels.
 *
 * @throws {PictureError} It is damaged or cut off, or of the one kind that is not read.
 */
export function pngHeader(file: Uint8Array): PictureHeader {
  if (file.length < HEADER_END) throw new PictureError("it is cut off", "a whole PNG image");
  const view = new DataView(file.buffer, file.byteOffset);
  const [width, height] = [view.getUint32(SIZE_AT), view.getUint32(SIZE_AT + 4)];
  const depth = file[DEPTH_AT], colour = file[COLOUR_AT], samples = SAMPLES[colour];
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(depth)) {
    throw new PictureError("it is damaged", "a whole PNG image");
  }
  if (file[INTERLACED_AT] !== 0 && depth < 8) { // which fast-png takes for whole bytes
    throw new PictureError("it is interlaced and has fewer than 8 bits a sample", "a PNG image without interlacing");
  }
  const lines = height * (1 + Math.ceil(width * samples * depth / 8)), packed = packedBytes(file);
  if (lines > MOST_EXPANSION * packed) throw new PictureError("its pixels are cut off", "a whole PNG image");
  if (packed > MOST_GROWTH * lines + MOST_ADDED + height) {
    throw new PictureError(
      `it has ${packed} bytes of pixels`,
      `at most ${lines}, uncompressed, for ${width} × ${height}`,
    );
  }
  return { width, height, channels: GREYS.includes(colour) ? 1 : 3 };
}

/** Bytes of the chunks that hold the pixels. */
function packedBytes(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset);
  let sum = 0;
  for (let at = SIGNATURE.length; at + CHUNK_EXTRA <= file.length;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) sum += Math.min(length, file.length - at); // IDAT
    at += length + CHUNK_EXTRA;
  }
  return sum;
}

/** @throws {Error} It is damaged or cut off. */
export async function decodePng(file: Uint8Array<ArrayBuffer>, { channels }: PictureHeader): Promise<Picture> {
  const { decode } = await import("fast-png");
  const png = decode(file, { checkCrc: true }), { width, height } = png;
  const { sample, nSamples } = samplesOf(png), hasAlpha = nSamples === 2 || nSamples === 4;
  const levels = new Uint8Array(width * height * channels);
  const paper = hasAlpha ? paperOf({ sample, channels, pixels: width * height }) : 0;
  for (let i = 0, at = 0; i < width * height; i++) {
    const alpha = hasAlpha ? sample(i, nSamples - 1) / 255 : 1;
    for (let channel = 0; channel < channels; channel++) {
      levels[at++] = Math.round(alpha * sample(i, channel) + (1 - alpha) * paper);
    }
  }
  return { width, height, channels, levels };
}

/** What shows through transparent pixels: white if what is visible is dark, else black. */
function paperOf(
  { sample, channels, pixels }: {
    sample: (pixel: number, channel: number) => number;
    channels: number;
    pixels: number;
  },
): number {
  const alphaAt = channels === 1 ? 1 : 3;
  let ink = 0, alphas = 0;
  for (let i = 0; i < pixels; i++) {
    const alpha = sample(i, alphaAt);
    for (let channel = 0; channel < channels; channel++) ink += alpha * sample(i, channel) / channels;
    alphas += alpha;
  }
  return alphas > 0 && ink / alphas < MIDDLE ? 255 : 0;
}

/** How to read a decoded picture: sample s of pixel i, 0 … 255, whatever its depth, with a palette or without. */
function samplesOf(png: DecodedPng): { sample(pixel: number, channel: number): number; nSamples: number } {
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
    return { sample, nSamples: palette.some((colour) => colour.length > 3) ? 4 : 3 };
  }
  const scale = 255 / top;
  if (!transparency) return { sample: (pixel, channel) => scale * stored(pixel, channel), nSamples: channels };
  /** One colour stands for transparent. */
  const isClear = (pixel: number) => transparency.every((value, channel) => stored(pixel, channel) === value);
  return {
    sample: (pixel, channel) => channel < channels ? scale * stored(pixel, channel) : isClear(pixel) ? 0 : 255,
    nSamples: channels + 1,
  };
}
