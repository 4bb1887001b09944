/**
 * Reads chosen rows of opened files into memory: single rows and stretches of flat files, else the rows in passing.
 *
 * Scales nothing; which rows are wanted is `split_rows.ts`'s business.
 *
 * @module
 */
import { fileError } from "../../files.ts";
import { decodeBytes, decodeExactly, decodeNumbers } from "../../formats/decode_numbers.ts";
import { bytesOf } from "../../formats/number_types.ts";
import { areFloats, type Pixels } from "../../pixels.ts";
import { type DataFile, readExactly } from "./disk_source.ts";
import { assertFinite } from "../readers/finite.ts";
import type { FlatRows, OpenedRows } from "../readers/opened_rows.ts";
import { rowLength } from "../row_shape.ts";

/** Rows to read, and where they go. */
export interface Wanted {
  /** Their numbers over all files, rising. */
  rows: Uint32Array;
  /** `[rows, dInput]`; bytes if the data are bytes and stay so, else floats. */
  into: Pixels;
}

/** Opened rows, with the files that they are in. */
export interface RowsOnDisk {
  rows: OpenedRows;
  /** The files in the order in which they were opened: `FlatRows.file` counts in it. */
  files: readonly DataFile[];
  /** What decides besides the files which rows they are: the name of their array, and the part of the set. */
  choice: string;
}

/** Rows that lie no further apart than this are read at once with what is between them, bytes. */
const MOST_GAP = 2 ** 17;
/** Most that is read at once, bytes; a single row may be longer. */
const MOST_READ = 2 ** 23;

/**
 * Reads wanted rows. Bytes become floats as byte / 255 if floats are asked for.
 *
 * @param options.onProgress Called with the share of the work that is done, in [0, 1].
 * @throws {UserError} A row cannot be read, or holds NaN or infinity.
 * @throws The signal's reason, when aborted.
 */
export async function gatherRows(
  { rows, files }: RowsOnDisk,
  { wanted, onProgress, signal }: {
    wanted: readonly Wanted[];
    onProgress?: (share: number) => void;
    signal?: AbortSignal;
  },
): Promise<void> {
  const dInput = rowLength(rows.shape), isByte = rows.type === "bytes";
  const total = wanted.reduce((sum, { rows }) => sum + rows.length, 0);
  let done = 0;
  const advance = (n: number) => {
    signal?.throwIfAborted();
    done += n;
    onProgress?.(done / total);
  };
  if (rows.flat === null) return await passBy(rows, { wanted, dInput, advance });
  for (const one of wanted) await readFlat(rows.flat, { ...one, files, dInput, isByte, advance });
}

/** One pass over all pieces, up to the last wanted row. */
async function passBy(
  rows: OpenedRows,
  { wanted, dInput, advance }: { wanted: readonly Wanted[]; dInput: number; advance: (n: number) => void },
): Promise<void> {
  const next = wanted.map(() => 0);
  const end = wanted.reduce((most, { rows }) => Math.max(most, (rows.at(-1) ?? -1) + 1), 0);
  let first = 0;
  for await (const piece of rows.pieces()) {
    const count = piece.length / dInput;
    for (const [i, { rows, into }] of wanted.entries()) {
      const from = next[i];
      while (next[i] < rows.length && rows[next[i]] < first + count) {
        place(piece, { row: rows[next[i]] - first, into, at: next[i], dInput });
        next[i]++;
      }
      advance(next[i] - from);
    }
    first += count;
    if (first >= end) break;
  }
}

/** Rows out of plain files, in stretches. */
async function readFlat(
  parts: readonly FlatRows[],
  { rows, into, files, dInput, isByte, advance }: Wanted & {
    files: readonly DataFile[];
    dInput: number;
    isByte: boolean;
    advance: (n: number) => void;
  },
): Promise<void> {
  let at = 0, partStart = 0;
  for (const part of parts) {
    const partEnd = partStart + part.count;
    if (at < rows.length && rows[at] < partEnd) {
      const { path, name } = files[part.file], rowBytes = dInput * bytesOf(part.type);
      try {
        using file = await Deno.open(path);
        while (at < rows.length && rows[at] < partEnd) {
          const from = rows[at], end = stretchEnd(rows, { at, partEnd, rowBytes });
          const start = part.offset + (from - partStart) * rowBytes;
          await file.seek(start, Deno.SeekMode.Start);
          const bytes = await readExactly(file, { bytes: (rows[end - 1] + 1 - from) * rowBytes, from: start, name });
          const layout = { ...part, name }, stored = (at: number) => decodeExactly(bytes, layout)[at];
          const values = isByte ? decodeBytes(bytes, layout) : decodeNumbers(bytes, layout);
          assertFinite(values, { name, firstRow: from - partStart, dInput, stored });
          for (let i = at; i < end; i++) place(values, { row: rows[i] - from, into, at: i, dInput });
          advance(end - at);
          at = end;
        }
      } catch (error) {
        throw fileError("read", path, error);
      }
    }
    partStart = partEnd;
  }
}

/** The place in `rows` after the last one that is read together with the one at `at`. */
function stretchEnd(
  rows: Uint32Array,
  { at, partEnd, rowBytes }: { at: number; partEnd: number; rowBytes: number },
): number {
  let end = at + 1;
  while (
    end < rows.length && rows[end] < partEnd &&
    (rows[end] - rows[end - 1] - 1) * rowBytes <= MOST_GAP &&
    (rows[end] + 1 - rows[at]) * rowBytes <= MOST_READ
  ) end++;
  return end;
}

/** Writes one row to its place. */
function place(
  piece: Pixels,
  { row, into, at, dInput }: { row: number; into: Pixels; at: number; dInput: number },
): void {
  const start = row * dInput, to = at * dInput;
  if (areFloats(into) && !areFloats(piece)) { for (let i = 0; i < dInput; i++) into[to + i] = piece[start + i] / 255; }
  else into.set(piece.subarray(start, start + dInput), to);
}
