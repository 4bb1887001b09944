/**
 * A PNG of up to 256 colours, a byte a pixel, one of them transparent.
 *
 * Writes this one kind of PNG and reads none. Runs while the site is built.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Header: 8 bits a pixel, palette. */
const BIT_DEPTH = 8, INDEXED = 3;

/** What to draw. */
export interface IndexedPicture {
  width: number;
  height: number;
  /** The index of each pixel's colour, line by line, `[height · width]`. */
  levels: Uint8Array;
  /** Red, green, blue of each colour, `[colours · 3]`, at most 256 colours. */
  palette: Uint8Array;
  /** The colour that is not drawn; all are if left out. */
  transparent?: number;
}

/**
 * The bytes of the PNG.
 *
 * @throws {TypeError} The levels are not as many as the pixels.
 */
export function indexedPng({ width, height, levels, palette, transparent }: IndexedPicture): Uint8Array<ArrayBuffer> {
  if (levels.length !== width * height) {
    throw new TypeError(`Cannot draw the picture: it has ${levels.length} levels, expected ${width} × ${height}`);
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, BIT_DEPTH);
  header.setUint8(9, INDEXED);
  const lines = new Uint8Array((width + 1) * height); // each line begins with its filter, 0: none
  for (let y = 0; y < height; y++) lines.set(levels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const alpha = transparent === undefined ? null : new Uint8Array(transparent + 1).fill(255);
  alpha?.fill(0, transparent);
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("PLTE", palette),
    ...(alpha ? [chunk("tRNS", alpha)] : []),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

/** Length, name, data, checksum over name and data. */
function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12), view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}
