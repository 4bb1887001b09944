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
import { detailPlace } from "./detail_place.ts";
import type { RunFacts } from "./facts.ts";
import type { Pictures } from "./pictures.ts";
import type { LatentSeeds } from "./seeds.ts";
import { TileReader } from "../tile_reader.ts";

/** Detail files and pictures of the run that was asked for last: pages of one run are drawn one after the other. */
let last: {
  id: string;
  reader: TileReader;
  /** Of the runs with other random seeds, by their folders. */
  others: Map<string, TileReader>;
  details: Map<string, Promise<LatentDetails>>;
  top: Promise<(number | null)[]> | null;
} | null = null;

function filesOf(id: string) {
  if (last?.id !== id || import.meta.env.DEV) {
    last = { id, reader: new TileReader(`${REPORTS_DIR}/${id}`), others: new Map(), details: new Map(), top: null };
  }
  return last!;
}

/** The details of one latent; null if the report has none. */
export async function detailOf(id: string, file: Latents, latent: number): Promise<LatentDetail | null> {
  const at = detailPlace(file, latent), { details } = filesOf(id);
  if (!at) return null;
  if (!details.has(at.file)) details.set(at.file, latentDetails({ id }, at.file));
  return (await details.get(at.file)!).latents[at.place];
}

/** Of each latent the test row that activates it most; null for a latent without details, or that is active on none. */
export function topRows(id: string, file: Latents): Promise<(number | null)[]> {
  return filesOf(id).top ??= readTopRows(id, file);
}

async function readTopRows(id: string, { count, detailFiles }: Latents): Promise<(number | null)[]> {
  const top = new Array<number | null>(count).fill(null);
  for (const name of detailFiles) { // one after the other, so that one is in memory
    for (const { latent, top: { rows } } of (await latentDetails({ id }, name)).latents) top[latent] = rows[0] ?? null;
  }
  return top;
}

/** Publishes one picture with what a page shows first, and says where each tile is in it. */
export async function publishTiles(
  id: string,
  file: Latents,
  { wanted, facts, page, seeds }: { wanted: Wanted; facts: RunFacts; page: string; seeds: LatentSeeds | null },
): Promise<Pictures> {
  const { reader, others: readers } = filesOf(id);
  const others = (seeds?.others ?? []).map(({ href, tiles }) => {
    const folder = `${REPORTS_DIR}/${id}/${href}`, known = readers.get(folder) ?? new TileReader(folder);
    readers.set(folder, known);
    return { tiles, reader: known };
  });
  const { png, pictures } = await firstTiles(file, { wanted, facts, reader, src: PICTURE, others });
  if (facts.picture !== "none") await publish(page, PICTURE, png);
  return pictures;
}

/** The picture's name; its address is that of the page with this after it. */
const PICTURE = "first.png";
