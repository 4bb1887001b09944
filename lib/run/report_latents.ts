/**
 * `latents.json` with its detail files and pictures.
 *
 * Draws and arranges what analysis has measured; measures and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import type { LatentDecoder } from "../analysis/latent_images.ts";
import type { LatentScan } from "../analysis/latent_scan.ts";
import { activityColumns, latentDetail, type ScannedLatents } from "../analysis/latents.ts";
import type { Directions } from "../analysis/directions.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import { significant, significants } from "../analysis/rounding.ts";
import { type SimilarLatents, similarLatents } from "../analysis/similar.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import { type LatentDetails, type Latents, LATENTS_PER_FILE, MOST_BASE_VALUES, STRENGTHS } from "../report/schema.ts";
import {
  coarseLevels,
  drawSprite,
  greyLevels,
  type PictureFile,
  signedLevels,
  SpriteDrawer,
  threeDigits,
} from "../report/sprites.ts";
import { type Drawing, type Drawn, tileOf } from "./report_sprites.ts";

/** Levels of grey of pictures that are looked at and not read as numbers. */
const DECODER_LEVELS = 64, EXAMPLE_LEVELS = 32;
/** Most pixels of example inputs: 10,699 of 28 × 28; and the least number of them, if one has many pixels. */
const MOST_EXAMPLE_PIXELS = 2 ** 23, LEAST_EXAMPLES = 64;

/** What is known of the latents. */
export interface MeasuredLatents extends Drawing {
  scanned: ScannedLatents;
  decoder: LatentDecoder;
  /** Of a model without hidden layers. */
  directions: Directions | null;
  errorSaved: { values: Float64Array; rows: number };
  /** The wanted mean activation, or null where there is none. */
  rho: number | null;
  onProgress?: OnNamedProgress;
}

/** `latents.json` and what belongs to it. */
export interface DrawnLatents extends Drawn<Latents> {
  /** The detail files' contents, made one at a time. */
  details(): Generator<Omit<LatentDetails, "schemaVersion">>;
}

/** Draws the latents and arranges what is known of them. */
export async function drawLatents(measured: MeasuredLatents): Promise<DrawnLatents> {
  const { dataset, scanned, decoder, errorSaved, rho } = measured;
  const { pass: { latents: { largest } }, scan } = scanned;
  const tiles = await drawTiles(measured);
  const similar = similarOf(measured, tiles);
  const examples = drawExamples(measured, scan);
  const base = drawSprite({ ...tileOf(measured), name: "latents/base", levels: greyLevels(decoder.base, dataset) });
  const files = Math.ceil(scan.nLatents / LATENTS_PER_FILE);
  return {
    file: {
      ...activityColumns(scanned, { rho }),
      errorSaved: significants(errorSaved.values),
      errorRows: errorSaved.rows,
      others: decoder.others,
      decodedAt: Array.from(largest, (value) => value > 0 ? significant(value) : null),
      ...nearestColumns(similar, scan.nLatents),
      drawn: tiles.drawn.length < scan.nLatents ? tiles.drawn : null,
      ...tiles.sprites,
      effectScale: tiles.scales.map(significant),
      base: base.sprite,
      baseValues: decoder.base.length <= MOST_BASE_VALUES ? significants(decoder.base) : null,
      exampleImages: examples.exampleImages,
      rowTexts: null,
      similarIsExact: similar.isExact,
      detailed: null,
      latentsPerFile: LATENTS_PER_FILE,
      detailFiles: Array.from({ length: files }, (_, i) => `latents/${threeDigits(i)}.json`),
    },
    pictures: [...tiles.pictures, ...base.pictures, ...examples.pictures],
    *details() {
      for (let first = 0; first < scan.nLatents; first += LATENTS_PER_FILE) {
        const end = Math.min(scan.nLatents, first + LATENTS_PER_FILE);
        yield {
          latents: Array.from(
            { length: end - first },
            (_, i) => latentDetail(scanned, { latent: first + i, similar: similar.of(first + i) }),
          ),
        };
      }
    },
  };
}

