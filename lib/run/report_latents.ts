/**
 * `latents.json` with its detail files and pictures.
 *
 * Draws and arranges what analysis has measured; measures and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isDrawn, rowLength } from "../data/row_shape.ts";
import type { LatentDecoder } from "../analysis/latent_images.ts";
import { activityColumns, latentDetail, type ScannedLatents } from "../analysis/latents.ts";
import type { Directions } from "../analysis/directions.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import { changedColumns } from "../analysis/changed_columns.ts";
import { significant, significants } from "../analysis/rounding.ts";
import { type SimilarLatents, similarLatents } from "../analysis/similar.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import {
  type LatentDetail,
  type LatentDetails,
  type Latents,
  LATENTS_PER_FILE,
  MOST_BASE_VALUES,
  MOST_CHANGES,
  STRENGTHS,
} from "../report/schema.ts";
import { coarseLevels, type PictureFile, signedLevels, threeDigits, valueLevels } from "../report/sprites.ts";
import { rowTexts } from "./report_row_texts.ts";
import { type Drawing, type Drawn, finished, rowDrawer } from "./report_sprites.ts";

/** Levels of each value of pictures that are looked at and not read as numbers. */
const DECODER_LEVELS = 64, EXAMPLE_LEVELS = 32;
/** Most values of example inputs: 10,699 of 28 × 28; and the least number of them, if one has many values. */
const MOST_EXAMPLE_VALUES = 2 ** 23, LEAST_EXAMPLES = 64;

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
  const { pass: { latents: { largest } }, scan: { nLatents }, detailed } = scanned;
  const tiles = await drawTiles(measured);
  const comparing = { what: "comparing the latents' effects", total: nLatents };
  measured.onProgress?.({ ...comparing, done: 0 });
  const similar = similarOf(measured, tiles);
  measured.onProgress?.({ ...comparing, done: nLatents });
  const changes = await namedChanges(measured);
  const examples = drawExamples(measured, scanned);
  const base = rowDrawer(measured, { name: "latents/base", count: 1 });
  base?.add(valueLevels(decoder.base, dataset));
  const { sprite, pictures } = finished(base);
  const files = Math.ceil(detailed.length / LATENTS_PER_FILE);
  return {
    file: {
      ...activityColumns(scanned, { rho }),
      errorSaved: significants(errorSaved.values),
      errorRows: errorSaved.rows,
      others: decoder.others,
      decodedAt: Array.from(largest, (value) => value > 0 ? significant(value) : null),
      ...nearestColumns(similar, nLatents),
      drawn: tiles.drawn.length < nLatents ? tiles.drawn : null,
      ...tiles.sprites,
      effectScale: tiles.scales.map(significant),
      base: sprite,
      baseValues: decoder.base.length <= MOST_BASE_VALUES ? significants(decoder.base) : null,
      ...examples.file,
      similarIsExact: similar.isExact,
      detailed: detailed.length < nLatents ? detailed : null,
      latentsPerFile: LATENTS_PER_FILE,
      detailFiles: Array.from({ length: files }, (_, i) => `latents/${threeDigits(i)}.json`),
    },
    pictures: [...tiles.pictures, ...pictures, ...examples.pictures],
    *details() {
      for (let first = 0; first < detailed.length; first += LATENTS_PER_FILE) {
        yield {
          latents: detailed.slice(first, first + LATENTS_PER_FILE)
            .map((latent) =>
              latentDetail(scanned, { latent, similar: similar.of(latent), changes: changes.get(latent) })
            ),
        };
      }
    },
  };
}

/** The latents' tiles. */
interface Tiles {
  /** The latents that have tiles, ascending; none if rows have no picture. */
  drawn: number[];
  sprites: Pick<Latents, "decoder" | "effect" | "strengths">;
  /** The largest absolute effect of each that is drawn. */
  scales: number[];
  pictures: PictureFile[];
  /** Effects of a decoder that is not linear, by latent; with a linear one they are the directions. */
  effects: Map<number, Float32Array>;
}

