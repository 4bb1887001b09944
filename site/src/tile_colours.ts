/**
 * The colours of tiles, the same in both colour schemes: images stay what they are.
 *
 * The style sheet has two of them, `--latent-ground` and `--less`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Red, green and blue, 0 to 255. */
export type TileColour = readonly [red: number, green: number, blue: number];

/** The near-black behind every tile. */
export const GROUND: TileColour = [13, 15, 18];
/** Light that is there or added. */
export const LIGHT: TileColour = [255, 255, 255];
/** Light that is removed. */
export const LESS: TileColour = [66, 190, 212];
/** A reconstruction error. */
export const ERROR: TileColour = [255, 79, 139];
/** A reconstruction where it is brighter than its input. */
export const RECON: TileColour = [88, 156, 255];

/** A share of a colour, from 0 to 1, on the ground; not rounded. */
export function mixed(colour: TileColour, share: number): TileColour {
  const mix = (part: 0 | 1 | 2) => GROUND[part] + share * (colour[part] - GROUND[part]);
  return [mix(0), mix(1), mix(2)];
}
