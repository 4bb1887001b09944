/**
 * What a reader takes away: the table as CSV, the atlas as PNG.
 *
 * @module
 */
import { csv, type CsvRow } from "../../csv.ts";
import { className, type LatentTable } from "../../latents/columns.ts";
import { isOfBars } from "../../latents/facts.ts";
import { atlasGroups, type AtlasOrder } from "../../latents/order.ts";
import { signedColour } from "../../latents/signed_colour.ts";
import { atlasRows } from "../../latents/windowing.ts";
import { imageOf, sizeAsShown, tileAsShown } from "./draw_tiles.ts";
import type { Source } from "./source.ts";

/** Latents as comma-separated values, in the order given; all measures as the report has them, shares from 0 to 1. */
export function latentsCsv(table: LatentTable, latents: Iterable<number>): string {
  const rows = Array.from(latents, (latent): CsvRow => {
    const values = table.measures.map((measure) => {
      const value = table.values[measure][latent];
      return [measure, Number.isNaN(value) ? null : measure === "mainClass" ? className(table, value) : value];
    });
    return { latent, ...Object.fromEntries(values) };
  });
  return csv(rows);
}

/** Tiles in a row of the picture, pixels between them, and tiles in all, at most. */
const COLUMNS = 64, GAP = 2, MOST_TILES = 16_384;
/** Pixels at the left for the names of classes. */
const NAMES = 120;

/** The atlas in an order as a PNG, tiles in their own size; the first 16,384 if there are more. */
export async function atlasPng(source: Source, order: AtlasOrder): Promise<Blob> {
  const { table } = source, groups = atlasGroups(table, order), left = order === "class" ? NAMES : 0;
  const { width, height } = sizeAsShown(source);
  const columns = Math.min(COLUMNS, Math.max(...groups.map(({ latents }) => latents.length)));
  let rest = MOST_TILES;
  const sizes = groups.map(({ latents }) => {
    const size = Math.min(rest, latents.length);
    rest -= size;
    return size;
  });
  const rows = atlasRows(sizes, columns);
  const canvas = document.createElement("canvas");
  canvas.width = left + columns * (width + GAP);
  canvas.height = rows.length * (height + GAP);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#0d0f12";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#e9e7e1";
  context.font = `${Math.min(20, height)}px sans-serif`;
  context.textBaseline = "middle";
  for (const [i, { group, from, to }] of rows.entries()) {
    const y = i * (height + GAP), { latents, mainClass } = groups[group];
    if (left > 0 && from === 0) {
      const name = mainClass === null ? "none" : className(table, mainClass);
      context.fillText(name, 8, y + height / 2, NAMES - 16);
    }
    for (let j = from; j < to; j++) {
      await drawTile(context, latents[j], { x: left + (j - from) * (width + GAP), y, source });
    }
  }
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("Cannot draw the atlas: the browser gave no PNG")))
  );
}

/** Draws a latent's tile; nothing of a latent that has none. */
async function drawTile(
  context: CanvasRenderingContext2D,
  latent: number,
  { x, y, source }: { x: number; y: number; source: Source },
): Promise<void> {
  const at = source.pictures.decoder(latent), { width, height } = sizeAsShown(source);
  if (!at) return;
  if (!isOfBars(source.facts)) {
    const image = await imageOf(at.src);
    context.drawImage(image, at.column * width, at.row * height, width, height, x, y, width, height);
    return;
  }
  const picture = new ImageData(width, height), levels = await tileAsShown(at, source);
  for (let i = 0; i < levels.length; i++) picture.data.set([...signedColour(levels[i]), 255], 4 * i);
  context.putImageData(picture, x, y);
}

/** Hands a file to the reader. */
export function save(content: Blob | string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: "text/csv" }) : content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
