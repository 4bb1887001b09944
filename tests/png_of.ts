/**
 * PNG files for tests, of every depth and kind of colour, written by hand: the pixels are what a test says they are.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";

/** Kinds of colour by their numbers in the format. */
export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 };

/** A picture of one colour type, 8 bits a sample unless said otherwise. */
export interface Picture {
  width: number;
  height: number;
  type: number;
  depth?: number;
  /** The bytes of each row, as the format has them. */
  rows: number[][];
  palette?: number[];
  transparency?: number[];
}

/** A PNG file. */
export function pngOf(
  { width, height, type, depth = 8, rows, palette, transparency }: Picture,
): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, depth);
  header.setUint8(9, type);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", new Uint8Array(header.buffer)),
    ...(palette ? chunk("PLTE", palette) : []),
    ...(transparency ? chunk("tRNS", transparency) : []),
    ...chunk("IDAT", deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    ...chunk("IEND", []),
  ]);
}

/** A grey picture of 8 bits. */
export function greyPng(
  width: number,
  height: number,
  level: (x: number, y: number) => number,
): Uint8Array<ArrayBuffer> {
  const rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => level(x, y)));
  return pngOf({ width, height, type: COLOUR.grey, rows });
}

function chunk(name: string, content: ArrayLike<number>): number[] {
  const body = [...new TextEncoder().encode(name), ...Array.from(content)];
  return [...word(content.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}

function word(value: number): number[] {
  return [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
}
