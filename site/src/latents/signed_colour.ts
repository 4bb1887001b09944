/**
 * The colours of signed tiles: the ground at level 128, towards white above it and towards blue-green below.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import { GROUND, LESS, LIGHT, mixed } from "../tile_colours.ts";

/** The colour of a level from 0 to 255. */
export function signedColour(level: number): [red: number, green: number, blue: number] {
  const share = level / 127.5 - 1;
  const [red, green, blue] = mixed(share < 0 ? LESS : LIGHT, Math.abs(share)).map(Math.round);
  return [red, green, blue];
}

/** The same as three tables of an SVG filter, one for each of red, green and blue. */
export const FILTER_TABLES: string[] = ([0, 1, 2] as const).map((part) =>
  [LESS, GROUND, LIGHT].map((colour) => (colour[part] / 255).toFixed(4)).join(" ")
);
