/**
 * The small picture of a run beside its pages, `compare.png`: its first test inputs, their reconstructions below, and decoder
 * images of its most useful latents below these. Says what is in it; `pages/runs/[run]/compare.png.ts` draws it.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";

/** The picture's name in the folder of the run's pages. */
export const STRIP_FILE = "compare.png";
/** Inputs in the picture, and latents, at most. */
export const STRIP_TILES = 8;

/** Rows of the picture, from above. */
export const STRIP_ROWS = ["inputs", "reconstructions", "decoder"] as const;

/** The picture's tiles, from run.json alone: rows of as many tiles as there are inputs in it; the last may be shorter. */
export function stripSprite({ config, dataset, metrics }: Pick<Run, "config" | "dataset" | "metrics">): Sprite {
  const inputs = Math.min(STRIP_TILES, dataset.test.images);
  // A latent that is 0 on every input has no image of its own; a sigmoid latent is never 0.
  const isExact = VARIANTS[config.sparsity].activeAbove === 0;
  const alive = isExact ? config.latent - metrics.test.deadLatents : config.latent;
  const count = 2 * inputs + Math.min(inputs, alive);
  return {
    files: [STRIP_FILE],
    channels: dataset.channels,
    tileWidth: dataset.width,
    tileHeight: dataset.height,
    columns: inputs,
    tilesPerFile: count,
    count,
  };
}

/** A latent and its tile in the decoder's sprite. */
export interface StripTile {
  latent: number;
  tile: number;
}

/** Whether a run has the picture: not if its rows have none. */
export function hasStrip({ dataset }: Pick<Run, "dataset">): boolean {
  return dataset.drawn;
}

/** The latents without which the error would rise most, at most so many, of those that are drawn and not always 0. */
export function usefulLatents(
  { errorSaved, decodedAt, drawn, decoder }: Pick<Latents, "errorSaved" | "decodedAt" | "drawn" | "decoder">,
  most: number,
): StripTile[] {
  const tiles = drawn ?? Array.from({ length: decoder?.count ?? 0 }, (_, latent) => latent);
  return tiles.map((latent, tile) => ({ latent, tile })).filter(({ latent }) => decodedAt[latent] !== null)
    .sort((a, b) => errorSaved[b.latent] - errorSaved[a.latent] || a.latent - b.latent).slice(0, most);
}
