/**
 * New data for a trained model: opened from files, and in memory as the model reads them.
 *
 * Runs no model.
 *
 * @module
 */
import type { RowFiles } from "../data/files/data_place.ts";
import { type ImageSet, imageSet } from "../data/dataset.ts";
import { findPart } from "../data/files/find_rows.ts";
import type { RowsOnDisk } from "../data/files/gather_rows.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import { rowPieces } from "../data/files/row_pieces.ts";
import { rowLength } from "../data/row_shape.ts";
import { isIdentity, type Scaling } from "../data/scaling.ts";
import { classesInWords, readMeta } from "../data/files/side_files.ts";
import { UserError } from "../errors.ts";
import { assertFitsMemory } from "../memory.ts";
import type { Pixels } from "../pixels.ts";
import type { Architecture } from "../sae/model.ts";
import { chosenPart, type Part, type PartOptions } from "./chosen_part.ts";

/** Rows that are read at a time. */
const PIECE_ROWS = 512;

/** New data. */
export interface NewRows {
  /** What the data are called. */
  name: string;
  /** The files that they and their labels, names and words are read from; not those of IDX folders. */
  files: string[];
  opened: OpenedRows;
  /** All rows of the files, of which `opened` may be some. */
  whole: RowsOnDisk;
  /** Which rows of the data they are. */
  part: Part;
}

/**
 * Opens new data.
 *
 * @throws {UserError} Nothing is there or it cannot be read; labels, names or words do not fit the rows; or the data have no
 * such part.
 */
export async function openNewRows(
  files: RowFiles & { data: string },
  { part, ownPart, run }: PartOptions,
): Promise<NewRows> {
  const found = await findPart({ ...files, areBytes: run.dataset.bytes }, {
    part: part === "train" ? "train" : "test",
  });
  const { name, rows: { rows, labels, files: own }, notes } = found;
  const meta = files.meta === undefined ? rows.meta : await readMeta(files.meta, { count: rows.count, rows: null });
  const unread = files.meta !== undefined && labels === null ? classesInWords(meta!) : [];
  const beside = [files.labels, files.names, files.meta].filter((path) => path !== undefined);
  return {
    name,
    files: [...own.map(({ path }) => path), ...beside],
    whole: found.rows,
    ...chosenPart({ ...rows, labels, meta, notes: [...notes, ...unread] }, { ...found, part, ownPart, run }),
  };
}

/** @throws {UserError} The rows have another length than the model's inputs, or there are none. */
export function assertFits({ shape, count }: Pick<OpenedRows, "shape" | "count">, { dInput }: Architecture): void {
  const length = rowLength(shape);
  if (length !== dInput) {
    throw new UserError(`Cannot use the data: their rows have ${length} values, expected the model's ${dInput}`);
  }
  if (count === 0) throw new UserError("Cannot use the data: there are no rows, expected at least 1");
}

/**
 * Reads all rows, scaled.
 *
 * @param options.limit Only the first rows, if there are more.
 * @throws {UserError} They do not fit the model or the memory, or a row is damaged.
 * @throws The signal's reason, when aborted.
 */
export async function loadNewRows(
  rows: OpenedRows,
  { arch, scaling, limit, signal }: { arch: Architecture; scaling: Scaling; limit: number | null; signal: AbortSignal },
): Promise<ImageSet> {
  assertFits(rows, arch);
  const { dInput } = arch, count = Math.min(rows.count, limit ?? Infinity);
  const areBytes = rows.type === "bytes" && isIdentity(scaling);
  const size = count * dInput;
  // Beside the rows themselves a pass keeps their latents, as far as that is known to fit.
  assertFitsMemory(size * (areBytes ? 1 : 4), { what: `measure ${count} rows (--limit takes fewer)` });
  const pixels: Pixels = areBytes ? new Uint8Array(size) : new Float32Array(size);
  for await (const piece of rowPieces(rows, { scaling, from: 0, to: count, size: PIECE_ROWS })) {
    signal.throwIfAborted();
    pixels.set(piece.pixels, piece.first * dInput);
  }
  return imageSet({
    pixels,
    count,
    labels: rows.labels && rows.labels.values.slice(0, count),
    fileRows: rows.fileRows?.subarray(0, count) ?? null,
    meta: rows.meta,
  });
}
