/**
 * Rows in files that were opened: what they are, and how their numbers are read.
 *
 * Types alone; the readers of each kind of file make them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { NumberType } from "../../formats/number_types.ts";
import type { Pixels } from "../../pixels.ts";
import type { LabelColumn, RowMeta } from "../row_labels.ts";
import type { RowShape } from "../row_shape.ts";

/** Rows one after the other in a file, as plain numbers: they can be read from any row on. */
export interface FlatRows {
  /** Index of the file in the list that was opened. */
  file: number;
  /** Where the first row begins, bytes. */
  offset: number;
  type: NumberType;
  isBigEndian: boolean;
  /** Rows in this part. */
  count: number;
}

/** See the module comment. */
export interface OpenedRows {
  shape: RowShape;
  /** Rows in all files together. */
  count: number;
  /** Numbers of the rows over all files, rising, if these are some of them; all rows if left out. */
  fileRows?: Uint32Array;
  /** What `pieces` gives: bytes for values that are bytes or whole numbers from 0 to 255 of which one is at least 128, floats for all others. */
  type: "bytes" | "floats";
  labels: LabelColumn | null;
  /** What the columns of values are called, in tables that say so. */
  columns?: readonly string[] | null;
  /** Columns of words that the files hold. */
  meta: RowMeta | null;
  /** The parts in order if all rows are plain numbers in the files, so that any of them can be read alone; else null. */
  flat: readonly FlatRows[] | null;
  /** What else a reader must know, in sentences, such as that images were turned or made grey. */
  notes: string[];
  /** Whether the files hold a test part as well, which `openRows` reads when it is asked for `part: "test"`. */
  hasTestPart: boolean;
  /**
   * All rows in order, unscaled, some at a time; each piece is `[rows, dInput]` and may be kept.
   *
   * @throws {UserError} A row is damaged, or a number is NaN or infinite; the line names file, row and column or byte.
   */
  pieces(): AsyncIterable<Pixels>;
  /** The same from a row on, of which those before it are not read, as far as that is possible; left out if it is not. */
  piecesFrom?(row: number): AsyncIterable<Pixels>;
}
