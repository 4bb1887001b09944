/**
 * Images that are larger than the page trains on, made smaller: each pixel is the mean of what lies under it.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { rowLength, type RowShape } from "../../../../lib/data/row_shape.ts";

/** The largest side of an image that the page trains on, pixels. */
export const MOST_SIDE = 64;

/** The shape that images have on the page: their own, or as large as fits into 64 by 64 with the sides' ratio kept. */
export function fittedShape(shape: RowShape): RowShape {
  const { kind, height, width } = shape, scale = Math.min(1, MOST_SIDE / height, MOST_SIDE / width);
  if (kind === "vector" || scale === 1) return shape;
  const fitted = (side: number) => Math.max(1, Math.round(scale * side));
  return { ...shape, height: fitted(height), width: fitted(width) };
}

/**
 * Images of another size.
 *
 * @param levels `[rows, height, width, channels]` of `from`; given back as they are if both shapes are the same.
 */
export function fitRows(
  levels: Uint8Array<ArrayBuffer>,
  { from, to }: { from: RowShape; to: RowShape },
): Uint8Array<ArrayBuffer> {
  if (from.height === to.height && from.width === to.width) return levels;
  const { channels } = from, count = levels.length / rowLength(from), fitted = new Uint8Array(count * rowLength(to));
  const across = sharesOf(from.width, to.width), down = sharesOf(from.height, to.height);
  const narrow = new Float32Array(from.height * to.width * channels);
  for (let row = 0; row < count; row++) {
    const source = levels.subarray(row * rowLength(from), (row + 1) * rowLength(from)), start = row * rowLength(to);
    for (let y = 0; y < from.height; y++) {
      for (let x = 0; x < to.width; x++) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          across[x].shares.forEach((share, i) =>
            sum += share * source[(y * from.width + across[x].from + i) * channels + channel]
          );
          narrow[(y * to.width + x) * channels + channel] = sum;
        }
      }
    }
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width * channels; x++) {
        let sum = 0;
        down[y].shares.forEach((share, i) => sum += share * narrow[(down[y].from + i) * to.width * channels + x]);
        fitted[start + y * to.width * channels + x] = Math.round(sum);
      }
    }
  }
  return fitted;
}

/** What each of the new pixels in a line is made of: shares of old ones from `from` on, which add up to 1. */
function sharesOf(length: number, wanted: number): { from: number; shares: number[] }[] {
  const scale = wanted / length;
  return Array.from({ length: wanted }, (_, i) => {
    const start = i / scale, end = Math.min(length, (i + 1) / scale), from = Math.floor(start), shares: number[] = [];
    for (let j = from; j < end; j++) shares.push(scale * (Math.min(end, j + 1) - Math.max(start, j)));
    return { from, shares };
  });
}
