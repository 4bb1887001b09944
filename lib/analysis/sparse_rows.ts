/**
 * Rows of a matrix as lists of what is not 0: a pass over latents then takes time in proportion to the active ones,
 * and a whole split of sparse latents fits into memory even if the matrix would not.
 *
 * Does not know models. Imports nothing but shapes. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowCount } from "./shapes.ts";

/** Consecutive rows in which zeros are left out. */
export interface SparseRows {
  /** How many rows. */
  count: number;
  /** Row i has the entries from `starts[i]` up to `starts[i + 1]`; at least `[count + 1]`. */
  starts: Uint32Array;
  /** The column of each entry, ascending within a row. */
  columns: Uint32Array;
  /** The value of each entry, never 0. */
  values: Float32Array;
}

/** Some of the rows that were asked for, in their order. */
export interface RowPiece extends SparseRows {
  /** The place of its first row among all that were asked for. */
  first: number;
}

/** A matrix that is read a piece at a time, as often as needed. */
export interface RowSource {
  /** How many rows there are. */
  readonly count: number;
  readonly width: number;
  /**
   * The rows of the given numbers in their order, or all. The arrays of a piece belong to the source: they may be
   * written over once the next piece is asked for.
   */
  pieces(rows?: Uint32Array): AsyncIterable<RowPiece>;
}

/** Most rows of one piece. */
export const PIECE_ROWS = 500;
/** Most bytes of what is read for one piece. */
const PIECE_BYTES = 2 ** 24;

/** How many rows to read at a time, if one row needs this many bytes: at least 1, at most 500. */
export function rowsPerPiece(bytesPerRow: number): number {
  return Math.min(PIECE_ROWS, Math.max(1, Math.floor(PIECE_BYTES / bytesPerRow)));
}

/** Turns dense rows into lists, one piece after the other in the same memory. */
export class RowReader {
  #starts = new Uint32Array(PIECE_ROWS + 1);
  #columns = new Uint32Array(4096);
  #values = new Float32Array(4096);

