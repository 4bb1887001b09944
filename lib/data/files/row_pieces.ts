/**
 * The rows of opened files as a model reads them: scaled, in pieces of one size, from any row to any other.
 *
 * Reads what the files give and keeps no more than a piece. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { emptyLike, type Pixels } from "../../pixels.ts";
import type { OpenedRows } from "../readers/opened_rows.ts";
import { rowLength } from "../row_shape.ts";
import { scaledRows, type Scaling } from "../scaling.ts";

/** Consecutive rows. */
export interface RowsPiece {
  /** Number of the first one over all files. */
  first: number;
  /** `[rows, dInput]` */
  pixels: Pixels;
}

/** Which rows, and how a model reads them. */
export interface PieceOptions {
  scaling: Scaling;
  /** The rows [from, to). */
  from: number;
  to: number;
  /** Rows of a piece; the last one has what is left. */
  size: number;
}

/**
 * The rows [from, to), scaled.
 *
 * @throws {UserError} As `OpenedRows.pieces` does.
 *
 * @example
 * ```ts
 * import { rowPieces } from "./row_pieces.ts";
 * import { UNSCALED } from "../scaling.ts";
 * import assert from "node:assert/strict";
 *
 * const shape = { kind: "vector", height: 1, width: 1, channels: 1 } as const;
 * const pieces = async function* () { yield Uint8Array.of(0, 1, 2); yield Uint8Array.of(3, 4); };
 * const found = [];
 * for await (const { first, pixels } of rowPieces({ shape, pieces }, { scaling: UNSCALED, from: 1, to: 5, size: 3 })) {
 *   found.push([first, [...pixels]]);
 * }
 * assert.deepEqual(found, [[1, [1, 2, 3]], [4, [4]]]);
 * ```
 */
export async function* rowPieces(
  { shape, pieces, piecesFrom }: Pick<OpenedRows, "shape" | "pieces" | "piecesFrom">,
  { scaling, from, to, size }: PieceOptions,
): AsyncGenerator<RowsPiece> {
  const dInput = rowLength(shape);
  const scaled = (first: number, pixels: Pixels) => ({ first, pixels: scaledRows(pixels, { scaling, dInput }) });
  let first = from; // of the next piece
  let waiting: Pixels | null = null, rows = 0; // too few for a piece
  let row = from > 0 && piecesFrom ? from : 0; // of the files' next piece
  for await (const read of row > 0 ? piecesFrom!(row) : pieces()) {
    const end = Math.min(to - row, read.length / dInput);
    for (let next = Math.max(0, from - row); next < end;) {
      const taken = Math.min(end - next, size - rows);
      const part = read.subarray(next * dInput, (next + taken) * dInput) as Pixels;
      next += taken;
      if (taken === size) {
        yield scaled(first, part);
        first += size;
        continue;
      }
      waiting ??= emptyLike(read, size * dInput);
      waiting.set(part, rows * dInput);
      rows += taken;
      if (rows < size) continue;
      yield scaled(first, waiting);
      first += size;
      [waiting, rows] = [null, 0];
    }
    row += read.length / dInput;
    if (row >= to) break;
  }
  if (waiting !== null) yield scaled(first, waiting.subarray(0, rows * dInput) as Pixels);
}
