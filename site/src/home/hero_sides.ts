/**
 * The models of Home's picture with their images, from their reports. A build writes the images beside the page.
 *
 * @module
 */
import type { Run } from "../../../lib/report/schema.ts";
import { fileSize } from "../format.ts";
import { runHref } from "../links.ts";
import { loadableOf } from "../live/live_files.ts";
import { isLikeDigits, LIVE_WEIGHTS_FILE } from "../live/loadable_run.ts";
import { MOST_UNASKED } from "../most_unasked.ts";
import type { Report } from "../reports.ts";
import { type PlacedStrip, stripBeside } from "../strip_files.ts";
import { added } from "../tile_strip.ts";
import { commonRow, type DrawableModel, type PicturedModel, picturedModel, type Side, sideOf } from "./picture.ts";

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

/** The models for a page that draws the picture anew; none if no drawing fits them or none could be loaded unasked. */
export function drawableModels(sides: readonly HeroSide[]): DrawableModel[] {
  const models = sides.map(({ run, model, title }): DrawableModel => {
    const { bytes, whyNot } = loadableOf(run);
    const whyNotHere = isLikeDigits(run.dataset)
      ? bytes > MOST_UNASKED ? `its weights have ${fileSize(bytes)}` : null
      : "its inputs are not what is drawn here";
    return { title, model, bytes, weights: runHref(run.id, LIVE_WEIGHTS_FILE), whyNot: whyNot ?? whyNotHere };
  });
  return models.some(({ whyNot }) => whyNot === null) ? models : [];
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
      cuts: [{ sprite: inputs.originals!, tiles: [at] }, { sprite: inputs.reconstructions!, tiles: [at] }],
    });
    const parts = tiles.length === 0 ? null : await stripBeside(page, {
      name: `hero-${i}-latents.png`,
      run,
      columns: ACROSS,
      shades: SHADES,
      cuts: [isLinear ? { sprite: latents.effect!, tiles, level: added } : { sprite: latents.decoder!, tiles }],
    });
    return { ...side, run, model, images, parts, isLinear, label: row.label };
  }));
}
