/**
 * Pictures of latents as parts of the report's PNG files: where each tile is, and how it stands in a page.
 *
 * Draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { tilePlace } from "../../../lib/report/tile_place.ts";
import { escaped } from "../escaped.ts";
import { placeIn } from "../place_in.ts";
import type { RowPicture } from "../row_picture.ts";
import { type LatentSeeds, partnerTile } from "./seeds.ts";
import type { TileKind } from "./bars.ts";
import { isEffectSigned, isOfBars, type RunFacts } from "./facts.ts";

/** Shares of the largest activation at which the strip of five tiles is drawn. */
export const SHARES = [0.2, 0.4, 0.6, 0.8, 1] as const;

/** One tile of a picture file. */
export interface TileAt {
  /** The file's address, from the page or from the site's root. */
  src: string;
  column: number;
  row: number;
  /** Tiles in a row of the file, and rows in the file. */
  columns: number;
  rows: number;
  /** What the tile's levels mean, if it is to be drawn as bars on a canvas. */
  bars?: TileKind;
}

/** The tiles that the pages of latents show; null for a latent or a row that has no tile. */
export interface Pictures {
  /** The decoder's output with one latent at its largest activation. */
  decoder(latent: number): TileAt | null;
  /** That output less the output without the latent, signed. */
  effect(latent: number): TileAt | null;
  /** The effect of a latent of a run with another random seed; `place` is the place of that run among the others. */
  partner(place: number, latent: number): TileAt | null;
  /** The decoder's output at 20, 40, 60, 80 and 100 % of the largest activation; null if they are still to be drawn. */
  strengths(latent: number): TileAt[] | null;
  /** A test row. */
  example(row: number): TileAt | null;
  /** The class of a test row; null if it has none or no tile. */
  exampleClass(row: number): number | null;
}

/** A tile of one of the report's sprites; `href` is what stands before the report's file names. */
export function spriteTile(sprite: Sprite, tile: number, href: string): TileAt {
  const { file, column, row, rows } = tilePlace(sprite, tile);
  return { src: href + file, column, row, rows, columns: sprite.columns };
}

/** A latent's activation while another is decoded: 0, or its mean. */
export function atRest({ others, meanActivation }: Pick<Latents, "others" | "meanActivation">, latent: number): number {
  return others === "mean" ? meanActivation[latent] : 0;
}

/** What of `latents.json` says where the tiles are. */
export type LatentPictures = Pick<Latents, "drawn" | "decoder" | "effect" | "strengths" | "exampleImages">;

/**
 * The pictures of a report.
 *
 * @param options.href What stands before the report's file names.
 * @param options.picture How rows are drawn.
 * @param options.seeds The runs with other random seeds; null if there are none.
 */
export function reportPictures(
  { drawn, decoder, effect, strengths, exampleImages }: LatentPictures,
  { href, picture, seeds }: { href: string; picture: RowPicture; seeds: LatentSeeds | null },
): Pictures {
  const { rows = [], labels = null } = exampleImages ?? {}, isVector = picture === "bars";
  const ofLatent = (latent: number) => drawn ? placeIn(drawn, latent) : latent;
  const at = (sprite: Sprite | null, tile: number, bars: TileKind = "values", folder = href) =>
    sprite === null || tile < 0 ? null : { ...spriteTile(sprite, tile, folder), ...(isVector ? { bars } : {}) };
  return {
    decoder: (latent) => at(decoder, ofLatent(latent)),
    effect: (latent) => at(effect, ofLatent(latent), "change"),
    partner: (place, latent) => {
      const other = seeds?.others[place];
      if (!other?.tiles) return null;
      return at(other.tiles.effect, partnerTile(other.tiles, latent), "change", href + other.href);
    },
    strengths: (latent) => {
      const tile = ofLatent(latent);
      if (!strengths || tile < 0 || isVector) return null; // bars of a strip have one scale
      return SHARES.map((_, i) => at(strengths, SHARES.length * tile + i)!);
    },
    example: (row) => exampleImages && at(exampleImages.sprite, placeIn(rows, row)),
    exampleClass: (row) => labels?.[placeIn(rows, row)] ?? null,
  };
}

/** What the data show, as HTML: an output of the decoder, or a test row; nothing of rows that have no picture. */
export function valueTile(at: TileAt | null, facts: Pick<RunFacts, "picture">): string {
  return facts.picture === "none" ? "" : tileHtml(at, { isSigned: isOfBars(facts) });
}

/** A latent's effect as HTML; nothing of rows that have no picture. */
export function effectTile(at: TileAt | null, facts: Pick<RunFacts, "picture" | "channels">): string {
  return facts.picture === "none" ? "" : tileHtml(at, { isSigned: isEffectSigned(facts) });
}

/** A tile as HTML without words: what it shows must stand beside it. */
export function tileHtml(at: TileAt | null, { isSigned = false } = {}): string {
  const kind = isSigned ? "tile signed" : "tile";
  if (at?.bars) {
    return `<canvas class="tile signed" data-bars="${at.bars}" data-src="${
      escaped(at.src)
    }" data-column="${at.column}" data-row="${at.row}"></canvas>`;
  }
  return at ? `<i class="${kind}" style="${tileStyle(at)}"></i>` : `<i class="${kind} missing"></i>`;
}

function tileStyle({ src, column, row, columns, rows }: TileAt): string {
  const along = (place: number, places: number) => places > 1 ? shortened(100 * place / (places - 1)) : "0";
  return `background:url(${escaped(src)}) ${along(column, columns)}% ${along(row, rows)}%/${100 * columns}% ${
    100 * rows
  }%`;
}

function shortened(number: number): string {
  return String(Math.round(1e4 * number) / 1e4);
}
