/**
 * Values of the reader's own rows as levels: what makes them bytes, and whether they are dark or light.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import type { OpenedRows } from "../../../../lib/data/readers/opened_rows.ts";
import type { RowShape } from "../../../../lib/data/row_shape.ts";
import type { Pixels } from "../../../../lib/pixels.ts";

/** The middle of the levels: an edge above it is light. */
const MIDDLE = 127.5;

/** How values of images become levels: those from 0 to 1 by 255, others by the smallest and largest of these rows. */
export async function byteLevels({ type, pieces }: OpenedRows): Promise<(piece: Pixels) => Uint8Array<ArrayBuffer>> {
  if (type === "bytes") return (piece) => piece as Uint8Array<ArrayBuffer>;
  let least = Infinity, most = -Infinity;
  for await (const piece of pieces()) {
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] < least) least = piece[i];
      if (piece[i] > most) most = piece[i];
    }
  }
  const isUnit = least >= 0 && most <= 1, [from, span] = isUnit ? [0, 1] : [least, most > least ? most - least : 1];
  return (piece) => {
    const levels = new Uint8ClampedArray(piece.length); // rounds
    for (let i = 0; i < piece.length; i++) levels[i] = 255 * (piece[i] - from) / span;
    return new Uint8Array(levels.buffer);
  };
}

/** The smallest and the largest value, which a report draws black and white; 0 and 1 if all are equal. */
export function rangeOf(pixels: Pixels): { black: number; white: number } {
  let black = Infinity, white = -Infinity;
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] < black) black = pixels[i];
    if (pixels[i] > white) white = pixels[i];
  }
  return black < white ? { black, white } : { black: 0, white: 1 };
}

/** Whether most images have light pixels at their edges: drawings are white on black. */
export function areLight(pixels: Pixels, { height, width }: RowShape): boolean {
  const length = height * width, count = pixels.length / length;
  let nLight = 0;
  for (let row = 0; row < count; row++) {
    let sum = 0, edges = 0;
    for (let i = 0; i < length; i++) {
      const x = i % width, y = Math.floor(i / width);
      if (x > 0 && x < width - 1 && y > 0 && y < height - 1) continue;
      sum += pixels[row * length + i];
      edges++;
    }
    if (sum / edges > MIDDLE) nLight++;
  }
  return 2 * nLight > count;
}
