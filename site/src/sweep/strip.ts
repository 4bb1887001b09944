/**
 * The latents of a run that a strip of decoder images shows.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";

/** A latent and its tile in the decoder's sprite. */
export interface StripTile {
  latent: number;
  tile: number;
}

/** The latents without which the error would rise most, at most so many, of those that are drawn and active on some input. */
export function stripOf(
  { errorSaved, decodedAt, drawn, decoder }: Pick<Latents, "errorSaved" | "decodedAt" | "drawn" | "decoder">,
  most: number,
): StripTile[] {
  const tiles = drawn ?? Array.from({ length: decoder.count }, (_, latent) => latent);
  return tiles.map((latent, tile) => ({ latent, tile })).filter(({ latent }) => decodedAt[latent] !== null)
    .sort((a, b) => errorSaved[b.latent] - errorSaved[a.latent] || a.latent - b.latent).slice(0, most);
}
