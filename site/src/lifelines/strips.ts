/**
 * The pictures of lifelines latent by latent: a report has a picture of all latents for each snapshot, and a reader of one latent
 * would load them all for one tile each. Here each row of a picture is one latent through training.
 *
 * Where a tile is, without the pictures themselves, which `strip_pictures.ts` makes. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import type { TileAt } from "../latents/pictures.ts";
import { placeIn } from "../place_in.ts";

/** Latents in one picture. */
export const STRIP_ROWS = 16;

/** What the pages of latents know of a run's lifelines. */
export interface StripFacts {
  /** Steps of the snapshots. */
  steps: number[];
  /** Latents with pictures, ascending; null if all have. */
  latents: number[] | null;
  /** How many they are. */
  pictured: number;
}

/** The facts of a report; null without pictures. */
export function stripFacts(lifelines: Lifelines | null): StripFacts | null {
  if (!lifelines?.pictures) return null;
  const { latents, sprites: [{ count }] } = lifelines.pictures;
  return { steps: lifelines.snapshots.steps, latents, pictured: count };
}

/** The name of the picture that holds a latent's row, by the latent's place among those with pictures. */
export function stripFile(place: number): string {
  return `strips/${String(Math.floor(place / STRIP_ROWS)).padStart(3, "0")}.png`;
}

/**
 * A latent's tiles, one for each snapshot; null for one without pictures.
 *
 * @param options.href From the page to the page of lifelines.
 */
export function stripTiles(
  { steps, latents, pictured }: StripFacts,
  { latent, href }: { latent: number; href: string },
): TileAt[] | null {
  const place = latents ? placeIn(latents, latent) : latent;
  if (place < 0 || place >= pictured) return null;
  const first = place - place % STRIP_ROWS, rows = Math.min(STRIP_ROWS, pictured - first);
  return steps.map((_, column) => ({
    src: href + stripFile(place),
    column,
    row: place % STRIP_ROWS,
    columns: steps.length,
    rows,
  }));
}
