/**
 * The models of Home's picture with their images, from their reports. A build writes the images beside the page.
 *
 * @module
 */
import type { Run } from "../../../lib/report/schema.ts";
import type { Report } from "../reports.ts";
import { type PlacedStrip, stripBeside } from "../strip_files.ts";
import { added } from "../tile_strip.ts";
import { commonRow, type PicturedModel, picturedModel, type Side, sideOf } from "./picture.ts";

/** Tiles in a row below the bars, and their shades of grey. */
export const ACROSS = 16;
const SHADES = 16;

/** One model's part of the picture. */
export interface HeroSide extends Side {
  run: Run;
  model: PicturedModel;
  /** Input and reconstruction. */
  images: PlacedStrip;
  /** The latents of `tiles`; null if none is drawn. */
  parts: PlacedStrip | null;
  /** Whether each active latent adds a fixed image. */
  isLinear: boolean;
  /** Class of the input; null without labels. */
  label: number | null;
}

/**
 * The parts of the picture.
 *
 * @param reports One or two reports on the same data.
 * @param page The page's address.
 */
export function heroSides(reports: readonly Report[], page: string): Promise<HeroSide[]> {
  const number = commonRow(reports.map(({ inputs }) => inputs))!;
  return Promise.all(reports.map(async ({ run, latents, inputs }, i) => {
    const at = inputs.rows.findIndex(({ row }) => row === number), row = inputs.rows[at];
    const model = picturedModel(run, latents), side = sideOf(model, row), isLinear = latents.strengths === null;
    const tiles = side.tiles
      .map((latent) => latents.drawn ? latents.drawn.indexOf(latent) : latent)
      .filter((tile) => tile >= 0);
    const images = await stripBeside(page, {
      name: `hero-${i}.png`,
      run,
      columns: 2,
      cuts: [{ sprite: inputs.originals, tiles: [at] }, { sprite: inputs.reconstructions, tiles: [at] }],
    });
    const parts = tiles.length === 0 ? null : await stripBeside(page, {
      name: `hero-${i}-latents.png`,
      run,
      columns: ACROSS,
      shades: SHADES,
      cuts: [isLinear ? { sprite: latents.effect, tiles, level: added } : { sprite: latents.decoder, tiles }],
    });
    return { ...side, run, model, images, parts, isLinear, label: row.label };
  }));
}
