/**
 * A run's latents as the browser loads them: the columns once, details and pictures piece by piece.
 *
 * @module
 */
import type { LatentDetail, LatentDetails, Latents } from "../../../../lib/report/latents_schema.ts";
import { type LatentTable, latentTable } from "../../latents/columns.ts";
import { detailPlace } from "../../latents/detail_place.ts";
import type { RunFacts } from "../../latents/facts.ts";
import { type Pictures, reportPictures } from "../../latents/pictures.ts";
import type { LatentSeeds } from "../../latents/seeds.ts";
import { RowWords } from "../../row_words.ts";

/** What the page works on. */
export interface Source {
  facts: RunFacts;
  file: Latents;
  table: LatentTable;
  pictures: Pictures;
  /** The run's latents in the other random seeds; null if the run is in no comparison. */
  seeds: LatentSeeds | null;
  words: RowWords;
  /** The test row that activates a latent most; null if the report does not say it or the rows are not shown in words. */
  topOf(latent: number): number | null;
  /** Everything about one latent; loads the file that has it. Null if the report has no details of the latent. */
  detail(latent: number): Promise<LatentDetail | null>;
}

/** Loads the columns of all latents. */
export async function openSource(facts: RunFacts): Promise<Source> {
  const [file, tops, seeds] = await Promise.all([
    json<Latents>(`${facts.href}latents.json`),
    facts.topRows === null ? null : json<(number | null)[]>(facts.topRows),
    facts.seedsFile === null ? null : json<LatentSeeds>(facts.seedsFile),
  ]);
  const pieces = new Map<string, Promise<LatentDetails>>();
  return {
    facts,
    file,
    seeds,
    table: latentTable(file, { ...facts, seeds }),
    pictures: reportPictures(file, { ...facts, seeds }),
    words: new RowWords(file.rowTexts),
    topOf: (latent) => tops?.[latent] ?? null,
    async detail(latent) {
      const at = detailPlace(file, latent);
      if (!at) return null;
      const piece = pieces.get(at.file) ?? json<LatentDetails>(facts.href + at.file);
      pieces.set(at.file, piece);
      piece.catch(() => pieces.delete(at.file)); // it did not arrive: the next call tries again
      return (await piece).latents[at.place];
    },
  };
}

async function json<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`Cannot load ${address}: the server answered ${response.status}, expected 200`);
  return await response.json();
}
