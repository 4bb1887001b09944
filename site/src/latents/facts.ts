/**
 * What the pages of a run's latents know of the run, on the server and in the browser alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StripFacts } from "../lifelines/strips.ts";
import type { RowPicture } from "../row_picture.ts";

/** Stands in the page as JSON: addresses are relative, so that it holds wherever the site is published. */
export interface RunFacts {
  /** From the page to the run's folder, such as `../`. */
  href: string;
  /** What a test row is called: an image, or else a row. */
  unit: "image" | "row";
  /** How a row is drawn: as an image, its values as bars, or not at all. */
  picture: RowPicture;
  /** Values of a pixel: 1, or red, green and blue. */
  channels: 1 | 3;
  testRows: number;
  classNames: string[];
  /** A latent is active above this. */
  activeAbove: number;
  /** What the other latents are while one is decoded. */
  others: "zero" | "mean";
  /** The values of the data that tiles draw black and white. */
  range: { black: number; white: number };
  /** Width of a tile over its height, as it is shown; 1 where nothing is drawn. */
  aspect: number;
  /** From the page, the file with each latent's most activating test row; null if rows are not shown in words. */
  topRows: string | null;
  /** Where pictures of latents through training are; null if there are none. */
  lifelines: StripFacts | null;
  /** From the page, the file with the run's latents in the other random seeds; null if the run is in no comparison. */
  seedsFile: string | null;
  /** Latents with a page of their own. */
  ownPages: number[];
  /** The first test rows, this number of them, have their active latents on the page of inputs, */
  firstInputs: number;
  /** and so have these further ones, ascending. */
  furtherInputs: number[];
}

/** The address of a latent's details: its own page, or the page of all latents with this one chosen. */
export function latentAddress({ href, ownPages }: RunFacts, latent: number): string {
  return ownPages.includes(latent) ? `${href}latents/${latent}/` : `${href}latents/?latent=${latent}`;
}

/** The address of an input's active latents; null for a test row that the page of inputs does not show. */
export function inputAddress({ href, firstInputs, furtherInputs }: RunFacts, row: number): string | null {
  return row < firstInputs || furtherInputs.includes(row) ? `${href}inputs/?input=${row}` : null;
}

/** Whether tiles are rows of values and not images: then they are drawn as bars, in the colours of signed tiles. */
export function isOfBars({ picture }: Pick<RunFacts, "picture">): boolean {
  return picture === "bars";
}

/** Whether a latent's effect is drawn in the colours of signed tiles: of colour images it has colours of its own. */
export function isEffectSigned({ picture, channels }: Pick<RunFacts, "picture" | "channels">): boolean {
  return picture === "bars" || channels === 1;
}
