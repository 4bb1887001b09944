/**
 * A data set from an array that the caller has: rows of numbers, or images.
 *
 * Splits off a test set and checks the values. Copies nothing but what it splits. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "./row_labels.ts";
import { UserError } from "../errors.ts";
import { assertPixels, gatherPixels, type Pixels } from "../pixels.ts";
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "./dataset.ts";

/** What an array holds. */
export interface ArrayOptions {
  /** Numbers in one input: a row of the array. */
  dInput: number;
  /** Class of each row, `[count]`. */
  labels?: Labels;
  /** Inputs to measure on, as the others; every tenth row of the array if left out. */
  test?: Pixels;
  /** Class of each row of `test`. */
  testLabels?: Labels;
  /** Height and width of an image, for reports; a single row of `dInput` if left out. */
  shape?: [height: number, width: number];
  /** What the data are called; `array` if left out. */
  name?: string;
  /** What class i is called; its number if left out. */
  classNames?: string[];
}

/** One row of this many is held out for the test set. */
const TEST_EVERY = 10;

/**
 * A data set of the rows of an array: bytes stand for byte / 255, floats for themselves.
 *
 * @throws {TypeError} The array is of another type.
 * @throws {UserError} The array is not whole rows, too few, or holds a number that is not finite; labels do not fit.
 *
 * @example
 * ```ts
 * import { datasetOf } from "./in_memory.ts";
 * import assert from "node:assert/strict";
 *
 * const { train, test } = datasetOf(Float32Array.from({ length: 40 }, (_, i) => i), { dInput: 2 });
 * assert.deepEqual([train.count, test.count], [18, 2]);
 * assert.deepEqual([...test.pixels], [18, 19, 38, 39]); // rows 9 and 19
 * ```
 */
export function datasetOf(values: Float32Array | Uint8Array, options: ArrayOptions): Dataset {
  const { dInput, labels = null, shape = [1, dInput], name = "array" } = options;
  if (!Number.isInteger(dInput) || dInput < 1) throw refusal(`dInput is ${dInput}`, "an integer of at least 1");
  if (shape[0] * shape[1] !== dInput) throw refusal(`shape is ${shape[0]}×${shape[1]}`, `${dInput} numbers`);
  const all = rowsOf(values as Pixels, { dInput, labels, what: "rows" });
  const { train, test } = options.test
    ? { train: all, test: rowsOf(options.test, { dInput, labels: options.testLabels ?? null, what: "test rows" }) }
    : split(all, dInput);
  const [black, white] = values instanceof Uint8Array ? [0, 1] : rangeOf(train.pixels);
  const nClasses = Math.max(largest(train.labels), largest(test.labels)) + 1;
  const classNames = options.classNames ?? Array.from({ length: nClasses }, (_, i) => String(i));
  if (classNames.length < nClasses) throw refusal(`there are ${classNames.length} class names`, `${nClasses}`);
  return {
    ...GREY_IMAGES,
    kind: shape[0] > 1 ? "image" : "vector",
    split: options.test ? { by: "path", share: null } : { by: "set", share: null },
    ...{ name, height: shape[0], width: shape[1], black, white, classNames, train, test, truth: null },
    provenance: { source: "memory", files: [], fallback: null, notes: [] },
  };
}

function rowsOf(
  pixels: Pixels,
  { dInput, labels, what }: { dInput: number; labels: Labels | null; what: string },
): ImageSet {
  assertPixels(pixels, `use the ${what}`);
  const count = pixels.length / dInput;
  if (!Number.isInteger(count) || count < 1) {
    throw refusal(`${pixels.length} numbers are not whole ${what}`, `a multiple of ${dInput}, at least one row`);
  }
  for (let i = 0; i < pixels.length; i++) {
    if (!Number.isFinite(pixels[i])) {
      throw refusal(
        `number ${i % dInput} of row ${Math.floor(i / dInput)} (both from 0) is ${pixels[i]}`,
        "finite numbers",
      );
    }
  }
  if (labels && labels.length !== count) {
    throw refusal(`there are ${labels.length} labels`, `one for each of ${count} ${what}`);
  }
  return imageSet({ pixels, count, labels });
}

/** Holds out every tenth row, or the last one of fewer. */
function split({ pixels, count, labels }: ImageSet, dInput: number): { train: ImageSet; test: ImageSet } {
  if (count < 2) throw refusal("there is 1 row", "at least 2, or a test set");
  const isTest = (row: number) => row % TEST_EVERY === TEST_EVERY - 1 || (count < TEST_EVERY && row === count - 1);
  const rows = Array.from({ length: count }, (_, row) => row);
  const { train = [], test = [] } = Object.groupBy(rows, (row) => isTest(row) ? "test" : "train");
  const take = (kept: number[]): ImageSet =>
    imageSet({
      pixels: gatherPixels(pixels, kept, dInput),
      count: kept.length,
      labels: labels && ofRows(labels, kept),
      fileRows: Uint32Array.from(kept),
    });
  return { train: take(train), test: take(test) };
}

/** The labels of some rows, in the same type. */
function ofRows(labels: Labels, rows: number[]): Labels {
  const own = rows.map((row) => labels[row]);
  return labels instanceof Uint8Array ? Uint8Array.from(own) : Uint16Array.from(own);
}

/** The smallest and the largest value; 0 and 1 if all are equal. */
function rangeOf(values: Pixels): [number, number] {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return least < most ? [least, most] : [0, 1];
}

function largest(labels: Labels | null): number {
  let most = -1;
  for (const label of labels ?? []) most = Math.max(most, label);
  return most;
}

function refusal(now: string, expected: string): UserError {
  return new UserError(`Cannot use the array: ${now}, expected ${expected}`);
}
