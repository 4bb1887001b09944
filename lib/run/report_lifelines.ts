/**
 * `lifelines.json` with its matrices and pictures.
 *
 * The pictures are as large as the rows, in as many grey levels as keep all of them within a budget, which grows with their
 * number up to a limit: 4 MB with the matrices for 40 snapshots of 256 latents of 28 × 28. Draws and arranges what analysis has
 * measured; measures and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { lifelineMeasures, SETTLED_COSINE } from "../analysis/lifelines/measures.ts";
import { sampleSize } from "../analysis/lifelines/snapshots.ts";
import { significant, significants } from "../analysis/rounding.ts";
import { rowLength } from "../data/row_shape.ts";
import { encodeSafetensors } from "../formats/safetensors.ts";
import { type Lifelines, LIFELINES_NUMBERS } from "../report/schema.ts";
import { coarseSignedLevels, type PictureFile, signedLevels, SpriteDrawer, threeDigits } from "../report/sprites.ts";
import type { EventCounts, LatentSnapshot, Lifelines as KeptLifelines } from "../training/lifelines.ts";
import type { Drawing } from "./report_sprites.ts";

/** Values of the pictures of all snapshots, at most: of 40 snapshots of 1,069 latents of 28 × 28. */
const MOST_VALUES = 2 ** 25;
/** Bytes of the pictures for each of their values, at most, once they are more than so many bytes. */
const BYTES_PER_VALUE = 3.77e6 / (40 * 256 * 784), FREE_BYTES = 1e6;
/** Numbers of grey levels, the finest first; all odd, so that 0 has one. */
const LEVELS = [255, 127, 63, 31, 17, 13, 9];
/** One of so many snapshots is drawn to find the levels before all are. */
const TRIED = 8;

/** What is drawn. */
export interface DrawnRun extends Drawing {
  lifelines: KeptLifelines;
  deadSteps: number;
  /** Whether the directions are columns of the decoder. */
  areDecoder: boolean;
  /** Latents with details, ascending: those that have pictures, as far as there is room. */
  detailed: readonly number[];
  /** Mean activation of each latent, `[nLatents]`. */
  means: ArrayLike<number>;
}

/** `lifelines.json` and what belongs to it. */
export interface DrawnLifelines {
  file: Omit<Lifelines, "schemaVersion">;
  numbers: Uint8Array<ArrayBuffer>;
  pictures: PictureFile[];
}

/** Measures and draws the lifelines of a run that is over. */
export function drawLifelines(run: DrawnRun): DrawnLifelines {
  const { lifelines, deadSteps, areDecoder, dataset: { test } } = run, { snapshots, events } = lifelines;
  const sampleRows = sampleSize(test.count), measures = lifelineMeasures(lifelines, { sampleRows });
  const nLatents = snapshots[0].activeRows.length, rows = snapshots.length;
  const pictures = drawPictures(run);
  const matrix = (values: ArrayLike<number>) => ({ shape: [rows, nLatents], values: Float32Array.from(values) });
  const { density, cosineToFinal, cosineToFirst, isDead, since } = measures;
  const counts = (name: keyof EventCounts) => since && since.map((counts) => counts[name]);
  const times = (name: "deaths" | "revivals" | "resampled") => events && [...events[name]];
  return {
    file: {
      count: nLatents,
      sampleRows,
      deadSteps: events ? deadSteps : null,
      directions: areDecoder ? "decoder" : "effect",
      settledCosine: SETTLED_COSINE,
      numbers: LIFELINES_NUMBERS,
      snapshots: {
        steps: measures.steps,
        births: counts("births"),
        deaths: counts("deaths"),
        revivals: counts("revivals"),
        resampled: counts("resampled"),
        dead: measures.dead,
        inactive: measures.inactive,
        quantiles: measures.quantiles?.map(({ q05, q25, median, q75, q95 }) => ({
          q05: significant(q05),
          q25: significant(q25),
          median: significant(median),
          q75: significant(q75),
          q95: significant(q95),
        })) ?? null,
        settledShare: measures.settledShare && significants(measures.settledShare),
      },
      latents: {
        firstActive: measures.firstActive,
        deaths: times("deaths"),
        revivals: times("revivals"),
        resampled: times("resampled"),
        settledAt: measures.settledAt,
      },
      halfSettledAt: measures.halfSettledAt,
      pictures: pictures && { latents: pictures.latents, levels: pictures.levels, sprites: pictures.sprites },
    },
    numbers: encodeSafetensors({
      tensors: {
        density: matrix(density),
        cosineToFinal: matrix(cosineToFinal),
        cosineToFirst: matrix(cosineToFirst),
        ...isDead ? { isDead: matrix(isDead) } : {},
        ...pictures ? { scale: { shape: [rows, pictures.scales.length / rows], values: pictures.scales } } : {},
      },
      metadata: { steps: JSON.stringify(measures.steps) },
    }),
    pictures: pictures?.files ?? [],
  };
}