  /**
   * The rows of a dense matrix.
   *
   * @param dense `[count, width]`, row-major.
   * @returns Arrays that the next call writes over.
   * @throws TypeError if `dense` is not whole rows.
   *
   * @example
   * ```ts
   * import { RowReader } from "./sparse_rows.ts";
   * import assert from "node:assert/strict";
   *
   * const { count, starts, columns, values } = new RowReader().read(Float32Array.of(0, 2, 0, 0, 3, 4), 3);
   * assert.deepEqual([count, [...starts.subarray(0, 3)]], [2, [0, 1, 3]]);
   * assert.deepEqual([[...columns.subarray(0, 3)], [...values.subarray(0, 3)]], [[1, 1, 2], [2, 3, 4]]);
   * ```
   */
  read(dense: Float32Array, width: number): SparseRows {
    const count = rowCount(dense, { width, name: "rows" });
    if (this.#starts.length <= count) this.#starts = new Uint32Array(count + 1);
    const starts = this.#starts;
    // two numbers at a time, which are a float64 other than 0 unless both are 0 (or -0, which counts as 0)
    const isPaired = width % 2 === 0 && dense.byteOffset % 8 === 0;
    const pairs = isPaired ? new Float64Array(dense.buffer, dense.byteOffset, dense.length / 2) : null;
    let n = 0;
    for (let row = 0; row < count; row++) {
      starts[row] = n;
      this.#reserve(n + width, n);
      const columns = this.#columns, values = this.#values, start = row * width;
      if (pairs) {
        const from = start / 2, to = from + width / 2;
        for (let p = from; p < to; p++) {
          if (pairs[p] === 0) continue;
          const first = dense[2 * p], second = dense[2 * p + 1];
          if (first !== 0) {
            columns[n] = 2 * p - start;
            values[n++] = first;
          }
          if (second !== 0) {
            columns[n] = 2 * p + 1 - start;
            values[n++] = second;
          }
        }
      } else {
        for (let j = 0; j < width; j++) {
          const value = dense[start + j];
          if (value === 0) continue;
          columns[n] = j;
          values[n++] = value;
        }
      }
    }
    starts[count] = n;
    return { count, starts, columns: this.#columns, values: this.#values };
  }

  /** Makes room for entries, of which the first `used` are kept. */
  #reserve(entries: number, used: number): void {
    if (this.#values.length >= entries) return;
    const size = Math.max(entries, 2 * this.#values.length);
    const columns = new Uint32Array(size), values = new Float32Array(size);
    columns.set(this.#columns.subarray(0, used));
    values.set(this.#values.subarray(0, used));
    this.#columns = columns;
    this.#values = values;
  }
}

/** All rows of a matrix in memory, kept as they came in pieces of one size. */
export class StoredRows implements RowSource {
  readonly width: number;
  readonly #mostEntries: number;
  #pieces: RowPiece[] = [];
  #count = 0;
  #entries = 0;

  /** @param options `mostEntries` is how many entries are kept at most, 8 bytes each. */
  constructor({ width, mostEntries }: { width: number; mostEntries: number }) {
    this.width = width;
    this.#mostEntries = mostEntries;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Keeps a copy of further rows; all pieces but the last have equally many.
   *
   * @returns Whether there was room. If not, nothing was kept of these rows.
   */
  add({ count, starts, columns, values }: SparseRows): boolean {
    const entries = starts[count];
    if (this.#entries + entries > this.#mostEntries) return false;
    this.#pieces.push({
      first: this.#count,
      count,
      starts: starts.slice(0, count + 1),
      columns: columns.slice(0, entries),
      values: values.slice(0, entries),
    });
    this.#count += count;
    this.#entries += entries;
    return true;
  }

  /** The rows as they came, or those of the given numbers. */
  async *pieces(rows?: Uint32Array): AsyncGenerator<RowPiece> {
    if (!rows) yield* this.#pieces;
    else for (let first = 0; first < rows.length; first += PIECE_ROWS) yield this.#gathered(rows, first);
  }

  /** The pieces without waiting. */
  all(): readonly RowPiece[] {
    return this.#pieces;
  }

  /** Up to 500 of the wanted rows as one piece. */
  #gathered(rows: Uint32Array, first: number): RowPiece {
    const size = this.#pieces[0].count;
    const wanted = rows.subarray(first, first + PIECE_ROWS);
    const starts = new Uint32Array(wanted.length + 1);
    for (let i = 0; i < wanted.length; i++) {
      const { starts: own } = this.#pieces[Math.floor(wanted[i] / size)], row = wanted[i] % size;
      starts[i + 1] = starts[i] + own[row + 1] - own[row];
    }
    const entries = starts[wanted.length];
    const columns = new Uint32Array(entries), values = new Float32Array(entries);
    for (let i = 0; i < wanted.length; i++) {
      const piece = this.#pieces[Math.floor(wanted[i] / size)], row = wanted[i] % size;
      const from = piece.starts[row], to = piece.starts[row + 1];
      columns.set(piece.columns.subarray(from, to), starts[i]);
      values.set(piece.values.subarray(from, to), starts[i]);
    }
    return { first, count: wanted.length, starts, columns, values };
  }
}

/** The rows of some numbers as a matrix of their own. */
class SomeRows implements RowSource {
  readonly #source: RowSource;
  readonly #rows: Uint32Array;

  constructor(source: RowSource, rows: Uint32Array) {
    this.#source = source;
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  get width(): number {
    return this.#source.width;
  }

  pieces(rows?: Uint32Array): AsyncIterable<RowPiece> {
    return this.#source.pieces(rows ? rows.map((row) => this.#rows[row]) : this.#rows);
  }
}

/**
 * The rows of some numbers as a matrix of their own, to be read several times: from memory if they fit, else from `source`
 * each time.
 *
 * @param rows Their numbers, rising.
 * @param options `mostEntries` is how many entries are kept at most, 8 bytes each.
 */
export async function chosenRows(
  source: RowSource,
  rows: Uint32Array,
  { mostEntries }: { mostEntries: number },
): Promise<RowSource> {
  const stored = new StoredRows({ width: source.width, mostEntries });
  for await (const piece of source.pieces(rows)) if (!stored.add(piece)) return new SomeRows(source, rows);
  return stored;
}
