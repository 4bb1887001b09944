/**
 * Training rows of which only a part is in memory at a time, as the training loop sees them.
 *
 * Types alone; `streamed_rows.ts` reads them from disk. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { RngState } from "../../rng.ts";

/** A pool of rows by its place in the run. */
export interface PoolPlace {
  /** The generator that its epoch begins with, before it drew the epoch's order. */
  shuffle: RngState;
  /** Its number in the epoch, from 0. */
  pool: number;
}

/** Rows in memory that consecutive steps take. */
export interface Pool {
  /** `[rows, dInput]`. In memory that all threads share, and there until the stream is asked for another pool. */
  pixels: Pixels;
  /** The order in which the rows are trained on, each once. */
  order: Uint32Array;
}

/** See the module comment. */
export interface RowStream {
  /** Rows of a pool, whole batches; the last pool of an epoch has what is left. */
  readonly poolRows: number;
  /** The generator after it drew the order of an epoch: the next epoch's. */
  shuffleAfter(shuffle: RngState): RngState;
  /**
   * Waits for the rows of a pool; at once if they were read ahead.
   *
   * @throws {UserError} A file has changed, is gone, or holds a number that is NaN or infinite.
   */
  pool(place: PoolPlace): Promise<Pool>;
  /** Begins to read a pool, in the place of the one in memory. */
  readAhead(place: PoolPlace): void;
}
