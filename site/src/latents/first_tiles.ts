/**
 * The pictures that a page of latents shows before a reader does anything, gathered into one sheet.
 *
 * @module
 */
import type { LatentDetail, Latents } from "../../../lib/report/latents_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { type TileKind, tileValues } from "./bars.ts";
import type { RunFacts } from "./facts.ts";
import { placeIn } from "../place_in.ts";
import { atRest, type Pictures, SHARES } from "./pictures.ts";
import { type LatentSeeds, type OtherSeed, partnersOf, partnerTile } from "./seeds.ts";
import { shownLevels, shownSize, stripLevels, type TileSize } from "./shown_tiles.ts";
import { strengthValues } from "./strengths.ts";
import type { TileReader } from "../tile_reader.ts";
import { tileSheet } from "./tile_sheet.ts";

/** Which latents and test rows are shown. */
export interface Wanted {
  /** Latents whose tile at the largest activation is shown. */
  decoder: Iterable<number>;
  /** Latents whose effect is shown. */
  effect: Iterable<number>;
  /** Latents with a strip of five strengths. */
  strengths: Iterable<number>;
  /** Test rows. */
  examples: Iterable<number>;
  /** Latents of the runs with other random seeds, by the run's place among them. */
  partners: Iterable<{ place: number; latent: number }>;
}

/** What the details of latents show. */
export function wantedBy(
  details: LatentDetail[],
  { hasIntervals, seeds }: { hasIntervals: boolean; seeds: LatentSeeds | null },
): Wanted {
  const latents = details.map(({ latent }) => latent);
  return {
    decoder: latents,
    effect: [...latents, ...details.flatMap(({ similar }) => similar.latents)],
    strengths: latents,
    examples: details.flatMap(({ top, intervals }) => [
      ...top.rows,
      ...(hasIntervals ? intervals?.rows.flat() ?? [] : []),
    ]),
    partners: seeds ? latents.flatMap((latent) => partnersOf(seeds, latent)) : [],
  };
}

/** A sheet of the pictures wanted. */
export interface FirstTiles {
  png: Uint8Array<ArrayBuffer>;
  pictures: Pictures;
}

/**
 * Draws the pictures wanted; those of others are null.
 *
 * @param options.reader Of the run's folder.
 * @param options.src The address that the PNG will have.
 * @param options.others Of the runs with other random seeds, in the order of the comparison.
 */
export async function firstTiles(
  file: Latents,
  { wanted, facts, reader, src, others = [] }: {
    wanted: Wanted;
    facts: RunFacts;
    reader: TileReader;
    src: string;
    others?: { tiles: OtherSeed["tiles"]; reader: TileReader }[];
  },
): Promise<FirstTiles> {
  const { drawn, decoder, effect, exampleImages } = file;
  const tiles = new Map<string, ArrayLike<number>>();
  const ofLatent = (latent: number) => drawn ? placeIn(drawn, latent) : latent;
  const take = async (key: string, sprite: Sprite | null, tile: number, kind: TileKind = "values", from = reader) => {
    if (!sprite || tile < 0 || tiles.has(key)) return;
    tiles.set(key, shownLevels(await from.levels(sprite, tile), { kind, facts }));
  };
  for (const latent of wanted.decoder) await take(`decoder ${latent}`, decoder, ofLatent(latent));
  for (const latent of wanted.effect) await take(`effect ${latent}`, effect, ofLatent(latent), "change");
  for (const latent of wanted.strengths) {
    const outputs = ofLatent(latent) < 0 ? null : await strengthsOf(file, { latent, reader, facts });
    if (!outputs) continue;
    for (const [i, levels] of stripLevels(outputs, facts).entries()) tiles.set(`strength ${latent} ${i}`, levels);
  }
  for (const row of wanted.examples) {
    if (exampleImages) await take(`example ${row}`, exampleImages.sprite, placeIn(exampleImages.rows, row));
  }
  for (const { place, latent } of wanted.partners) {
    const { tiles = null, reader } = others[place] ?? {};
    if (tiles) await take(`partner ${place} ${latent}`, tiles.effect, partnerTile(tiles, latent), "change", reader);
  }
  const { png, at } = tileSheet(tiles, { ...sizeAsShown(file, facts), src });
  const { rows = [], labels = null } = exampleImages ?? {};
  return {
    png,
    pictures: {
      decoder: (latent) => at(`decoder ${latent}`),
      effect: (latent) => at(`effect ${latent}`),
      partner: (place, latent) => at(`partner ${place} ${latent}`),
      strengths: (latent) => {
        const strip = SHARES.flatMap((_, i) => at(`strength ${latent} ${i}`) ?? []);
        return strip.length === SHARES.length ? strip : null;
      },
      example: (row) => at(`example ${row}`),
      exampleClass: (row) => labels?.[placeIn(rows, row)] ?? null,
    },
  };
}

/** The size of a tile as it is shown; of rows without a picture one pixel. */
function sizeAsShown({ effect }: Latents, facts: RunFacts): TileSize {
  if (!effect) return { width: 1, height: 1, channels: 1 };
  const { tileWidth: width, tileHeight: height, channels } = effect;
  return shownSize({ width, height, channels }, facts);
}

/** The decoder's output at five strengths of a latent, in units of the data; null if it is not drawn. */
async function strengthsOf(
  file: Latents,
  { latent, reader, facts: { range } }: { latent: number; reader: TileReader; facts: RunFacts },
): Promise<Float64Array[] | null> {
  const { drawn, effect, base: baseTile, effectScale, strengths, baseValues } = file;
  if (!effect || !baseTile) return null;
  const tile = drawn ? placeIn(drawn, latent) : latent;
  if (strengths) {
    const levels = SHARES.map((_, i) => reader.levels(strengths, SHARES.length * tile + i));
    return (await Promise.all(levels)).map((levels) => tileValues(levels, { kind: "values", range }));
  }
  const base = baseValues ?? tileValues(await reader.levels(baseTile, 0), { kind: "values", range });
  const linear = { base, effect: await reader.levels(effect, tile), effectScale: effectScale[tile] };
  const activations = { atRest: atRest(file, latent), largest: file.maxActivation[latent] };
  return SHARES.map((share) => strengthValues(linear, { share, ...activations }));
}
