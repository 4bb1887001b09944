/**
 * New rows for a model that is trained: read as its training rows were, scaled with its own numbers, some at a time.
 *
 * Does not know the model beyond what its data were. What is done with the rows is the caller's business
 * (`lib/run/encode.ts`, `lib/run/evaluate.ts`).
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import { areFloats, type Pixels, pixelValues } from "../pixels.ts";
import type { RowFiles } from "./data_place.ts";
import type { SourceFile } from "./dataset.ts";
import { findPart } from "./find_rows.ts";
import { gatherRows } from "./gather_rows.ts";
import { joinedClasses } from "./joined_classes.ts";
import type { LabelColumn, RowMeta } from "./row_labels.ts";
import { rowLength, type RowShape } from "./row_shape.ts";
import { applyScaling, isIdentity, type Scaling } from "./scaling.ts";
import { readMeta } from "./side_files.ts";

/** What a model says of the rows that it reads. */
export interface RowsOfModel {
  /** Values in a row. */
  dInput: number;
  scaling: Scaling;
  /** What class i is called in the model's report; empty if it was trained without labels. */
  classNames: readonly string[];
}

/** Rows for a model. */
export interface RowsForModel {
  /** What the data are called. */
  name: string;
  shape: RowShape;
  count: number;
  /** The class of each row. The model's classes come first, under their numbers; others follow. Null without labels. */
  labels: LabelColumn | null;
  /** What else a reader must know, in sentences. */
  notes: string[];
  /** The files that are read. */
  sources: SourceFile[];
  /**
   * All rows in order, scaled, some at a time: `[rows, dInput]`, bytes if the model reads bytes as they are.
   *
   * @throws {UserError} A row is damaged.
   */
  pieces(): AsyncIterable<Pixels>;
  /**
   * Some rows, scaled.
   *
   * @param rows Their numbers, rising.
   * @returns `[rows, dInput]`.
   */
  rowsAt(rows: Uint32Array): Promise<Pixels>;
  /**
   * What is known of some rows in words, from `--meta` or the data's own columns; null if nothing is.
   *
   * @param rows Their numbers, rising.
   * @throws {UserError} The file of words has another number of lines than there are rows.
   */
  wordsAt(rows: Uint32Array): Promise<RowMeta | null>;
}

/**
 * Opens new data for a model.
 *
 * @param place.data A file, a folder, or a glob, as for `train --data`.
 * @param options.part Which part of a set that has a training and a test part; the test part if left out.
 * @throws {UserError} The data cannot be read, or their rows are longer or shorter than the model's.
 */
export async function openForModel(
  place: RowFiles & { data: string },
  { model, part = "test" }: { model: RowsOfModel; part?: "train" | "test" },
): Promise<RowsForModel> {
  const { scaling, dInput } = model, found = await findPart(place, { part }), { rows } = found.rows;
  if (rowLength(rows.shape) !== dInput) {
    const now = `its rows have ${rowLength(rows.shape)} values`;
    throw new UserError(`Cannot use ${printablePath(place.data)}: ${now}, expected ${dInput} as the model reads`);
  }
  const isPlain = isIdentity(scaling), stayBytes = isPlain && rows.type === "bytes";
  const scaled = (piece: Pixels): Pixels => {
    if (isPlain) return piece;
    const values = areFloats(piece) ? piece : pixelValues(piece);
    applyScaling(values, { scaling, dInput });
    return values;
  };
  return {
    ...{ name: found.name, shape: rows.shape, count: rows.count, sources: found.sources },
    labels: found.rows.labels && modelsClasses(found.rows.labels, model.classNames),
    notes: found.hasParts ? [...found.notes, `The set's ${part} part is read`] : found.notes,
    async *pieces() {
      for await (const piece of rows.pieces()) yield scaled(piece);
    },
    async rowsAt(wanted) {
      const length = wanted.length * dInput;
      const into: Pixels = stayBytes ? new Uint8Array(length) : new Float32Array(length);
      if (wanted.length > 0) await gatherRows(found.rows, { wanted: [{ rows: wanted, into }] });
      return scaled(into);
    },
    async wordsAt(wanted) {
      if (place.meta !== undefined) return await readMeta(place.meta, { count: rows.count, rows: wanted });
      if (rows.meta === null) return null;
      return { ...rows.meta, values: rows.meta.values.map((column) => Array.from(wanted, (row) => column[row])) };
    },
  };
}

/** Classes by the model's names as far as these agree. */
function modelsClasses(labels: LabelColumn, names: readonly string[]): LabelColumn {
  const known = new Set(names), own = [...names, ...labels.names.filter((name) => !known.has(name))];
  const { test } = joinedClasses({ values: new Uint8Array(), names: own }, labels);
  return { names: own, values: test! };
}
