/**
 * The reader's own images: files that were dropped on the page, as training images with some held out.
 *
 * Nothing is sent anywhere. PNG files are one image each, in the order of their names; a CSV file has one image in each row.
 * Every refusal is one line that names the file. What is in a file is read in `png_image.ts` and `csv_images.ts`.
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { rowHash } from "../../../../lib/data/held_out.ts";
import { GREY_IMAGES, type ImageSet, imageSet } from "../../../../lib/data/dataset.ts";
import { printablePath, UserError } from "../../../../lib/errors.ts";
import { gatherPixels } from "../../../../lib/pixels.ts";
import { count as grouped, fileSize } from "../../format.ts";
import { N_PIXELS, SIDE } from "../draw/strokes.ts";
import { IMAGE_COUNTS } from "../stored_images.ts";
import { readCsv } from "./csv_images.ts";
import type { LiveData } from "./data.ts";
import { isPng, type PngImage, readPng } from "./png_image.ts";

/** Fewer images teach nothing, and leave nothing to hold out. */
const LEAST_IMAGES = 64;
/** All files together, bytes. */
const MOST_BYTES = 200e6;
/** One image of this many is held out. */
const HELD_OUT_OF = 10;

/** Images with what is to be said about them. */
interface OwnImages {
  /** `[count, 784]` */
  pixels: Uint8Array<ArrayBuffer>;
  /** `[count]`; null without classes. */
  labels: Uint8Array<ArrayBuffer> | null;
  /** What they come from, such as `90 PNG files`. */
  source: string;
  /** What was done to them, in sentences; empty if nothing was. */
  changes: string[];
}

/**
 * Reads files that hold images.
 *
 * @throws {UserError} A file cannot be used, they are of two kinds, or there are too few images.
 */
export async function readOwnFiles(files: readonly File[]): Promise<LiveData> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length === 0) throw refusal("the files", "none are there", "PNG files or one CSV file");
  if (bytes > MOST_BYTES) {
    throw refusal("the files", `they have ${grouped(bytes)} bytes`, `at most ${fileSize(MOST_BYTES)}`);
  }
  const pngs: File[] = [], csvs: File[] = [];
  for (const file of files) (await kindOf(file) === "png" ? pngs : csvs).push(file);
  if (pngs.length > 0 && csvs.length > 0) {
    const now = `${nameOf(pngs[0])} is a PNG file and ${nameOf(csvs[0])} a CSV file`;
    throw refusal("the files", now, "PNG files or one CSV file");
  }
  if (csvs.length > 1) throw refusal("the files", `there are ${csvs.length} CSV files`, "one of them, or PNG files");
  const images = csvs.length > 0 ? await imagesOfCsv(csvs[0]) : await imagesOfPngs(pngs);
  const count = images.pixels.length / N_PIXELS;
  if (count < LEAST_IMAGES) {
    const now = count === 1 ? "there is 1 image" : `there are ${count} images`;
    throw new UserError(`Cannot train on ${images.source}: ${now}, expected at least ${LEAST_IMAGES}`);
  }
  return liveDataOf(images);
}

/** What a file is, by its first bytes or, if these are not PNG's, by its name and type. */
async function kindOf(file: File): Promise<"png" | "csv"> {
  if (isPng(await bytesOf(file.slice(0, 8), file))) return "png";
  if (/\.csv$/i.test(file.name) || file.type === "text/csv") return "csv";
  const now = /\.png$/i.test(file.name) ? "it is not a PNG image, whatever its name" : "it is neither PNG nor CSV";
  throw refusal(nameOf(file), now, "a PNG image or a CSV file");
}

async function imagesOfPngs(files: File[]): Promise<OwnImages> {
  const inOrder = files.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const pixels = new Uint8Array(files.length * N_PIXELS), images: Omit<PngImage, "levels">[] = [];
  for (const [i, file] of inOrder.entries()) {
    const { levels, ...about } = readPng(await bytesOf(file, file), { name: nameOf(file) });
    pixels.set(levels, i * N_PIXELS);
    images.push(about);
  }
  const number = (is: (about: Omit<PngImage, "levels">) => boolean) => images.filter(is).length;
  const isInverted = 2 * number(({ isLight }) => isLight) > files.length;
  if (isInverted) { for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - pixels[i]; }
  const nFitted = number(({ isFitted }) => isFitted), nColoured = number(({ isColoured }) => isColoured);
  return {
    pixels,
    labels: null,
    source: files.length === 1 ? "1 PNG file" : `${grouped(files.length)} PNG files`,
    changes: [
      ...(nFitted > 0 ? [`${grouped(nFitted)} fitted into ${SIDE} by ${SIDE} pixels.`] : []),
      ...(nColoured > 0 ? [`${grouped(nColoured)} made grey.`] : []),
      ...(isInverted ? ["All inverted, because most backgrounds are light."] : []),
    ],
  };
}

async function imagesOfCsv(file: File): Promise<OwnImages> {
  const name = nameOf(file), { pixels, labels, isFraction } = await readCsv(file, { name });
  return {
    pixels,
    labels,
    source: name,
    changes: isFraction ? ["Values from 0 to 1, made levels from 0 to 255."] : [],
  };
}

function liveDataOf({ pixels, labels, source, changes }: OwnImages): LiveData {
  const count = pixels.length / N_PIXELS, heldOut = new Set(heldOutRows(count));
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const part = (rows: number[]): ImageSet =>
    imageSet({
      pixels: gatherPixels(pixels, rows, N_PIXELS),
      count: rows.length,
      labels: labels && Uint8Array.from(rows, (row) => classes.indexOf(labels[row])), // numbered from 0, none left out
      fileRows: Uint32Array.from(rows),
    });
  const rows = Array.from({ length: count }, (_, row) => row);
  const train = part(rows.filter((row) => !heldOut.has(row))), test = part(rows.filter((row) => heldOut.has(row)));
  return {
    name: "own",
    summary: [
      `${grouped(count)} images of ${source}: ${grouped(train.count)} to train on, ${grouped(test.count)} held out.`,
      ...changes,
    ].join(" "),
    dataset: {
      ...GREY_IMAGES,
      ...{ name: "own", height: SIDE, width: SIDE, black: 0, white: 1, truth: null, train, test },
      classNames: classes.map(String),
      provenance: { source: "memory", files: [], fallback: null, notes: changes },
    },
    median: null,
  };
}

/**
 * The rows that are held out, in ascending order: a tenth, at most as many as the page holds out of its own images. Which
 * ones follows from the number of rows alone.
 */
export function heldOutRows(count: number): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  rows.sort((a, b) => rowHash(a) - rowHash(b));
  return rows.slice(0, Math.min(Math.floor(count / HELD_OUT_OF), IMAGE_COUNTS.heldOut)).sort((a, b) => a - b);
}

/** @throws {UserError} The file has gone, or may not be read. */
async function bytesOf(part: Blob, file: File): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    throw new UserError(
      `Cannot read ${nameOf(file)}: the browser cannot open it, expected a file that is still there`,
      {
        cause,
      },
    );
  }
}

function nameOf({ name }: File): string {
  return printablePath(name);
}

function refusal(what: string, now: string, expected: string): UserError {
  return new UserError(`Cannot read ${what}: ${now}, expected ${expected}`);
}
