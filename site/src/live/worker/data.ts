/**
 * The rows that the live page trains on: generated digits, MNIST from a file of the site, or the reader's own.
 *
 * The digits are those of the program: `deno task train --dataset digits --limit 4976` trains on the same images and has
 * the same losses with the same settings; it measures on 10,000 held-out images, of which the page has the first 1,024.
 * Runs in the Worker; knows no model. Reading the reader's own files is in `own_rows.ts`, which is loaded when it is
 * needed. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../../../../lib/data/dataset.ts";
import { generateDigits } from "../../../../lib/data/generated/digits.ts";
import type { RowMeta } from "../../../../lib/data/row_labels.ts";
import { UserError } from "../../../../lib/errors.ts";
import { asBytes, pixelValues } from "../../../../lib/pixels.ts";
import { count as grouped } from "../../format.ts";
import { SIDE } from "../draw/strokes.ts";
import { type LiveFiles, N_SAMPLES, type ShownData } from "../messages.ts";
import type { DataName } from "../settings.ts";
import { isDigitTile } from "../tile_shape.ts";
import { picturesOf } from "./pictures.ts";
import {
  DATA_SEED,
  decodeImages,
  decodeMedian,
  GREY_LEVELS,
  IMAGE_COUNTS,
  type LabelledImages,
} from "../stored_images.ts";

/** Letters of a row's words that are shown. */
const MOST_WORDS = 80;

/** Images that the site has for every model. */
export type SiteData = Extract<DataName, "digits" | "mnist">;

/** Rows to train on, with what is known of them. */
export interface LiveData {
  name: DataName;
  /** In words: what the rows are and how many. */
  summary: string;
  /** Images as bytes, or vectors as floats; `test` is held out. */
  dataset: Dataset;
  /** Geometric median of the training images, values in [0, 1], `[784]`; null if nobody has stored it. */
  median: Float64Array<ArrayBuffer> | null;
}

/**
 * Loads the images of the site: digits are generated within 0.2 s, MNIST is one file.
 *
 * @throws {UserError} The file of MNIST cannot be loaded, or the site has none.
 */
export async function loadData(
  name: SiteData,
  { digitsMedian, mnist }: Pick<LiveFiles, "digitsMedian" | "mnist">,
): Promise<LiveData> {
  if (name === "mnist") return await loadMnist(mnist);
  const loading = fetchedBytes(digitsMedian).catch(() => null); // while the digits are drawn
  const { train: trainCount, heldOut: testCount } = IMAGE_COUNTS;
  const dataset = generateDigits({ seed: DATA_SEED, trainCount, testCount });
  const file = await loading;
  return {
    name,
    summary: `Generated digits: ${grouped(trainCount)} to train on, ${grouped(testCount)} held out.`,
    dataset,
    median: file && decodeMedian(file, { pixels: asBytes(dataset.train.pixels) }),
  };
}

/** What the page shows of the images. */
export function shownData({ name, summary, dataset }: LiveData): ShownData {
  const { train, test, classNames } = dataset, pictures = picturesOf(dataset), { tile } = pictures;
  return {
    ...{ name, summary, classNames, tile, count: train.count, heldOutCount: test.count },
    kind: dataset.kind,
    canDraw: dataset.kind === "image" && isDigitTile(tile) && test.pixels instanceof Uint8Array,
    heldOut: test.pixels instanceof Uint8Array ? test.pixels.slice() : pictures.levels(pixelValues(test.pixels)),
    labels: test.labels && test.labels.slice(),
    words: test.meta && wordsOf(test.meta),
    samples: sampleRows(test),
  };
}

/** The first column of words of each row, cut. */
function wordsOf({ names, values }: RowMeta): string[] | null {
  const column = names.findIndex((_, i) => values[i].some((word) => word !== ""));
  if (column < 0) return null;
  return values[column].map((word) => word.length > MOST_WORDS ? `${word.slice(0, MOST_WORDS)}…` : word);
}

/** Rows of the samples: the first image of each of the first eight classes, or the first eight images. */
function sampleRows({ labels, count }: ImageSet): number[] {
  const classes = [...new Set(labels)].sort((a, b) => a - b).slice(0, N_SAMPLES);
  if (classes.length === N_SAMPLES) return classes.map((label) => labels!.indexOf(label));
  return Array.from({ length: Math.min(N_SAMPLES, count) }, (_, row) => row);
}

async function loadMnist(address: string | null): Promise<LiveData> {
  if (address === null) throw new UserError("Cannot load MNIST: this site was built without it, expected other images");
  const bytes = await uncompressed(await fetchedBytes(address), address);
  const { train, heldOut, median } = decodeImages(bytes, { name: address });
  const grey = `${GREY_LEVELS} grey levels`,
    [nTrain, nHeldOut] = [train, heldOut].map(({ labels }) => grouped(labels.length));
  return {
    name: "mnist",
    summary:
      `MNIST in ${grey}: the first ${nTrain} training images to train on, the first ${nHeldOut} test images held out.`,
    dataset: {
      ...GREY_IMAGES,
      ...{ name: "mnist", height: SIDE, width: SIDE, black: 0, white: 1, truth: null },
      classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
      train: setOf(train),
      test: setOf(heldOut),
      provenance: {
        ...{ source: "download", files: [], fallback: null },
        notes: [`The first ${nTrain} training images and the first ${nHeldOut} test images, in ${grey}`],
      },
    },
    median,
  };
}

function setOf({ pixels, labels }: LabelledImages): ImageSet {
  return imageSet({ pixels, labels, count: labels.length });
}

/**
 * The bytes of a file of the site.
 *
 * @throws {UserError} The network or the server has not given it.
 */
export async function fetchedBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  let now: string;
  try {
    const response = await fetch(address);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    now = `the server answered ${response.status}`;
  } catch {
    now = "the network does not answer";
  }
  throw new UserError(`Cannot load ${address}: ${now}, expected a file of this site`);
}

/** @throws {UserError} The bytes are not gzip, or are cut off. */
async function uncompressed(file: Uint8Array<ArrayBuffer>, address: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw new UserError(`Cannot read ${address}: it is damaged, expected a whole gzip file`, { cause });
  }
}