/** The latents' tiles. */
interface Tiles {
  /** The latents that have tiles, ascending. */
  drawn: number[];
  sprites: Pick<Latents, "decoder" | "effect" | "strengths">;
  /** The largest absolute effect of each. */
  scales: number[];
  pictures: PictureFile[];
  /** Effects of a decoder that is not linear, `[drawn, dInput]`; with a linear one they are the directions. */
  effects: Float32Array | null;
}

async function drawTiles(measured: MeasuredLatents): Promise<Tiles> {
  const { dataset, scanned: { scan, shown }, decoder, onProgress } = measured;
  const drawn = decoder.canDrawAll ? Array.from({ length: scan.nLatents }, (_, j) => j) : shown;
  const dInput = decoder.base.length;
  const sprite = (name: string, count: number) => new SpriteDrawer({ ...tileOf(measured), name, count });
  const alone = sprite("latents/decoder", drawn.length), effect = sprite("latents/effect", drawn.length);
  const strengths = decoder.isLinear ? null : sprite("latents/strengths", STRENGTHS.length * drawn.length);
  const effects = decoder.isLinear ? null : new Float32Array(drawn.length * dInput);
  const scales: number[] = [];
  for await (const piece of decoder.pieces(drawn)) {
    alone.add(coarseLevels(greyLevels(piece.decoder, dataset), DECODER_LEVELS));
    const signed = signedLevels(piece.effect, dInput);
    effect.add(signed.levels);
    effects?.set(piece.effect, scales.length * dInput);
    for (const scale of signed.scales) scales.push(scale);
    strengths?.add(coarseLevels(greyLevels(piece.strengths!, dataset), DECODER_LEVELS));
    onProgress?.({ what: "drawing the latents", done: scales.length, total: drawn.length });
  }
  const finished = [alone.finish(), effect.finish()], strips = strengths?.finish();
  return {
    drawn,
    sprites: { decoder: finished[0].sprite, effect: finished[1].sprite, strengths: strips?.sprite ?? null },
    scales,
    pictures: [...finished, ...strips ? [strips] : []].flatMap(({ pictures }) => pictures),
    effects,
  };
}

/** The drawn latents that are most alike. */
function similarOf(
  { directions, decoder }: MeasuredLatents,
  { drawn, scales, effects }: Tiles,
): SimilarLatents {
  const width = decoder.base.length;
  const placeOf = new Map(drawn.map((latent, i) => [latent, i]));
  return similarLatents({
    latents: drawn.filter((_, i) => scales[i] > 0),
    width,
    effectOf(latent) {
      const row = effects ? placeOf.get(latent)! : latent;
      return (effects ?? directions!.decoder).subarray(row * width, (row + 1) * width);
    },
  });
}

/** The most similar latent of each, and its cosine. */
function nearestColumns(similar: SimilarLatents, nLatents: number): Pick<Latents, "nearest" | "nearestCosine"> {
  const found = Array.from({ length: nLatents }, (_, latent) => similar.of(latent));
  return {
    nearest: found.map(({ latents }) => latents[0] ?? null),
    nearestCosine: found.map(({ cosines }) => cosines[0] ?? null),
  };
}

/** The inputs that the details name, or as many of them as there is room for, the most activating of each latent first. */
function drawExamples(
  drawing: Drawing,
  scan: LatentScan,
): { exampleImages: Latents["exampleImages"]; pictures: PictureFile[] } {
  const { dataset } = drawing, { test: { pixels, labels } } = dataset;
  const most = Math.max(LEAST_EXAMPLES, Math.floor(MOST_EXAMPLE_PIXELS / rowLength(dataset)));
  const rows = Array.from(scan.exampleRows(most)).sort((a, b) => a - b);
  if (rows.length === 0) return { exampleImages: null, pictures: [] };
  const drawer = new SpriteDrawer({ ...tileOf(drawing), name: "latents/examples", count: rows.length });
  for (const row of rows) {
    const levels = greyLevels(pixelValues(gatherPixels(pixels, [row], rowLength(dataset))), dataset);
    drawer.add(coarseLevels(levels, EXAMPLE_LEVELS));
  }
  const { sprite, pictures } = drawer.finish();
  return { exampleImages: { sprite, rows, labels: labels && rows.map((row) => labels[row]) }, pictures };
}
