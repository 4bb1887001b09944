/**
 * A run's latents in the runs with other random seeds, as the pages of latents show them.
 *
 * Stands beside the page as JSON; addresses are relative. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentColumns } from "../../../lib/report/comparison_columns_schema.ts";
import type { Latents } from "../../../lib/report/latents_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { placeIn } from "../place_in.ts";

/** A run with another random seed, and the partners of this run's latents in it. */
export interface OtherSeed {
  seed: number;
  /** Its folder, from this run's folder: `../topk-s1/`; null if it is no longer in the reports. */
  href: string | null;
  /** Its latents with a page of their own. */
  ownPages: number[];
  /** Where its effects are; null if rows have no picture, or if it is no longer there. */
  tiles: { effect: Sprite; drawn: number[] | null } | null;
  partners: Omit<LatentColumns["partners"][number], "run">;
}

/** See the module comment. */
export interface LatentSeeds {
  /** The page of the comparison, from the run's folder. */
  page: string;
  /** A partner is the same latent if its decoder and its encoder cosine are above this. */
  sharedAbove: number;
  /** In how many random seeds each latent is found, its own among them; 0 for a dead one. */
  foundIn: number[];
  /** The same by the decoder cosine alone; null if the comparison does not have it. */
  decoderFoundIn: number[] | null;
  others: OtherSeed[];
}

/** How many random seeds there are. */
export function seedCount({ others }: Pick<LatentSeeds, "others">): number {
  return others.length + 1;
}

/** A latent's partner in one of the other runs. */
export interface Partner {
  /** Which of `others`. */
  place: number;
  latent: number;
  decoderCosine: number;
  encoderCosine: number;
  isShared: boolean;
}

/** The partners of a latent, in the order of the other runs; those without a partner are left out. */
export function partnersOf({ others, sharedAbove }: LatentSeeds, latent: number): Partner[] {
  return others.flatMap(({ partners }, place) => {
    const partner = partners.latent[latent];
    const decoderCosine = partners.decoderCosine[latent], encoderCosine = partners.encoderCosine[latent];
    if (partner === null || decoderCosine === null || encoderCosine === null) return [];
    const isShared = decoderCosine > sharedAbove && encoderCosine > sharedAbove;
    return [{ place, latent: partner, decoderCosine, encoderCosine, isShared }];
  });
}

/** The tile of a latent of another run; −1 if it has none. */
export function partnerTile({ drawn }: { drawn: Latents["drawn"] }, latent: number): number {
  return drawn ? placeIn(drawn, latent) : latent;
}

/** The address of a latent of another run, from this run's folder; null if the run is not there. */
export function partnerAddress({ href, ownPages }: OtherSeed, latent: number): string | null {
  if (href === null) return null;
  return ownPages.includes(latent) ? `${href}latents/${latent}/` : `${href}latents/?latent=${latent}`;
}
