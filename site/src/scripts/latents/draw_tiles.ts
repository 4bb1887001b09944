/**
 * Draws the tiles that are no cut-outs of the report's pictures: rows of values as bars, and the strip of five strengths of a
 * linear decoder, which is computed from the tile of the latent's effect.
 *
 * @module
 */
import { levelsOfPixels } from "../../inputs/pixels.ts";
import { type TileKind, tileValues } from "../../latents/bars.ts";
import { atRest, SHARES, spriteTile, type TileAt } from "../../latents/pictures.ts";
import { placeIn } from "../../place_in.ts";
import { shownLevels, shownSize, stripLevels, type TileSize } from "../../latents/shown_tiles.ts";
import { strengthValues } from "../../latents/strengths.ts";
import type { Source } from "./source.ts";

const images = new Map<string, Promise<HTMLImageElement>>();

/** A picture of the report, decoded; loaded once. */
export function imageOf(src: string): Promise<HTMLImageElement> {
  const known = images.get(src);
  if (known) return known;
  const image = new Image();
  image.src = src;
  const loaded = image.decode().then(() => image);
  images.set(src, loaded);
  loaded.catch(() => images.delete(src));
  return loaded;
}

/** Fills the canvases of bars, `canvas[data-bars]`. */
export function drawBars(root: ParentNode, source: Source): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>("canvas[data-bars]")) {
    const { src, column, row, bars } = canvas.dataset as { src: string; column: string; row: string; bars: TileKind };
    void tileAsShown({ src, column: Number(column), row: Number(row), bars }, source).then(
      (levels) => draw(canvas, levels, source),
      () => canvas.classList.add("missing"),
    );
  }
}

/** Fills the canvases of a strip of strengths, `canvas[data-share]`. */
export async function drawStrengths(root: ParentNode, latent: number, source: Source): Promise<void> {
  const canvases = root.querySelectorAll<HTMLCanvasElement>("canvas[data-share]");
  const at = canvases.length > 0 ? source.pictures.effect(latent) : null;
  if (!at) return;
  const levels = stripLevels(await strengthsOf(latent, at, source), source.facts);
  canvases.forEach((canvas, i) => draw(canvas, levels[i], source));
}

/** The levels of a tile as it is shown, `[height · width · channels]`. */
export async function tileAsShown(
  at: Pick<TileAt, "src" | "column" | "row" | "bars">,
  source: Source,
): Promise<ArrayLike<number>> {
  return shownLevels(await levelsOf(at, source), { kind: at.bars ?? "values", facts: source.facts });
}

/** The size of a tile as it is shown, in pixels. */
export function sizeAsShown(source: Source): TileSize {
  return shownSize(sizeOf(source), source.facts);
}

/** The size of a tile in the report; what is not drawn is never asked for its size. */
function sizeOf({ file: { effect } }: Source): TileSize {
  const { tileWidth: width, tileHeight: height, channels } = effect!;
  return { width, height, channels };
}

/** The decoder's output at five strengths of a latent, in units of the data. */
async function strengthsOf(latent: number, effectAt: TileAt, source: Source): Promise<Float64Array[]> {
  const { file, facts: { href, range } } = source, { drawn, strengths } = file;
  const tile = drawn ? placeIn(drawn, latent) : latent;
  const valuesOf = async (at: TileAt) => tileValues(await levelsOf(at, source), { kind: "values", range });
  if (strengths) {
    return await Promise.all(SHARES.map((_, i) => valuesOf(spriteTile(strengths, SHARES.length * tile + i, href))));
  }
  const base = file.baseValues ?? await valuesOf(spriteTile(file.base!, 0, href));
  const linear = { base, effect: await levelsOf(effectAt, source), effectScale: file.effectScale[tile] };
  const activations = { atRest: atRest(file, latent), largest: file.maxActivation[latent] };
  return SHARES.map((share) => strengthValues(linear, { share, ...activations }));
}

function draw(canvas: HTMLCanvasElement, levels: ArrayLike<number>, source: Source): void {
  const { width, height, channels } = sizeAsShown(source);
  canvas.width = width;
  canvas.height = height;
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = [0, 1, 2].map((part) => levels[channels * i + part % channels]);
    picture.data.set([red, green, blue, 255], 4 * i);
  }
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}

/** The levels of a tile of the report, `[tileHeight · tileWidth · channels]`. */
async function levelsOf(
  { src, column, row }: Pick<TileAt, "src" | "column" | "row">,
  source: Source,
): Promise<Uint8Array> {
  const { width, height, channels } = sizeOf(source);
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(await imageOf(src), column * width, row * height, width, height, 0, 0, width, height);
  return levelsOfPixels(context.getImageData(0, 0, width, height).data, channels);
}
