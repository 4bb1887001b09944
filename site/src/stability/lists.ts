/**
 * What of a comparison is listed on its pages: the features that every random seed finds, the latents that only one finds, the matched pairs,
 * splits and lone latents of two dictionaries.
 *
 * Chooses and orders; measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentColumns, PairColumns } from "../../../lib/report/comparison_columns_schema.ts";
import type { SeedGroup } from "../../../lib/report/comparison_schema.ts";

/** A feature that every random seed finds. */
export interface Feature {
  /** Its latent in each run. */
  latents: number[];
  /** The smallest decoder cosine of two of them. */
  cosine: number;
}

/** The features on which the random seeds agree most, at most so many, in the order of agreement. */
export function features({ consensus }: Pick<SeedGroup, "consensus">, most: number): Feature[] {
  return consensus.smallestCosine.slice(0, most)
    .map((cosine, i) => ({ cosine, latents: consensus.latents.map((column) => column[i]) }));
}

/**
 * What comes nearest to being found by every random seed: latents of the first run whose partners in all runs are partners of each other,
 * without the features of the consensus, the largest smallest decoder cosine first. Cosines that are not positive are of other directions.
 *
 * @param columns Of each run of the group, in its order.
 */
export function nearFeatures(
  { consensus }: Pick<SeedGroup, "consensus">,
  { columns, most }: { columns: readonly LatentColumns[]; most: number },
): Feature[] {
  const [first] = columns, shared = new Set(consensus.latents[0]);
  const partnerOf = (from: number, to: number, latent: number) => {
    const { latent: partners, decoderCosine } = columns[from].partners[to < from ? to : to - 1];
    return { partner: partners[latent], cosine: decoderCosine[latent] };
  };
  const found = first.foundIn.flatMap((_, latent): Feature[] => {
    if (shared.has(latent)) return [];
    const latents = columns.map((_, to) => to === 0 ? latent : partnerOf(0, to, latent).partner);
    if (latents.some((own) => own === null)) return [];
    let smallest = 1;
    for (const from of columns.keys()) {
      for (const to of columns.keys()) {
        if (from === to) continue;
        const { partner, cosine } = partnerOf(from, to, latents[from]!);
        if (partner !== latents[to] || cosine === null || cosine <= 0) return [];
        smallest = Math.min(smallest, cosine);
      }
    }
    return [{ latents: latents as number[], cosine: smallest }];
  });
  return found.sort((a, b) => b.cosine - a.cosine || a.latents[0] - b.latents[0]).slice(0, most);
}

/** A latent without the same latent elsewhere. */
export interface Lone {
  latent: number;
  /** The decoder cosine with the most similar latent that was compared with it; null if there is none. */
  cosine: number | null;
}

/** The latents that only their own run finds, those that save most error first, at most so many. */
export function lonesOfSeed(
  { foundIn, partners }: LatentColumns,
  { errorSaved, most }: { errorSaved: ArrayLike<number>; most: number },
): Lone[] {
  return mostUseful(foundIn.flatMap((seeds, latent) => seeds === 1 ? [latent] : []), errorSaved).slice(0, most)
    .map((latent) => ({ latent, cosine: largest(partners.map(({ decoderCosine }) => decoderCosine[latent])) }));
}

/** One side of a pair of dictionaries. */
export type Side = PairColumns["a"];

/** The latents of a dictionary whose nearest latent of the other one is not near, those that save most error first. */
export function lonesOfSide(
  { nearestCosine }: Pick<Side, "nearestCosine">,
  { above, errorSaved }: { above: number; errorSaved: ArrayLike<number> },
): Lone[] {
  const lone = nearestCosine.flatMap((cosine, latent) => cosine !== null && cosine <= above ? [latent] : []);
  return mostUseful(lone, errorSaved).map((latent) => ({ latent, cosine: nearestCosine[latent] }));
}

function mostUseful(latents: number[], errorSaved: ArrayLike<number>): number[] {
  return latents.sort((a, b) => (errorSaved[b] ?? 0) - (errorSaved[a] ?? 0) || a - b);
}

function largest(cosines: (number | null)[]): number | null {
  return cosines.reduce((most, cosine) => cosine !== null && (most === null || cosine > most) ? cosine : most, null);
}

/** Two latents that are matched. */
export interface Match {
  a: number;
  b: number;
  decoderCosine: number;
  encoderCosine: number | null;
}

/** The matched latents of two dictionaries, the largest size of the decoder cosine first. */
export function matches({ a: { latent, decoderCosine, encoderCosine } }: PairColumns): Match[] {
  return latent.flatMap((b, a) => {
    const cosine = decoderCosine[a];
    return b === null || cosine === null ? [] : [{ a, b, decoderCosine: cosine, encoderCosine: encoderCosine[a] }];
  }).sort((one, other) => Math.abs(other.decoderCosine) - Math.abs(one.decoderCosine) || one.a - other.a);
}

/** What all of several rows say; null if two of them differ, or if there is only one row: a chart of equal values is a sentence. */
export function commonText(texts: readonly string[]): string | null {
  return texts.length > 1 && texts.every((text) => text === texts[0]) ? texts[0] : null;
}

/**
 * Short names for titles such as `MNIST · TopK k 16 · 256 latents`: without the parts that all have; different titles stay different.
 *
 * @example
 * ```ts
 * import { shortTitles } from "./lists.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shortTitles(["MNIST · TopK k 16", "MNIST · L1"]), ["TopK k 16", "L1"]);
 * assert.deepEqual(shortTitles(["MNIST · L1"]), ["MNIST · L1"]);
 * ```
 */
export function shortTitles(titles: readonly string[]): string[] {
  const parts = titles.map((title) => title.split(" · "));
  const own = parts.map((mine) => mine.filter((part) => !parts.every((others) => others.includes(part))).join(" · "));
  const names = own.map((name, i) => name || titles[i]);
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
