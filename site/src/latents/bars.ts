/**
 * A row of values as bars: how tiles of data that are no images are drawn.
 *
 * The picture is grey and gets its colours from the filter of signed tiles: bars up are positive, bars down negative. PORTABLE:
 * no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type GreyRange, largestOf, valuesOf } from "../inputs/pixels.ts";

/** Most bars of a tile; of more values a bar shows the largest among its neighbours. */
const MOST_BARS = 128;
/** Pixels above the line at 0, and as many below. */
const HALF = 16;
/** Of few values a bar is so wide that the picture is about as wide as high; from this width on it has a gap to the next. */
const SIDE = 2 * HALF, GAP_FROM = 4;
/** No change in a signed tile, and the most. */
const MIDDLE = 128, MOST = 127;

/** Size of the picture of some values, in pixels. */
export function barsSize(values: number): { width: number; height: number } {
  const { bars, pixels } = barsOf(values);
  return { width: bars * pixels, height: SIDE };
}

/** How many bars there are, how many values each stands for, and how many pixels wide it is with the gap to the next. */
function barsOf(values: number): { bars: number; each: number; pixels: number } {
  const each = Math.ceil(values / MOST_BARS), bars = Math.ceil(values / each);
  return { bars, each, pixels: Math.max(1, Math.round(SIDE / bars)) };
}

/** Levels of the picture of values between −reach and reach; without a reach the largest value is as high as the picture. `[height · width]` */
export function barLevels(
  values: ArrayLike<number>,
  reach: number = largestOf([values]),
): Uint8ClampedArray<ArrayBuffer> {
  const { bars, each, pixels } = barsOf(values.length), { width, height } = barsSize(values.length);
  const levels = new Uint8ClampedArray(width * height).fill(MIDDLE), drawn = pixels < GAP_FROM ? pixels : pixels - 1;
  for (let bar = 0; bar < bars; bar++) {
    let value = 0;
    for (let i = bar * each; i < Math.min(values.length, (bar + 1) * each); i++) {
      if (Math.abs(values[i]) > Math.abs(value)) value = values[i];
    }
    const length = reach > 0 ? Math.min(1, Math.abs(value) / reach) * HALF : 0;
    for (let step = 0; step < length; step++) {
      const y = value > 0 ? HALF - 1 - step : HALF + step, x = bar * pixels;
      const level = MIDDLE + Math.sign(value) * MOST * Math.min(1, length - step);
      levels.fill(level, y * width + x, y * width + x + drawn);
    }
  }
  return levels;
}

/** What the levels of a tile mean: values of the data between black and white, or a change on the tile's own scale. */
export type TileKind = "values" | "change";

/** The values of a tile's levels, on any scale. */
export function tileValues(
  levels: ArrayLike<number>,
  { kind, range }: { kind: TileKind; range: GreyRange },
): Float64Array {
  return kind === "change" ? Float64Array.from(levels, (level) => level - MIDDLE) : valuesOf(levels, range);
}
