/**
 * Effects of latents of several runs in one picture beside a page, drawn while the site is built.
 *
 * @module
 */
import { publish } from "../figure_files.ts";
import type { RunFacts } from "../latents/facts.ts";
import { factsOf } from "../latents/facts_of_run.ts";
import type { TileAt } from "../latents/pictures.ts";
import { placeIn } from "../place_in.ts";
import { shownLevels, shownSize, type TileSize } from "../latents/shown_tiles.ts";
import { tileSheet } from "../latents/tile_sheet.ts";
import type { Report } from "../reports.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { TileReader } from "../tile_reader.ts";

/** A latent of a run. */
export interface LatentOfRun {
  run: string;
  latent: number;
}

/** The tiles of a page, and what the pages of latents know of the data. */
export interface EffectSheet {
  /** Null if no run is there, or if its rows have no picture. */
  facts: RunFacts | null;
  /** Where a latent's tile is; null if it has none. */
  at(latent: LatentOfRun): TileAt | null;
}

/**
 * Draws the effects of latents into one picture and puts it beside a page.
 *
 * @param page The page's address, ending in `/`.
 * @param options.name The picture's name.
 * @param options.reports Of the runs, those that are there; runs with tiles of another size than the first run's get none.
 */
export async function effectSheet(
  page: string,
  { name, reports, wanted }: { name: string; reports: Report[]; wanted: Iterable<LatentOfRun> },
): Promise<EffectSheet> {
  const drawn = reports.filter(({ run }) => run.dataset.drawn);
  if (drawn.length === 0) return { facts: null, at: () => null };
  const sides = new Map(drawn.map((report) => [report.run.id, {
    report,
    facts: factsOf(report, { href: "", hasOwnPages: false }),
    reader: new TileReader(`${REPORTS_DIR}/${report.run.id}`),
  }]));
  const [{ facts, report: first }] = sides.values(), size = sizeOf(first, facts);
  const tiles = new Map<string, ArrayLike<number>>();
  for (const { run, latent } of wanted) {
    const side = sides.get(run);
    if (!side || !isOfSize(sizeOf(side.report, side.facts), size) || tiles.has(keyOf({ run, latent }))) continue;
    const { effect, drawn } = side.report.latents, tile = drawn ? placeIn(drawn, latent) : latent;
    if (!effect || tile < 0) continue;
    const levels = await side.reader.levels(effect, tile);
    tiles.set(keyOf({ run, latent }), shownLevels(levels, { kind: "change", facts: side.facts }));
  }
  if (tiles.size === 0) return { facts, at: () => null };
  const { png, at } = tileSheet(tiles, { ...size, src: page + name });
  await publish(page, name, png);
  return { facts, at: (latent) => at(keyOf(latent)) };
}

function keyOf({ run, latent }: LatentOfRun): string {
  return `${run} ${latent}`;
}

function sizeOf({ latents: { effect } }: Report, facts: RunFacts): TileSize {
  const { tileWidth: width, tileHeight: height, channels } = effect!;
  return shownSize({ width, height, channels }, facts);
}

function isOfSize(a: TileSize, b: TileSize): boolean {
  return a.width === b.width && a.height === b.height && a.channels === b.channels;
}
