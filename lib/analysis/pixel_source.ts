/**
 * Where the inputs of a measurement are: held in memory, or read again each time they are asked for.
 *
 * Reads no file itself: what is read comes from whoever opened it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { gatherPixels, type Pixels } from "../pixels.ts";
import { rowsPerPiece } from "./sparse_rows.ts";

/** Consecutive inputs of those that were asked for. */
export interface PixelPiece {
  /** The place of its first input among all that were asked for. */
  first: number;
  /** `[rows, dInput]` */
  pixels: Pixels;
}

/** Inputs that are read a piece at a time, as often as needed. */
export interface ReadPixels {
  /** How many numbers all inputs together have. */
  readonly length: number;
  /** Of a number as it is given. */
  readonly BYTES_PER_ELEMENT: number;
  /** The inputs of the given numbers, which rise, or all, `size` at a time. A piece may be kept. */
  pieces(options: { size: number; rows?: Uint32Array }): AsyncIterable<PixelPiece>;
}

/** Inputs in memory, or inputs that are read. */
export type PixelSource = Pixels | ReadPixels;

/** Which inputs, how many at a time. */
export interface PieceOptions {
  dInput: number;
  /** What has room with 16 MB for one input, which bounds a piece; left out if `size` says how many inputs it has. */
  bytesPerRow?: number;
  size?: number;
  /** Numbers of the inputs, rising; all if left out. */
  rows?: Uint32Array;
}

/**
 * Inputs in pieces of bounded size: those of the given numbers in their order, or all.
 *
 * @example
 * ```ts
 * import { pixelPieces } from "./pixel_source.ts";
 * import assert from "node:assert/strict";
 *
 * const pieces = await Array.fromAsync(pixelPieces(Uint8Array.of(1, 2, 3, 4, 5, 6), { dInput: 2, size: 2 }));
 * assert.deepEqual(pieces.map(({ first, pixels }) => [first, [...pixels]]), [[0, [1, 2, 3, 4]], [2, [5, 6]]]);
 * ```
 */
export async function* pixelPieces(
  source: PixelSource,
  { dInput, bytesPerRow = 4 * dInput, size = rowsPerPiece(bytesPerRow), rows }: PieceOptions,
): AsyncGenerator<PixelPiece> {
  if (isRead(source)) {
    yield* source.pieces({ size, rows });
    return;
  }
  const count = rows?.length ?? source.length / dInput;
  for (let first = 0; first < count; first += size) {
    const end = Math.min(count, first + size);
    yield {
      first,
      pixels: rows
        ? gatherPixels(source, rows.subarray(first, end), dInput)
        : source.subarray(first * dInput, end * dInput) as Pixels,
    };
  }
}

/**
 * Chosen inputs in memory: all of `rows` in their order.
 *
 * @param options.rows Numbers of the inputs, rising.
 */
export async function heldPixels(
  source: PixelSource,
  { dInput, rows }: { dInput: number; rows: Uint32Array },
): Promise<Pixels> {
  if (!isRead(source)) return gatherPixels(source, rows, dInput);
  let held: Pixels | null = null;
  for await (const { first, pixels } of pixelPieces(source, { dInput, rows })) {
    const length = rows.length * dInput;
    held ??= pixels instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
    held.set(pixels, first * dInput);
  }
  return held ?? new Float32Array();
}

/** Reads inputs one after the other, as many at a time as are asked for. */
export class PixelReader {
  readonly #dInput: number;
  readonly #pieces: AsyncIterator<PixelPiece>;
  /** What was read and not taken yet. */
  #left: Pixels = new Float32Array();

  constructor(source: PixelSource, { dInput }: { dInput: number }) {
    this.#dInput = dInput;
    this.#pieces = pixelPieces(source, { dInput });
  }

  /**
   * The next inputs, `[rows, dInput]`.
   *
   * @throws {RangeError} There are fewer.
   */
  async take(rows: number): Promise<Pixels> {
    const wanted = rows * this.#dInput;
    if (this.#left.length === 0) await this.#read();
    const taken = this.#left.subarray(0, wanted) as Pixels;
    this.#left = this.#left.subarray(taken.length) as Pixels;
    if (taken.length === wanted) return taken;
    const all = taken instanceof Uint8Array ? new Uint8Array(wanted) : new Float32Array(wanted);
    all.set(taken);
    for (let at = taken.length; at < wanted;) {
      await this.#read();
      const more = this.#left.subarray(0, wanted - at) as Pixels;
      this.#left = this.#left.subarray(more.length) as Pixels;
      all.set(more, at);
      at += more.length;
    }
    return all;
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#pieces.next();
    if (done) throw new RangeError("Cannot take inputs: there are no more, expected as many as were asked for");
    this.#left = value.pixels;
  }
}

function isRead(source: PixelSource): source is ReadPixels {
  return "pieces" in source;
}
