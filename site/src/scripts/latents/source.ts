/**
 * A run's latents as the browser loads them: the columns once, details and pictures piece by piece.
 *
 * @module
 */
import type { LatentDetail, LatentDetails, Latents } from "../../../../lib/report/latents_schema.ts";
import { type LatentTable, latentTable } from "../../latents/columns.ts";
import { isVector, type RunFacts } from "../../latents/facts.ts";
import { type Pictures, reportPictures } from "../../latents/pictures.ts";

/** What the page works on. */
export interface Source {
  facts: RunFacts;
  file: Latents;
  table: LatentTable;
  pictures: Pictures;
  /** Everything about one latent; loads the file that has it. */
  detail(latent: number): Promise<LatentDetail>;
}

/** Loads the columns of all latents. */
export async function openSource(facts: RunFacts): Promise<Source> {
  const file = await json<Latents>(`${facts.href}latents.json`);
  const pieces = new Map<string, Promise<LatentDetails>>();
  return {
    facts,
    file,
    table: latentTable(file, facts),
    pictures: reportPictures(file, { href: facts.href, isVector: isVector(facts) }),
    async detail(latent) {
      const name = file.detailFiles[Math.floor(latent / file.latentsPerFile)];
      const piece = pieces.get(name) ?? json<LatentDetails>(facts.href + name);
      pieces.set(name, piece);
      piece.catch(() => pieces.delete(name)); // it did not arrive: the next call tries again
      return (await piece).latents[latent % file.latentsPerFile];
    },
  };
}

async function json<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`Cannot load ${address}: the server answered ${response.status}, expected 200`);
  return await response.json();
}
