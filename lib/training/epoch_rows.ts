/**
 * The rows of an epoch's steps: all of them in one order if the engine has all rows, else pool after pool.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { PoolPlace, RowStream } from "../data/stream/row_stream.ts";
import type { Engine } from "../engine/engine.ts";
import { Rng, type RngState } from "../rng.ts";

/** The rows that a run trains on. */
export interface TrainingRows {
  engine: Pick<Engine, "setRows">;
  /** Rows in an epoch. */
  count: number;
  /** Rows in a step. */
  batch: number;
  /** Where rows are read from if the engine does not have all of them; left out if it has. */
  stream?: RowStream;
}

/** See the module comment. Steps are counted from the start of the epoch. */
export class EpochRows {
  /** The generator after it drew the epoch's order. */
  readonly after: RngState;
  readonly #rows: TrainingRows;
  readonly #shuffle: RngState;
  readonly #isLast: boolean;
  /** The order of the rows that the engine has. */
  #order: Uint32Array;
  /** The first step that takes them. */
  #from = 0;

  /**
   * Draws an epoch's order.
   *
   * @param options.shuffle The generator before it.
   * @param options.isLast Whether no epoch follows, of which rows would be read ahead.
   */
  constructor(rows: TrainingRows, { shuffle, isLast }: { shuffle: RngState; isLast: boolean }) {
    this.#rows = rows;
    this.#shuffle = shuffle;
    this.#isLast = isLast;
    const rng = new Rng(shuffle);
    this.#order = rows.stream ? new Uint32Array() : rng.permutation(rows.count);
    this.after = rows.stream ? rows.stream.shuffleAfter(shuffle) : rng.state;
  }

  /** The step after those whose rows the engine has, if it has those of `step`; else `step`. */
  endOf(step: number): number {
    const end = this.#from + Math.ceil(this.#order.length / this.#rows.batch);
    return step >= this.#from && step < end ? end : step;
  }

  /**
   * Has the engine take the rows of a step, and begins to read those that follow them.
   *
   * @returns Milliseconds that were waited for rows.
   * @throws {UserError} They cannot be read.
   */
  async take(step: number): Promise<number> {
    const { engine, batch, count } = this.#rows, stream = this.#rows.stream!;
    const poolSteps = stream.poolRows / batch, pool = Math.floor(step / poolSteps);
    const start = performance.now();
    const { pixels, order } = await stream.pool({ shuffle: this.#shuffle, pool });
    const waitMs = performance.now() - start;
    await engine.setRows(pixels);
    this.#order = order;
    this.#from = pool * poolSteps;
    const next = this.#after(pool, { isLastPool: (pool + 1) * stream.poolRows >= count });
    if (next) stream.readAhead(next);
    return waitMs;
  }

  /** The rows of `length` steps from `step` on, of which the engine has all. */
  indicesOf(step: number, length: number): Uint32Array {
    const { batch } = this.#rows, first = (step - this.#from) * batch;
    return this.#order.subarray(first, Math.min(this.#order.length, first + length * batch));
  }

  #after(pool: number, { isLastPool }: { isLastPool: boolean }): PoolPlace | null {
    if (!isLastPool) return { shuffle: this.#shuffle, pool: pool + 1 };
    return this.#isLast ? null : { shuffle: this.after, pool: 0 };
  }
}
