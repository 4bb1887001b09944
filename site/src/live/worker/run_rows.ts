/**
 * Test rows of a run for the live page: the file that the build writes beside the run's pages, and the data it becomes.
 *
 * For runs whose rows the page has not: colour images, images of other sizes, vectors. The rows are those of the report's
 * pictures, which have 256 levels, as the model reads them; half of them are held out. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import type { Dataset, ImageSet } from "../../../../lib/data/dataset.ts";
import { imageSet } from "../../../../lib/data/dataset.ts";
import type { Labels, RowMeta } from "../../../../lib/data/row_labels.ts";
import { rowLength, type RowShape } from "../../../../lib/data/row_shape.ts";
import type { Scaling } from "../../../../lib/data/scaling.ts";
import { scalingFrom } from "../../../../lib/data/stored_scaling.ts";
import { UserError } from "../../../../lib/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../../lib/formats/safetensors.ts";
import { gatherPixels, type Pixels } from "../../../../lib/pixels.ts";
import { count as grouped } from "../../format.ts";
import type { LiveData } from "./data.ts";

/** Values of all rows in a file, at most: two megabytes. */
const MOST_VALUES = 2 ** 20;
/** Fewer rows show nothing. */
export const LEAST_ROWS = 16;

/** What a file says of its rows beside their values. */
export interface RunRows extends RowShape {
  /** The run. */
  id: string;
  /** What its data are called. */
  name: string;
  black: number;
  white: number;
  classNames: string[];
  /** Class of each row; null without labels. */
  labels: number[] | null;
  /** What is known of each row in words; null if nothing is. */
  meta: RowMeta | null;
  /** How the numbers of the run's files became the model's inputs, as `model.safetensors` has it. */
  scaling: unknown;
}

/** How many of a run's test rows a file has at most. */
export function mostRows(shape: RowShape): number {
  return Math.floor(MOST_VALUES / rowLength(shape));
}

/**
 * The file of a run's rows.
 *
 * @param levels `[rows, dInput]`, from `black` at 0 to `white` at 255.
 */
export function encodeRunRows(levels: Uint8Array, about: RunRows): Uint8Array<ArrayBuffer> {
  const dInput = rowLength(about), values = Float32Array.from(levels, (level) => level / 255);
  const rows = { shape: [levels.length / dInput, dInput], values };
  return encodeSafetensors({ tensors: { rows }, metadata: { about: JSON.stringify(about) } }, { dtype: "F16" });
}

/**
 * The data in a file: images of bytes if a byte stands for itself, else floats.
 *
 * @param options.name What an error calls the file.
 * @throws {UserError} It is damaged, or of another version of the program.
 */
export function decodeRunRows(file: Uint8Array, { name }: { name: string }): LiveData {
  try {
    const { tensors: { rows }, metadata } = decodeSafetensors(file), about: RunRows = JSON.parse(metadata.about ?? "");
    const dInput = rowLength(about), [count, length] = rows?.shape ?? [];
    if (length !== dInput || count < LEAST_ROWS) {
      throw new SyntaxError(`its rows have the shape [${rows?.shape}], expected at least ${LEAST_ROWS} of ${dInput}`);
    }
    return dataOf(rows.values, { about, scaling: scalingFrom(about.scaling, { dInput }) });
  } catch (cause) {
    throw new UserError(`Cannot read ${name}: ${(cause as Error).message}`, { cause });
  }
}

/** @param shares `[rows, dInput]`, 0 for black and 1 for white. */
function dataOf(shares: Float32Array, { about, scaling }: { about: RunRows; scaling: Scaling }): LiveData {
  const { id, name, kind, height, width, channels, black, white, classNames, labels, meta } = about;
  const dInput = rowLength(about), count = shares.length / dInput;
  const areBytes = kind === "image" && black === 0 && white === 1;
  const pixels: Pixels = areBytes
    ? Uint8Array.from(shares, (share) => Math.round(255 * share))
    : Float32Array.from(shares, (share) => black + Math.round(255 * share) / 255 * (white - black));
  const all = { pixels, dInput, labels: labels && labelsFrom(labels), meta };
  const part = (first: number) =>
    partOf(all, Array.from({ length: Math.ceil((count - first) / 2) }, (_, i) => 2 * i + first));
  const train = part(0), test = part(1);
  const what = kind === "vector" ? "vectors" : channels === 3 ? "colour images" : "images";
  const summary =
    `${grouped(count)} test ${what} of the run ${id}, in 256 levels: ${grouped(train.count)} to train on, ` +
    `${grouped(test.count)} held out. This site does not have the rows that the run was trained on.`;
  const dataset: Dataset = {
    ...{ name, kind, height, width, channels, black, white, classNames, train, test },
    ...{ stream: null, split: { by: "set", share: null }, scaling, truth: null },
    provenance: { source: "memory", files: [], fallback: null, notes: [summary] },
  };
  return { name: `run:${id}`, summary, dataset, median: null };
}

function partOf(
  { pixels, dInput, labels, meta }: { pixels: Pixels; dInput: number; labels: Labels | null; meta: RowMeta | null },
  rows: number[],
): ImageSet {
  return imageSet({
    pixels: gatherPixels(pixels, rows, dInput),
    count: rows.length,
    labels: labels && labelsFrom(rows.map((row) => labels[row])),
    meta: meta && { names: meta.names, values: meta.values.map((words) => rows.map((row) => words[row])) },
  });
}

function labelsFrom(labels: readonly number[]): Labels {
  return labels.every((label) => label < 256) ? Uint8Array.from(labels) : Uint16Array.from(labels);
}
