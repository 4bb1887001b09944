/**
 * The reader's own files: rows of any kind that the program reads, as training rows with some held out.
 *
 * Nothing is sent anywhere. `lib/data/readers/open_rows.ts` reads the files; here images become bytes of at most 64 by 64 pixels, and
 * vectors are scaled so that their mean length is √d, as the program does. Loaded when files are dropped. PORTABLE: no
 * Deno, no Node, no DOM.
 *
 * @module
 */
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../../../../lib/data/dataset.ts";
import { rowHash } from "../../../../lib/data/held_out.ts";
import { joinedClasses } from "../../../../lib/data/files/joined_classes.ts";
import { measureScaling } from "../../../../lib/data/measure_scaling.ts";
import { shapeText } from "../../../../lib/data/row_shape.ts";
import { openRows } from "../../../../lib/data/readers/open_rows.ts";
import type { OpenedRows } from "../../../../lib/data/readers/opened_rows.ts";
import type { Labels, RowMeta } from "../../../../lib/data/row_labels.ts";
import { rowLength, type RowShape } from "../../../../lib/data/row_shape.ts";
import { applyScaling } from "../../../../lib/data/scaling.ts";
import { UserError } from "../../../../lib/errors.ts";
import { gatherPixels, type Pixels, pixelValues } from "../../../../lib/pixels.ts";
import { count as grouped, fileSize } from "../../format.ts";
import type { OwnFile } from "../own_files.ts";
import type { LiveSettings } from "../settings.ts";
import { IMAGE_COUNTS } from "../stored_images.ts";
import { isDigitTile } from "../tile_shape.ts";
import type { LiveData } from "./data.ts";
import { fitRows, fittedShape } from "./fitted.ts";
import { areLight, byteLevels, rangeOf } from "./levels.ts";
import { dataAmong, sourceOf, sourceText } from "./own_sources.ts";

/** Fewer rows teach nothing, and leave nothing to hold out. */
const LEAST_ROWS = 64;
/** All files together, and the rows in memory, bytes. */
const MOST_BYTES = 1e9, MOST_ROW_BYTES = 4e8;
/** One row of this many is held out. */
const HELD_OUT_OF = 10;
/** The most latents that a model of vectors begins with, how many of each value, and how many are active. */
const MOST_LATENTS = 1024, LATENTS_PER_VALUE = 4, MOST_ACTIVE = 32;
/** The reader's own rows, and the settings that a training on them begins with; empty if those of before do. */
export interface OwnRows {
  data: LiveData;
  knobs: LiveSettings["knobs"] | null;
}

/** Rows of one part in memory. */
interface HeldRows extends Pick<ImageSet, "pixels" | "count" | "meta"> {
  labels: OpenedRows["labels"];
}

/**
 * Reads files that hold rows.
 *
 * @throws {UserError} A file cannot be used, there are too few rows, or more than a page can hold.
 */
export async function readOwnRows(given: readonly OwnFile[]): Promise<OwnRows> {
  const { data: files, nOthers } = dataAmong(given), bytes = files.reduce((sum, { file: { size } }) => sum + size, 0);
  if (bytes > MOST_BYTES) throw refusal(`the files have ${fileSize(bytes)}`, `at most ${fileSize(MOST_BYTES)}`);
  const sources = files.map(sourceOf), opened = await openRows(sources);
  const tile = fittedShape(opened.shape);
  const test = opened.hasTestPart ? await openRows(sources, { part: "test", areBytes: opened.type === "bytes" }) : null;
  if (test) assertSameRows(test, opened);
  const all = opened.count + (test?.count ?? 0);
  if (all < LEAST_ROWS) throw refusal(all === 1 ? "there is 1 row" : `there are ${all} rows`, `at least ${LEAST_ROWS}`);
  assertFitsPage(all, { tile, opened });
  const toBytes = opened.shape.kind === "vector" ? null : await byteLevels(opened), how = { tile, toBytes };
  const held = await heldRows(opened, how), heldTest = test && await heldRows(test, how);
  const notes = nOthers === 0 ? opened.notes : [
    ...opened.notes,
    nOthers === 1
      ? "1 file was left out: its name is not that of data."
      : `${grouped(nOthers)} files were left out: their names are not those of data.`,
  ];
  return ownRowsOf({ opened: { ...opened, notes }, tile, source: sourceText(files), held, test: heldTest });
}

/** @throws {UserError} The test rows have another shape or other numbers. */
function assertSameRows(test: OpenedRows, own: OpenedRows): void {
  const [now, wanted] = [test, own].map(({ shape }) => shapeText(shape));
  if (now !== wanted) throw refusal(`test rows are ${now}`, `${wanted} as in training`);
  if (test.type !== own.type) throw refusal(`test rows are ${test.type}`, `${own.type} as in training`);
}

/** @throws {UserError} The rows need more memory than a page should take; nothing is allocated yet. */
function assertFitsPage(count: number, { tile, opened }: { tile: RowShape; opened: OpenedRows }): void {
  const bytes = count * rowLength(tile) * (opened.shape.kind === "vector" ? 4 : 1);
  if (bytes <= MOST_ROW_BYTES) return;
  const now = `${grouped(count)} rows need ${fileSize(bytes)} of memory`;
  throw refusal(now, `at most ${fileSize(MOST_ROW_BYTES)}; the program itself trains on data of any size`);
}

