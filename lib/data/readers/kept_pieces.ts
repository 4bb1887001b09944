/**
 * Rows of numbers of which nobody knows beforehand whether they are bytes: kept while they are read, as far as they fit.
 *
 * Rows beyond the limit are read again when they are wanted. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import { leastWhite, type NumberHint, rowsPerPiece } from "./file_rows.ts";
import { type KeptBytes, KeptParts } from "./kept_parts.ts";

/** See the module comment. */
export class KeptPieces {
  readonly #dInput: number;
  readonly #rows: number;
  readonly #leastWhite: number;
  readonly #kept: KeptParts<Pixels>;
  #piece: Float32Array<ArrayBuffer>;
  #filled = 0;
  /** Whether all values were whole numbers from 0 to 255, whether all were in [0, 1], and the largest. */
  #areWhole = true;
  #areUnit = true;
  #most = 0;

  constructor(dInput: number, { hint, budget }: { hint: NumberHint; budget: KeptBytes }) {
    this.#kept = new KeptParts(budget);
    this.#leastWhite = leastWhite(hint);
    this.#dInput = dInput;
    this.#rows = rowsPerPiece(dInput);
    this.#piece = new Float32Array(this.#rows * dInput);
  }

  /** Takes a row. `[dInput]` */
  add(row: Float32Array): void {
    this.#piece.set(row, this.#filled * this.#dInput);
    if (++this.#filled === this.#rows) this.#endPiece();
  }

  /** What the values are, once all are there: whether they are bytes, and whether they are bytes or from 0 to 1. */
  described(): { areBytes: boolean; areLevels: boolean } {
    this.#endPiece();
    const areBytes = this.#areBytes;
    return { areBytes, areLevels: areBytes || this.#areUnit };
  }

  /**
   * All rows, some at a time. What was kept is given away, so that it is in memory once.
   *
   * @param reread Gives all rows again, one at a time.
   */
  async *pieces(reread: () => AsyncIterable<Float32Array<ArrayBuffer>>): AsyncGenerator<Pixels> {
    const areBytes = this.#areBytes;
    const ready = (piece: Pixels): Pixels =>
      piece instanceof Uint8Array === areBytes ? piece : areBytes ? new Uint8Array(piece) : new Float32Array(piece);
    const kept = this.#kept.take();
    if (kept !== null) {
      for (const piece of kept) yield ready(piece);
      return;
    }
    let piece = new Float32Array(this.#rows * this.#dInput), filled = 0;
    for await (const row of reread()) {
      piece.set(row, filled * this.#dInput);
      if (++filled < this.#rows) continue;
      yield ready(piece);
      [piece, filled] = [new Float32Array(this.#rows * this.#dInput), 0];
    }
    if (filled > 0) yield ready(piece.slice(0, filled * this.#dInput));
  }

  get #areBytes(): boolean {
    return this.#areWhole && this.#most >= this.#leastWhite;
  }

  #endPiece(): void {
    if (this.#filled === 0) return;
    const piece = this.#piece.subarray(0, this.#filled * this.#dInput);
    let areWhole = true, areUnit = true;
    for (let i = 0; i < piece.length; i++) {
      const value = piece[i];
      if (!(value >= 0 && value <= 255 && Number.isInteger(value))) areWhole = false;
      if (!(value >= 0 && value <= 1)) areUnit = false;
      if (value > this.#most) this.#most = value;
    }
    this.#areWhole &&= areWhole;
    this.#areUnit &&= areUnit;
    this.#filled = 0;
    if (this.#kept.areAll) this.#kept.add(areWhole ? new Uint8Array(piece) : piece.slice());
  }
}
