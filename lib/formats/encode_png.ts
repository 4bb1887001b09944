/**
 * Levels of grey, or of red, green and blue, to a PNG file of 8 bits a value.
 *
 * Writes no other kind of PNG and reads none. The caller compresses: zlib of the runtime takes a quarter of the time of
 * a library in JavaScript, which is what a page has. The bytes depend on the levels and on the compression alone.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import { Crc32 } from "./crc32.ts";
import { joinedBytes } from "./joined_bytes.ts";

/** Compresses bytes to a zlib stream (RFC 1950), as `deflateSync` of `node:zlib` does. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** PNG's number for pictures of so many channels. */
const COLOUR_TYPES = { 1: 0, 3: 2 } as const;
const BIT_DEPTH = 8, DEFLATE = 0, ADAPTIVE_FILTERS = 0, NOT_INTERLACED = 0;

/**
 * A whole PNG file.
 *
 * @param levels `[height, width, channels]`, 0 black … 255 white, or no to full red, green and blue.
 * @throws {TypeError} The levels do not fill the picture.
 */
export function encodePng(
  levels: Uint8Array | Uint8ClampedArray,
  { width, height, channels, deflate }: { width: number; height: number; channels: 1 | 3; deflate: Deflate },
): Uint8Array<ArrayBuffer> {
  const line = width * channels;
  if (levels.length !== line * height) {
    throw new TypeError(`Cannot encode a PNG: ${levels.length} levels, expected ${height} rows of ${line}`);
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  const colourType = COLOUR_TYPES[channels];
  [BIT_DEPTH, colourType, DEFLATE, ADAPTIVE_FILTERS, NOT_INTERLACED].forEach((byte, i) => header.setUint8(8 + i, byte));
  const lines = new Uint8Array(height * (line + 1)); // each begins with its filter, 0 for none
  for (let y = 0; y < height; y++) lines.set(levels.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  return joinedBytes([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflate(lines)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Length, name, content and checksum. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length), view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, new Crc32().add(bytes.subarray(4, 8 + content.length)).value);
  return bytes;
}
