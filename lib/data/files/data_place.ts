/**
 * Where the user's own data are on this machine, and which part of them is meant: what the flags of `train` say.
 *
 * Reads nothing; `find_rows.ts` looks there. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Files that belong to rows, and what is said about them. */
export interface RowFiles {
  /** A file, a folder, or a glob. */
  data?: string;
  /** Classes of the rows: npy, csv, IDX, or a text with one in each line. */
  labels?: string;
  /** The column of classes in tables, by its name, or by its number from 1 if the table has no header. */
  labelColumn?: string;
  /** What the classes are called, one in each line. */
  names?: string;
  /** What is known of the rows in words, one line per row: jsonl or csv. */
  meta?: string;
  /** The array to read of a file that holds several. */
  tensor?: string;
}

/** See the module comment. A field that is left out was not named. */
export interface DataPlace extends RowFiles {
  /** A folder of IDX files, which decides alone. */
  dataDir?: string;
  /** Rows to measure on: a file, a folder, or a glob. */
  test?: string;
  /** Classes of the rows of `test`. */
  testLabels?: string;
  /** The share of all rows that is held out to measure on, in (0, 1). */
  testShare?: number;
}

const FIELDS = [
  ...[
    "dataDir",
    "data",
    "test",
    "testShare",
    "labels",
    "labelColumn",
    "testLabels",
    "names",
    "meta",
    "tensor",
  ] as const,
] as const satisfies (keyof DataPlace)[];

/** The fields of a place that are named, of options that have others as well. */
export function placeOf(options: DataPlace): DataPlace {
  return Object.fromEntries(
    FIELDS.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]),
  );
}
