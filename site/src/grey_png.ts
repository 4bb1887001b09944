/**
 * The report's PNG files, 8-bit grey, read and written with the runtime's own zlib: a build reads thousands of them, and this
 * takes a fifth of the time of a PNG library.
 *
 * @module
 */
import { deflateSync, inflateSync } from "node:zlib";
import { encodePng } from "../../lib/formats/encode_png.ts";
import { joinedBytes } from "../../lib/formats/joined_bytes.ts";

/** A grey picture. */
export interface GreyPicture {
  width: number;
  height: number;
  /** 0 black … 255 white, row by row, `[height · width]`. */
  levels: Uint8Array;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const GREY = 0, DEPTH = 8;
/** Level 1 is three times as fast as the usual 6 and makes files of a page's few tiles a seventh larger; 3 is in between. */
const EFFORT = 3;

/**
 * The levels of a PNG.
 *
 * @param file What an error calls it.
 * @throws {TypeError} It is no PNG of 8-bit grey without interlacing.
 */
export function readGreyPng(bytes: Uint8Array, file: string): GreyPicture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw new TypeError(`Cannot read ${file}: it is no PNG, expected one`);
  }
  const data: Uint8Array[] = [];
  let width = 0, height = 0;
  for (let at = SIGNATURE.length; at < bytes.length;) {
    const length = view.getUint32(at), body = bytes.subarray(at + 8, at + 8 + length);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IHDR") {
      [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (body[8] !== DEPTH || body[9] !== GREY || body[12] !== 0) {
        throw new TypeError(
          `Cannot read ${file}: it has depth ${body[8]}, colour type ${body[9]}, interlacing ${
            body[12]
          }, expected 8, 0 and 0`,
        );
      }
    } else if (name === "IDAT") data.push(body);
    at += 12 + length;
  }
  const lines = inflateSync(data.length === 1 ? data[0] : joinedBytes(data));
  return { width, height, levels: unfiltered(lines, { width, height }) };
}

/** A picture as PNG. */
export function writeGreyPng({ width, height, levels }: GreyPicture): Uint8Array<ArrayBuffer> {
  return encodePng(levels, { width, height, channels: 1, deflate: (bytes) => deflateSync(bytes, { level: EFFORT }) });
}

/** Undoes the PNG's filters, one byte a pixel. */
function unfiltered(lines: Uint8Array, { width, height }: Pick<GreyPicture, "width" | "height">): Uint8Array {
  const levels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * (width + 1) + 1, to = y * width, filter = lines[from - 1];
    if (filter === 0) {
      levels.set(lines.subarray(from, from + width), to);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? levels[to + x - 1] : 0, above = y > 0 ? levels[to + x - width] : 0;
      const corner = x > 0 && y > 0 ? levels[to + x - width - 1] : 0;
      levels[to + x] = lines[from + x] + predicted(filter, { left, above, corner });
    }
  }
  return levels;
}

/** What a filter of the PNG specification, section 9, expects of a pixel. */
function predicted(filter: number, { left, above, corner }: { left: number; above: number; corner: number }): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(estimate - value));
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