async function drawTiles(measured: MeasuredLatents): Promise<Tiles> {
  const { dataset, decoder, onProgress } = measured, hasPictures = isDrawn(dataset);
  const dInput = decoder.base.length;
  const decoded = !hasPictures && decoder.isLinear ? [] : decodedLatents(measured);
  const drawer = (name: string, each = 1) => rowDrawer(measured, { name, count: each * decoded.length });
  const alone = drawer("latents/decoder"), effect = drawer("latents/effect");
  const strengths = decoder.isLinear ? null : drawer("latents/strengths", STRENGTHS.length);
  const effects: Tiles["effects"] = new Map();
  const scales: number[] = [];
  let done = 0;
  for await (const piece of decoder.pieces(decoded, { hasStrengths: strengths !== null })) {
    if (!decoder.isLinear) {
      piece.latents.forEach((latent, i) => effects.set(latent, piece.effect.slice(i * dInput, (i + 1) * dInput)));
    }
    alone?.add(coarseLevels(valueLevels(piece.decoder, dataset), DECODER_LEVELS));
    if (effect) {
      const signed = signedLevels(piece.effect, dInput);
      effect.add(signed.levels);
      for (const scale of signed.scales) scales.push(scale);
    }
    strengths?.add(coarseLevels(valueLevels(piece.strengths!, dataset), DECODER_LEVELS));
    done += piece.latents.length;
    onProgress?.({ what: hasPictures ? "drawing the latents" : "decoding the latents", done, total: decoded.length });
  }
  const [first, second, strips] = [alone, effect, strengths].map(finished);
  return {
    drawn: hasPictures ? decoded : [],
    sprites: { decoder: first.sprite, effect: second.sprite, strengths: strips.sprite },
    scales,
    pictures: [...first.pictures, ...second.pictures, ...strips.pictures],
    effects,
  };
}

/** All latents if that is affordable, else those with details, else those that are shown side by side. */
function decodedLatents({ scanned: { scan, shown, detailed }, decoder }: MeasuredLatents): number[] {
  if (decoder.canDraw(scan.nLatents)) return Array.from({ length: scan.nLatents }, (_, j) => j);
  return decoder.canDraw(detailed.length) ? detailed : shown;
}

/** The latents with a known effect that are most alike. */
function similarOf({ directions, decoder, scanned: { scan } }: MeasuredLatents, { effects }: Tiles): SimilarLatents {
  const width = decoder.base.length;
  if (!decoder.isLinear) {
    return similarLatents({
      latents: [...effects.keys()].filter((latent) => effects.get(latent)!.some((value) => value !== 0)),
      width,
      effectOf: (latent) => effects.get(latent)!,
    });
  }
  return similarLatents({
    latents: Array.from({ length: scan.nLatents }, (_, j) => j).filter((latent) => decoder.hasEffect(latent)),
    width,
    effectOf: (latent) => directions!.decoder.subarray(latent * width, (latent + 1) * width),
  });
}

/** The columns that each latent with details changes most; none of data without names, or if decoding takes too long. */
async function namedChanges(
  { dataset: { columns }, decoder, scanned: { detailed } }: MeasuredLatents,
): Promise<Map<number, LatentDetail["changes"]>> {
  const changes = new Map<number, LatentDetail["changes"]>(), width = decoder.base.length;
  if (!columns || !decoder.canDraw(detailed.length)) return changes;
  for await (const { latents, effect } of decoder.pieces(detailed, { hasStrengths: false })) {
    latents.forEach((latent, i) => {
      const own = effect.subarray(i * width, (i + 1) * width);
      changes.set(latent, changedColumns(own, { names: columns, most: MOST_CHANGES }));
    });
  }
  return changes;
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
  { scan, detailed }: ScannedLatents,
): { file: Pick<Latents, "exampleImages" | "rowTexts">; pictures: PictureFile[] } {
  const { dataset } = drawing, { test } = dataset, hasPictures = isDrawn(dataset);
  const texts = rowTexts(test, { rows: scan.exampleRows(Infinity, detailed), isDrawn: hasPictures });
  const most = Math.max(LEAST_EXAMPLES, Math.floor(MOST_EXAMPLE_VALUES / rowLength(dataset)));
  const rows = Array.from(scan.exampleRows(most, detailed)).sort((a, b) => a - b);
  if (!hasPictures || rows.length === 0) return { file: { exampleImages: null, rowTexts: texts }, pictures: [] };
  const drawer = rowDrawer(drawing, { name: "latents/examples", count: rows.length })!;
  for (const row of rows) {
    const levels = valueLevels(pixelValues(gatherPixels(test.pixels, [row], rowLength(dataset))), dataset);
    drawer.add(coarseLevels(levels, EXAMPLE_LEVELS));
  }
  const { sprite, pictures } = drawer.finish();
  const labels = test.labels && rows.map((row) => test.labels![row]);
  return { file: { exampleImages: { sprite, rows, labels }, rowTexts: texts }, pictures };
}
