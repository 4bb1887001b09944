/**
 * What a reader of one file gives, before the rows of several files become one set.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import type { Pixels } from "../../pixels.ts";
import type { FlatRows } from "./opened_rows.ts";
import { rowText } from "./row_text.ts";
import type { RowMeta } from "../row_labels.ts";
import type { RowShape } from "../row_shape.ts";

/** Classes as a file has them, one for each row: numbers, or what they are called. */
export type RawLabels = ArrayLike<number> | readonly string[];

/** Rows of one file, or of one array in it. */
export interface FileRows {
  /** The file that was opened. */
  file: ByteSource;
  /** What errors call it: the file, or the file and the array in it. */
  name: string;
  shape: RowShape;
  count: number;
  /** Whether all values are bytes, or whole numbers from 0 to 255 that are meant as such. */
  areBytes: boolean;
  /** Where the rows are if they are plain numbers in the file; null if they must be decoded. */
  flat: Omit<FlatRows, "file"> | null;
  labels: RawLabels | null;
  /** What class i is called, if labels are numbers and the file says so. */
  classNames?: readonly string[] | null;
  meta: RowMeta | null;
  /** What the columns of values are called, in a table that says so. */
  columns?: readonly string[] | null;
  notes: string[];
  /** All rows in order, some at a time: bytes if `areBytes`, else finite floats. */
  pieces(): AsyncIterable<Pixels>;
  /** The same from a row on, without reading those before it; left out by a reader that has to read them. */
  piecesFrom?(row: number): AsyncIterable<Pixels>;
}

/** Values in one piece of rows; a single row may have more. */
const PIECE_VALUES = 2 ** 20;
/**
 * Whole numbers of another type than u8 are bytes if the largest is at least this and at most 255. Others are floats, which
 * stand for themselves: scikit-learn's digits are from 0 to 16, and 16 is white.
 */
const LEAST_WHITE = 128;
/** What is known of the numbers before they are read: whether a model was trained on bytes; undefined if nothing is. */
export interface NumberHint {
  areBytes?: boolean;
}
/** A longer row is refused: a dictionary for it would need more memory than any machine here has. */
const MOST_ROW_VALUES = 2 ** 24;

/** A refusal that names the file. */
export function refusal(name: string, now: string, wanted: string): UserError {
  return new UserError(`Cannot read ${printablePath(name)}: ${now}, expected ${wanted}`);
}

/**
 * The least largest number with which whole numbers count as bytes. For a model of bytes a dark row is one of bytes too;
 * only 0 and 1 alone stay as they are. For a model of floats no other numbers than u8 are bytes.
 */
export function leastWhite({ areBytes }: NumberHint): number {
  return areBytes === undefined ? LEAST_WHITE : areBytes ? 2 : Infinity;
}

/** Rows in one piece. */
export function rowsPerPiece(dInput: number): number {
  return Math.max(1, Math.floor(PIECE_VALUES / dInput));
}

/** @throws {UserError} A row has no values, or more than 2^24. */
export function assertRowLength(dInput: number, name: string): void {
  if (dInput >= 1 && dInput <= MOST_ROW_VALUES) return;
  throw refusal(name, `a row has ${dInput} values`, `1 … ${MOST_ROW_VALUES}`);
}

/**
 * Asserts that classes that are numbers are whole ones.
 *
 * @param name What errors call the place that has them: the file, or the array in it.
 * @throws {UserError} One is not.
 */
export function assertWholeLabels(labels: RawLabels, name: string): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (typeof label === "string" || Number.isSafeInteger(label)) continue;
    throw refusal(name, `the label of ${rowText(row)} is ${label}`, "a whole number");
  }
}
