/**
 * The order of an epoch over rows on disk: from the generator and the plan alone, whenever and however rows are read.
 *
 * The blocks are permuted, and their rows, one block after the other, are cut into pools that fit into memory. The rows of
 * a pool are permuted together. So a batch has rows from all over the files, each training row comes once an epoch, and
 * the rows of any step can be found again without those before it. Reads nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Rng, type RngState } from "../../rng.ts";
import type { RowBlocks, Span } from "./blocks.ts";

/** See the module comment. */
export class EpochOrder {
  /** The generator after the epoch's order was drawn: the next epoch's. */
  readonly after: RngState;
  readonly #blocks: RowBlocks;
  readonly #poolRows: number;
  readonly #order: Uint32Array;
  /** The random seed of each pool's own permutation, so that a pool can be drawn without those before it. */
  readonly #seeds: Uint32Array;

  /**
   * Draws an epoch's order.
   *
   * @param options.shuffle The generator that the epoch begins with.
   * @param options.poolRows Rows of a pool; the last one has what is left.
   */
  constructor(blocks: RowBlocks, { shuffle, poolRows }: { shuffle: RngState; poolRows: number }) {
    const rng = new Rng(shuffle);
    this.#blocks = blocks;
    this.#poolRows = poolRows;
    this.#order = rng.permutation(blocks.starts.length);
    this.#seeds = Uint32Array.from({ length: Math.ceil(blocks.count / poolRows) }, () => rng.uint32());
    this.after = rng.state;
  }

  /** Rows of a pool. */
  rowsOf(pool: number): number {
    return Math.min(this.#poolRows, this.#blocks.count - pool * this.#poolRows);
  }

  /** Where the rows of a pool are read, one span after the other. */
  spansOf(pool: number): Span[] {
    const { starts, rows, count } = this.#blocks, spans: Span[] = [];
    const from = pool * this.#poolRows, to = from + this.rowsOf(pool);
    for (let i = 0, first = 0; first < to; i++) {
      const block = this.#order[i], end = first + Math.min(rows, count - block * rows);
      const skip = Math.max(0, from - first), take = Math.min(end, to) - first - skip;
      if (take > 0) spans.push({ start: starts[block], skip, take });
      first = end;
    }
    return spans;
  }

  /** In which order a pool's rows, as `spansOf` has them, are trained on. */
  permutationOf(pool: number): Uint32Array {
    return Rng.fromSeed(this.#seeds[pool], "pool").permutation(this.rowsOf(pool));
  }
}
