/**
 * Two versions of a picture of a report: the stored file, and the one that was drawn again.
 *
 * Compares levels, not bytes: a page compresses otherwise than the program does.
 *
 * @module
 */
import { decodePng, pngHeader } from "../formats/png.ts";

/** Levels of 255 that lie one step of the coarsest computed tiles apart: 64 of them. */
const LEVEL_STEP = Math.ceil(255 / 63);
/** The share of a picture's values that may be a step away: those that were half way between two levels. */
const MOST_MOVED = 0.01;

/**
 * What is wrong with a stored picture; `same` if it has the same levels, `near` if some are the next ones.
 *
 * @param options.isExact Whether every level must be the same.
 */
export async function pictureDifference(
  stored: Uint8Array<ArrayBuffer>,
  measured: Uint8Array<ArrayBuffer>,
  { isExact }: { isExact: boolean },
): Promise<{ path: string; stored: string; measured: string } | "same" | "near"> {
  if (stored.length === measured.length && stored.every((byte, i) => byte === measured[i])) return "same";
  let own;
  try {
    own = await decodePng(stored, pngHeader(stored));
  } catch (error) {
    return { path: "the file", stored: `no PNG that can be read (${(error as Error).message})`, measured: "a PNG" };
  }
  const now = await decodePng(measured, pngHeader(measured));
  const sizeOf = ({ width, height, channels }: typeof own) => `${width} × ${height} × ${channels}`;
  if (sizeOf(own) !== sizeOf(now)) return { path: "size", stored: sizeOf(own), measured: sizeOf(now) };
  let moved = 0, first = -1;
  for (let i = 0; i < own.levels.length; i++) {
    const difference = Math.abs(own.levels[i] - now.levels[i]);
    if (difference === 0) continue;
    if (first < 0) first = i;
    if (isExact || difference > LEVEL_STEP) return placeOf(i, { own, now });
    moved++;
  }
  if (moved === 0) return "same";
  return moved > MOST_MOVED * own.levels.length ? placeOf(first, { own, now }) : "near";
}

function placeOf(
  i: number,
  { own, now }: { own: { width: number; channels: number; levels: Uint8Array }; now: { levels: Uint8Array } },
): { path: string; stored: string; measured: string } {
  const pixel = Math.floor(i / own.channels);
  const path = `pixel ${pixel % own.width}, ${Math.floor(pixel / own.width)}`;
  return { path, stored: `level ${own.levels[i]}`, measured: `level ${now.levels[i]}` };
}