/** All rows: images as bytes of the tile's size, vectors as floats. */
async function heldRows(
  opened: OpenedRows,
  { tile, toBytes }: { tile: RowShape; toBytes: ((piece: Pixels) => Uint8Array<ArrayBuffer>) | null },
): Promise<HeldRows> {
  const values = opened.count * rowLength(tile);
  const pixels: Pixels = toBytes ? new Uint8Array(values) : new Float32Array(values);
  let at = 0;
  for await (const piece of opened.pieces()) {
    const own = toBytes ? fitRows(toBytes(piece), { from: opened.shape, to: tile }) : pixelValues(piece);
    pixels.set(own, at);
    at += own.length;
  }
  return { pixels, count: opened.count, meta: opened.meta, labels: opened.labels };
}

function ownRowsOf(
  { opened, tile, source, held, test }: {
    opened: OpenedRows;
    tile: RowShape;
    source: string;
    held: HeldRows;
    test: HeldRows | null;
  },
): OwnRows {
  const isVector = tile.kind === "vector", dInput = rowLength(tile), changes: string[] = [...opened.notes];
  if (tile.height !== opened.shape.height || tile.width !== opened.shape.width) {
    changes.push(
      `Images of ${opened.shape.width} by ${opened.shape.height} pixels are fitted to ${tile.width} by ${tile.height}.`,
    );
  }
  if (!isVector && opened.type === "floats") changes.push("Values are made levels from 0 to 255.");
  const isInverted = isDigitTile(tile) && areLight(held.pixels, tile);
  if (isInverted) {
    for (const { pixels } of [held, ...(test ? [test] : [])]) {
      for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - pixels[i];
    }
    changes.push("All inverted, because most backgrounds are light.");
  }
  const split = splitRows(held, test, dInput);
  const scaling = isVector
    ? measureScaling(split.train.pixels as Float32Array<ArrayBuffer>, {
      scale: "mean-norm",
      subtract: "none",
      dInput,
      areBytes: false,
    })
    : GREY_IMAGES.scaling;
  if (isVector) {
    for (const { pixels } of [split.train, split.test]) applyScaling(pixels as Float32Array, { scaling, dInput });
    changes.push(`Scaled so that the mean length of a row is √${dInput}.`);
  }
  const what = isVector ? `vectors of ${grouped(dInput)} values` : tile.channels === 3 ? "colour images" : "images";
  const [nTrain, nTest] = [split.train, split.test].map(({ count }) => grouped(count));
  const dataset: Dataset = {
    ...GREY_IMAGES,
    ...tile,
    ...(isVector ? rangeOf(split.train.pixels) : { black: 0, white: 1 }),
    ...{ name: "own", truth: null, scaling, classNames: split.classNames },
    ...{ train: split.train, test: split.test },
    split: test ? { by: "set", share: null } : { by: "hash", share: 1 / HELD_OUT_OF },
    provenance: { source: "memory", files: [], fallback: null, notes: changes },
  };
  const summary = [
    `${grouped(held.count + (test?.count ?? 0))} ${what} of ${source}: ${nTrain} to train on, ${nTest} held out.`,
    ...changes,
    ...isVector ? ["Pictures are bars, one column for each value or group of values."] : [],
  ];
  return {
    data: { name: "own", summary: summary.join(" "), dataset, median: null },
    knobs: isVector ? vectorKnobs(dInput) : null,
  };
}

/** Researchers' vectors are not digits: one layer, linear output, a known number of active latents. */
function vectorKnobs(dInput: number): LiveSettings["knobs"] {
  const latent = Math.min(MOST_LATENTS, LATENTS_PER_VALUE * dInput);
  return { sparsity: "topk", hidden: [], output: "linear", latent, k: Math.min(MOST_ACTIVE, Math.ceil(latent / 8)) };
}

/** The training rows and those that are held out: the set's own test part, or a tenth. */
function splitRows(
  held: HeldRows,
  test: HeldRows | null,
  dInput: number,
): { train: ImageSet; test: ImageSet; classNames: string[] } {
  const rows = Array.from({ length: held.count }, (_, row) => row);
  if (test) {
    const { names, ...classes } = joinedClasses(held.labels, test.labels);
    const shown = Array.from({ length: Math.min(test.count, IMAGE_COUNTS.heldOut) }, (_, row) => row);
    return {
      train: partOfRows(held, { rows, labels: classes.train, dInput }),
      test: partOfRows(test, { rows: shown, labels: classes.test, dInput }),
      classNames: names,
    };
  }
  const heldOut = new Set(heldOutRows(held.count)), labels = held.labels?.values ?? null;
  return {
    train: partOfRows(held, { rows: rows.filter((row) => !heldOut.has(row)), labels, dInput }),
    test: partOfRows(held, { rows: rows.filter((row) => heldOut.has(row)), labels, dInput }),
    classNames: held.labels?.names ?? [],
  };
}

function partOfRows(
  { pixels, meta }: HeldRows,
  { rows, labels, dInput }: { rows: number[]; labels: Labels | null; dInput: number },
): ImageSet {
  const own: RowMeta | null = meta &&
    { names: meta.names, values: meta.values.map((words) => rows.map((row) => words[row])) };
  return imageSet({
    pixels: gatherPixels(pixels, rows, dInput),
    count: rows.length,
    labels: labels && labels.constructor === Uint8Array
      ? Uint8Array.from(rows, (row) => labels[row])
      : labels && Uint16Array.from(rows, (row) => labels[row]),
    fileRows: Uint32Array.from(rows),
    meta: own,
  });
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

function refusal(now: string, expected: string): UserError {
  return new UserError(`Cannot train on these files: ${now}, expected ${expected}`);
}
