/**
 * JPEG files, baseline and progressive, in shades of grey or in colour.
 *
 * Decodes with jpeg-js, which is loaded when the first one is decoded. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Picture, PictureError, type PictureHeader } from "./picture_parts.ts";

/** Markers: start of image, of the frame's header (its kinds), and of the scan. */
const START = 0xd8, BASELINE = 0xc0, EXTENDED = 0xc1, PROGRESSIVE = 0xc2, SCAN = 0xda, END = 0xd9;
/** Frames from here on are frames, but for three other markers in between. */
const LAST_FRAME = 0xcf, NOT_FRAMES = [0xc4, 0xc8, 0xcc];
/** Markers without a length. */
const isAlone = (marker: number) => marker === 0x01 || marker >= 0xd0 && marker <= 0xd7;
/** Eight by eight pixels need at least one bit. */
const MOST_PIXELS_PER_BYTE = 512;

/** Whether bytes begin as JPEG files do. */
export function isJpeg(start: Uint8Array): boolean {
  return start[0] === 0xff && start[1] === START && start[2] === 0xff;
}

/**
 * Width, height and channels.
 *
 * @throws {PictureError} It is damaged, has CMYK colours, or is compressed without loss or with arithmetic coding.
 */
export function jpegHeader(file: Uint8Array): PictureHeader {
  for (let at = 2; at + 4 <= file.length;) {
    if (file[at] !== 0xff) break;
    const marker = file[at + 1];
    if (marker === 0xff) at++; // padding
    else if (isAlone(marker)) at += 2;
    else if (marker === SCAN || marker === END) break;
    else if (marker >= BASELINE && marker <= LAST_FRAME && !NOT_FRAMES.includes(marker)) return frame(file, at);
    else at += 2 + (file[at + 2] << 8 | file[at + 3]);
  }
  throw new PictureError("it is damaged or cut off", "a whole JPEG image");
}

function frame(file: Uint8Array, at: number): PictureHeader {
  const marker = file[at + 1];
  if (at + 10 > file.length) throw new PictureError("it is damaged or cut off", "a whole JPEG image");
  if (marker !== BASELINE && marker !== EXTENDED && marker !== PROGRESSIVE) {
    throw new PictureError(
      "it is compressed without loss or with arithmetic coding",
      "a baseline or progressive JPEG image",
    );
  }
  const bits = file[at + 4], components = file[at + 9];
  const height = file[at + 5] << 8 | file[at + 6], width = file[at + 7] << 8 | file[at + 8];
  if (bits !== 8) throw new PictureError(`it has ${bits} bits a sample`, "8");
  if (components === 4) throw new PictureError("its colours are CMYK, for printing", "a JPEG image in RGB or grey");
  if (components !== 1 && components !== 3) throw new PictureError(`it has ${components} channels`, "1 or 3");
  if (width * height > MOST_PIXELS_PER_BYTE * file.length) {
    throw new PictureError(`it has ${width} × ${height} pixels in ${file.length} bytes`, "a whole JPEG image");
  }
  return { width, height, channels: components };
}

/** @throws {Error} It is damaged or cut off. */
export async function decodeJpeg(file: Uint8Array, { channels }: PictureHeader): Promise<Picture> {
  const { default: jpeg } = await import("jpeg-js");
  const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const;
  const { width, height, data } = jpeg.decode(file, options);
  if (channels === 3) return { width, height, channels, levels: data as Uint8Array<ArrayBuffer> };
  const levels = new Uint8Array(width * height);
  for (let i = 0; i < levels.length; i++) levels[i] = data[3 * i];
  return { width, height, channels, levels };
}
