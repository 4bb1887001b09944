/**
 * A run's report as its pages of latents need it: the table, the details of some latents, and the pictures of the first view.
 *
 * Computes nothing but pictures.
 *
 * @module
 */
import type { LatentDetail, LatentDetails, Latents } from "../../../lib/report/latents_schema.ts";
import { publish } from "../figure_files.ts";
import { latentDetails } from "../reports.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { firstTiles, type Wanted } from "./first_tiles.ts";
import type { RunFacts } from "./facts.ts";
import type { Pictures } from "./pictures.ts";
import { TileReader } from "../tile_reader.ts";

/** Detail files and pictures of the run that was asked for last: pages of one run are drawn one after the other. */
let last: { id: string; reader: TileReader; details: Map<string, Promise<LatentDetails>> } | null = null;

function filesOf(id: string) {
  if (last?.id !== id || import.meta.env.DEV) {
    last = { id, reader: new TileReader(`${REPORTS_DIR}/${id}`), details: new Map() };
  }
  return last!;
}

/** The details of one latent. */
export async function detailOf(id: string, file: Latents, latent: number): Promise<LatentDetail> {
  const { details } = filesOf(id), name = file.detailFiles[Math.floor(latent / file.latentsPerFile)];
  if (!details.has(name)) details.set(name, latentDetails({ id }, name));
  return (await details.get(name)!).latents[latent % file.latentsPerFile];
}

/** Publishes one picture with what a page shows first, and says where each tile is in it. */
export async function publishTiles(
  id: string,
  file: Latents,
  { wanted, facts, page }: { wanted: Wanted; facts: RunFacts; page: string },
): Promise<Pictures> {
  const { png, pictures } = await firstTiles(file, { wanted, facts, reader: filesOf(id).reader, src: PICTURE });
  await publish(page, PICTURE, png);
  return pictures;
}

/** The picture's name; its address is that of the page with this after it. */
const PICTURE = "first.png";
