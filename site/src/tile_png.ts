/**
 * The report's PNG files, 8-bit grey or RGB, read and written with the runtime's own zlib: a build reads thousands of them, and this
 * takes a fifth of the time of a PNG library.
 *
 * @module
 */
import { deflateSync, inflateSync } from "node:zlib";
import { encodePng } from "../../lib/formats/encode_png.ts";
import { joinedBytes } from "../../lib/formats/joined_bytes.ts";

/** A picture. */
export interface TilePicture {
  width: number;
  height: number;
  /** Values of a pixel: 1 for grey; 3 for red, green and blue. */
  channels: 1 | 3;
  /** 0 dark … 255 light, row by row, `[height · width · channels]`. */
  levels: Uint8Array;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const DEPTH = 8;
/** The PNG's colour types that a report has, with the values of a pixel. */
const CHANNELS: Record<number, 1 | 3> = { 0: 1, 2: 3 };
/** Level 1 is three times as fast as the usual 6 and makes files of a page's few tiles a seventh larger; 3 is in between. */
const EFFORT = 3;

/**
 * The levels of a PNG.
 *
 * @param file What an error calls it.
 * @throws {TypeError} It is no PNG of 8-bit grey or RGB without interlacing.
 */
export function readTilePng(bytes: Uint8Array, file: string): TilePicture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw new TypeError(`Cannot read ${file}: it is no PNG, expected one`);
  }
  const data: Uint8Array[] = [];
  let width = 0, height = 0, channels: 1 | 3 = 1;
  for (let at = SIGNATURE.length; at < bytes.length;) {
    const length = view.getUint32(at), body = bytes.subarray(at + 8, at + 8 + length);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IHDR") {
      [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (body[8] !== DEPTH || !(body[9] in CHANNELS) || body[12] !== 0) {
        throw new TypeError(
          `Cannot read ${file}: it has depth ${body[8]}, colour type ${body[9]}, interlacing ${
            body[12]
          }, expected 8, 0 or 2, and 0`,
        );
      }
      channels = CHANNELS[body[9]];
    } else if (name === "IDAT") data.push(body);
    at += 12 + length;
  }
  const lines = inflateSync(data.length === 1 ? data[0] : joinedBytes(data));
  return { width, height, channels, levels: unfiltered(lines, { width: width * channels, height, channels }) };
}

/** A picture as PNG. */
export function writeTilePng({ levels, ...size }: TilePicture): Uint8Array<ArrayBuffer> {
  return encodePng(levels, { ...size, deflate: (bytes) => deflateSync(bytes, { level: EFFORT }) });
}

/** Undoes the PNG's filters; `width` is that of a line in values. */
function unfiltered(
  lines: Uint8Array,
  { width, height, channels }: Pick<TilePicture, "width" | "height" | "channels">,
): Uint8Array {
  const levels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * (width + 1) + 1, to = y * width, filter = lines[from - 1];
    if (filter === 0) {
      levels.set(lines.subarray(from, from + width), to);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const isFirst = x < channels;
      const left = isFirst ? 0 : levels[to + x - channels], above = y > 0 ? levels[to + x - width] : 0;
      const corner = y > 0 && !isFirst ? levels[to + x - width - channels] : 0;
      levels[to + x] = lines[from + x] + predicted(filter, { left, above, corner });
    }
  }
  return levels;
}

/** What a filter of the PNG specification, section 9, expects of a value. */
function predicted(filter: number, { left, above, corner }: { left: number; above: number; corner: number }): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(estimate - value));
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