/** Pictures of all snapshots. */
interface DrawnPictures {
  latents: number[] | null;
  levels: number;
  sprites: NonNullable<Lifelines["pictures"]>["sprites"];
  scales: Float32Array;
  files: PictureFile[];
}

/** The pictures in the finest levels that keep to the budget; null if there is no room for any. */
function drawPictures(run: DrawnRun): DrawnPictures | null {
  const { lifelines: { snapshots } } = run, size = rowLength(run.dataset);
  const drawn = drawnLatents(run, Math.floor(MOST_VALUES / (snapshots.length * size)));
  if (drawn.length === 0) return null;
  const budget = Math.max(FREE_BYTES, BYTES_PER_VALUE * snapshots.length * drawn.length * size);
  const isWithin = ({ files, sprites }: DrawnPictures) =>
    files.reduce((sum, { png }) => sum + png.length, 0) <= budget * sprites.length / snapshots.length;
  const tried = snapshots.filter((_, s) => s % TRIED === 0), coarsest = LEVELS.at(-1)!;
  for (const levels of LEVELS) {
    if (levels !== coarsest && !isWithin(picturesIn({ levels, drawn, snapshots: tried }, run))) continue;
    const pictures = picturesIn({ levels, drawn, snapshots }, run);
    if (levels === coarsest || isWithin(pictures)) return pictures;
  }
  return null;
}

/** Latents that have pictures, ascending: those with details, or those of them with the largest mean activations. */
function drawnLatents({ detailed, means }: DrawnRun, most: number): number[] {
  if (detailed.length <= most) return [...detailed];
  return [...detailed].sort((a, b) => means[b] - means[a] || a - b).slice(0, most).sort((a, b) => a - b);
}

function picturesIn(
  { levels, drawn, snapshots }: { levels: number; drawn: number[]; snapshots: LatentSnapshot[] },
  { dataset, deflate }: Drawing,
): DrawnPictures {
  const { height, width, channels } = dataset, size = rowLength(dataset);
  const nLatents = snapshots[0].activeRows.length, scales = new Float32Array(snapshots.length * drawn.length);
  const files: PictureFile[] = [];
  const sprites = snapshots.map(({ directions }, s) => {
    const drawer = new SpriteDrawer({
      ...{ name: `lifelines/${threeDigits(s)}`, count: drawn.length, deflate },
      ...{ tileWidth: width, tileHeight: height, channels },
    });
    for (const [i, latent] of drawn.entries()) {
      const signed = signedLevels(directions.subarray(latent * size, (latent + 1) * size), size);
      scales[s * drawn.length + i] = signed.scales[0];
      drawer.add(coarseSignedLevels(signed.levels, levels));
    }
    const { sprite, pictures } = drawer.finish();
    for (const picture of pictures) files.push(picture);
    return sprite;
  });
  return { latents: drawn.length < nLatents ? drawn : null, levels, sprites, scales, files };
}
