/**
 * Rows run through an engine piece by piece: their latents, as lists or all of them, and their reconstructions.
 *
 * While a piece is used, the next one is read and run. Opens and writes no file.
 *
 * @module
 */
import { forwardLists } from "../analysis/row_sources.ts";
import { RowReader, type SparseRows } from "../analysis/sparse_rows.ts";
import type { RowsPiece } from "../data/files/row_pieces.ts";
import type { Engine, StepDefinition } from "../engine/engine.ts";
import { isDictionary } from "../engine/model_kind.ts";
import type { Architecture } from "../sae/model.ts";
import type { EncodedRows } from "./codes/codes_writer.ts";

/** Rows that are run together, at most. */
const PIECE_ROWS = 512;
/** What a pass over them reads back takes at most this many bytes. */
const PIECE_BYTES = 2 ** 25;
/** If more of the first rows' latents are not 0, all latents are read as the engine has them. */
const LISTED_SHARE = 1 / 8;

/** How many rows are run at a time. */
export function rowsOfPass({ layers, dInput }: Architecture): number {
  const bytesPerRow = 4 * layers.reduce((sum, { dOut }) => sum + dOut, 2 * dInput);
  return Math.max(1, Math.min(PIECE_ROWS, Math.floor(PIECE_BYTES / bytesPerRow)));
}

/** Pieces, and the first of them, which is among them. */
export async function withSample(
  pieces: AsyncGenerator<RowsPiece>,
): Promise<{ sample: RowsPiece["pixels"]; all: AsyncGenerator<RowsPiece> }> {
  const { value: first } = await pieces.next() as IteratorYieldResult<RowsPiece>; // there is at least one row
  const all = async function* () {
    yield first;
    yield* pieces;
  };
  return { sample: first.pixels, all: all() };
}

/**
 * Runs the model on pieces of rows. While a piece is used, the next one is read and run, if the engine can do so. What was
 * yielded stays as it is until the piece after the next one is asked for.
 *
 * @param options.isDense Whether all latents of a row are wanted; else those that are not 0.
 */
export async function* encodedRows(
  engine: Engine,
  { pieces, definition, isDense }: {
    pieces: AsyncIterable<RowsPiece>;
    definition: StepDefinition;
    isDense: boolean;
  },
): AsyncGenerator<EncodedRows> {
  const { arch } = definition, { dInput, nLatents } = arch;
  // of the piece that is run, the one that was yielded, and the one before it, which may still be written
  const rooms = Array.from({ length: 3 }, () => ({ reader: new RowReader(), dense: new DenseRows(nLatents) }));
  let areListed = !isDense || engine.forwardSparse !== undefined && isDictionary(definition);
  const run = async ({ first, pixels }: RowsPiece, { reader, dense }: typeof rooms[number]): Promise<EncodedRows> => {
    const count = pixels.length / dInput, rows = { first, count, pixels };
    if (!areListed) {
      const { hidden, recon } = await engine.forward(pixels); // sync point
      return { ...rows, lists: null, dense: hidden[arch.latentIndex], recon };
    }
    const { latents: lists, recon } = await forwardLists(engine, { pixels, arch, reader }); // sync point
    if (isDense) areListed &&= lists.starts[count] <= LISTED_SHARE * count * nLatents;
    return { ...rows, lists, dense: isDense ? dense.of(lists) : null, recon };
  };
  let before: Promise<EncodedRows> | null = null, n = 0;
  for await (const piece of pieces) {
    const next = run(piece, rooms[n++ % rooms.length]);
    next.catch(() => {}); // thrown where it is awaited
    if (before) yield await before;
    before = next;
  }
  if (before) yield await before;
}

/**
 * All latents made of lists of those that are not 0, one piece after the other in the same memory, in which only the latents
 * before are set to 0: an engine's own array of all latents is new for each piece, and takes longer to fill.
 */
class DenseRows {
  readonly #width: number;
  #values = new Float32Array();
  #lists: SparseRows | null = null;

  constructor(width: number) {
    this.#width = width;
  }

  /** @returns `[count, width]`, which the next call writes over. @param lists Are kept until then. */
  of(lists: SparseRows): Float32Array {
    const { count } = lists, width = this.#width;
    if (this.#values.length < count * width) [this.#values, this.#lists] = [new Float32Array(count * width), null];
    if (this.#lists) this.#set(this.#lists, null);
    this.#set(lists, lists.values);
    this.#lists = lists;
    return this.#values.subarray(0, count * width);
  }

  /** Sets the latents of lists to values, or to 0. */
  #set({ count, starts, columns }: SparseRows, own: Float32Array | null): void {
    const values = this.#values, width = this.#width;
    for (let row = 0, start = 0; row < count; row++, start += width) {
      for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
        values[start + columns[entry]] = own === null ? 0 : own[entry];
      }
    }
  }
}
