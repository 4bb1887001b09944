/**
 * Training rows that are read from disk while a model trains on those read before.
 *
 * There is memory for one pool here and for one in the engine: while the engine trains on its own copy of a pool, a Worker
 * reads the next one. Which rows come when is decided in `epoch_order.ts`.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { RngState } from "../../rng.ts";
import type { StreamPlan } from "./stream_plan.ts";
import { type RowBlocks, rowBlocks } from "./blocks.ts";
import { EpochOrder } from "./epoch_order.ts";
import { type PoolKnobs, poolRows, rowBytes } from "./pool_size.ts";
import { RowReader } from "./row_reader.ts";
import type { Pool, PoolPlace, RowStream } from "./row_stream.ts";

/** Epochs whose order is kept: the one under way, and the next one, which is read ahead of. */
const KEPT_EPOCHS = 2;

/** See the module comment. Must be disposed, which ends the Worker. */
export class StreamedRows implements RowStream, Disposable {
  readonly poolRows: number;
  readonly #plan: StreamPlan;
  readonly #blocks: RowBlocks;
  readonly #memory: SharedArrayBuffer;
  readonly #reader: RowReader;
  /** Orders of epochs, by the generator that they begin with; the last one that was asked for is the last. */
  readonly #epochs = new Map<string, EpochOrder>();
  /** What is in memory or being read. */
  #read: { key: string; done: Promise<void> } | null = null;

  /**
   * Takes memory for a pool and starts the Worker; nothing is read yet.
   *
   * @param options.readBytes Most bytes of one read. The same rows come out.
   * @throws {KnobError} The buffer has no room for two batches.
   */
  constructor(plan: StreamPlan, { readBytes, ...knobs }: PoolKnobs & { readBytes?: number }) {
    this.poolRows = poolRows(plan, knobs);
    this.#plan = plan;
    this.#blocks = rowBlocks(plan);
    this.#memory = new SharedArrayBuffer(Math.min(this.poolRows, plan.count) * rowBytes(plan));
    this.#reader = new RowReader({ plan, memory: this.#memory, readBytes });
  }

  shuffleAfter(shuffle: RngState): RngState {
    return this.#orderOf(shuffle).after;
  }

  async pool(place: PoolPlace): Promise<Pool> {
    this.readAhead(place);
    await this.#read!.done;
    const order = this.#orderOf(place.shuffle);
    return { pixels: this.#pixels(order.rowsOf(place.pool)), order: order.permutationOf(place.pool) };
  }

  readAhead({ shuffle, pool }: PoolPlace): void {
    const key = `${shuffle}/${pool}`;
    if (this.#read?.key === key) return;
    const request = { spans: this.#orderOf(shuffle).spansOf(pool), areHashed: pool === 0 };
    const done = this.#reader.read(request);
    done.catch(() => {}); // whoever asks for the pool gets the error
    this.#read = { key, done };
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }

  #orderOf(shuffle: RngState): EpochOrder {
    const key = `${shuffle}`;
    const order = this.#epochs.get(key) ?? new EpochOrder(this.#blocks, { shuffle, poolRows: this.poolRows });
    this.#epochs.delete(key);
    this.#epochs.set(key, order);
    if (this.#epochs.size > KEPT_EPOCHS) this.#epochs.delete(this.#epochs.keys().next().value!);
    return order;
  }

  #pixels(rows: number): Pixels {
    const { dInput, areBytes } = this.#plan, length = rows * dInput;
    const pixels = areBytes ? new Uint8Array(this.#memory, 0, length) : new Float32Array(this.#memory, 0, length);
    return pixels as unknown as Pixels; // engines copy them, from memory that threads share as from any other
  }
}
