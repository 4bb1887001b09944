/**
 * What is summed of the latents while a split is measured: of each latent its sum, squares, largest value and active
 * rows; of all together how many are above stated thresholds, and how unevenly each row is spread.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { FiniteMean, gini, hoyer } from "./sparseness.ts";
import type { SparseRows } from "./sparse_rows.ts";

/** Sums over the rows added so far, `[nLatents]` each. */
export class LatentSums {
  /** Rows added. */
  count = 0;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly largest: Float32Array;
  /** Rows with a > `activeAbove`. */
  readonly activeRows: Uint32Array;
  /** Rows with a ≠ 0. */
  readonly nonZeroRows: Uint32Array;
  readonly activeAbove: number;

  constructor({ nLatents, activeAbove }: { nLatents: number; activeAbove: number }) {
    this.sums = new Float64Array(nLatents);
    this.squares = new Float64Array(nLatents);
    this.largest = new Float32Array(nLatents);
    this.activeRows = new Uint32Array(nLatents);
    this.nonZeroRows = new Uint32Array(nLatents);
    this.activeAbove = activeAbove;
  }

  add({ count, starts, columns, values }: SparseRows): void {
    const { sums, squares, largest, activeRows, nonZeroRows, activeAbove } = this;
    const end = starts[count];
    for (let e = 0; e < end; e++) {
      const j = columns[e], value = values[e];
      sums[j] += value;
      squares[j] += value * value;
      nonZeroRows[j]++;
      if (value > activeAbove) activeRows[j]++;
      if (value > largest[j]) largest[j] = value;
    }
    this.count += count;
  }

  /** Adds what was summed over other rows of the same latents. */
  merge({ count, sums, squares, largest, activeRows, nonZeroRows }: LatentSums): void {
    for (let j = 0; j < sums.length; j++) {
      this.sums[j] += sums[j];
      this.squares[j] += squares[j];
      this.activeRows[j] += activeRows[j];
      this.nonZeroRows[j] += nonZeroRows[j];
      if (largest[j] > this.largest[j]) this.largest[j] = largest[j];
    }
    this.count += count;
  }

  /** Mean of each latent. */
  means(): Float64Array {
    return this.sums.map((sum) => sum / this.count);
  }

  /** Share of rows on which each latent is active, in [0, 1]. */
  densities(): Float64Array {
    return Float64Array.from(this.activeRows, (rows) => rows / this.count);
  }

  /** How many latents are active in a row, on average, and how many in none. */
  activity(): { activeLatents: number; deadLatents: number } {
    let active = 0, dead = 0;
    for (const rows of this.activeRows) {
      active += rows;
      if (rows === 0) dead++;
    }
    return { activeLatents: active / this.count, deadLatents: dead };
  }

  /** Mean over latents of Hoyer's measure over rows; null if every latent is always 0. */
  lifetimeHoyer(): number | null {
    const mean = new FiniteMean();
    for (let j = 0; j < this.sums.length; j++) {
      mean.add(hoyer({ size: this.count, l1: this.sums[j], squares: this.squares[j] }));
    }
    return mean.value;
  }
}

/** How many latents of a row are above each threshold, on average, and how unevenly rows are spread. */
export class PopulationSums {
  readonly #nLatents: number;
  readonly #thresholds: readonly number[];
  readonly #above: number[];
  #rows = 0;
  #hoyer = new FiniteMean();
  #gini = new FiniteMean();
  #scratch = new Float32Array(64);

  constructor({ nLatents, thresholds }: { nLatents: number; thresholds: readonly number[] }) {
    this.#nLatents = nLatents;
    this.#thresholds = thresholds;
    this.#above = thresholds.map(() => 0);
  }

  add({ count, starts, values }: SparseRows): void {
    const size = this.#nLatents;
    for (let row = 0; row < count; row++) {
      const from = starts[row], to = starts[row + 1];
      if (this.#scratch.length < to - from) this.#scratch = new Float32Array(2 * (to - from));
      const scratch = this.#scratch;
      let l1 = 0, squares = 0;
      for (let e = from; e < to; e++) {
        const value = values[e];
        l1 += value;
        squares += value * value;
        scratch[e - from] = Math.abs(value);
      }
      this.#hoyer.add(hoyer({ size, l1, squares }));
      this.#gini.add(gini(scratch.subarray(0, to - from), size));
    }
    this.#thresholds.forEach((threshold, t) => this.#above[t] += countAbove(values, { end: starts[count], threshold }));
    this.#rows += count;
  }

  /** Mean number of latents of a row above each threshold. */
  l0(): { threshold: number; value: number }[] {
    return this.#thresholds.map((threshold, t) => ({ threshold, value: this.#above[t] / this.#rows }));
  }

  /** Means over rows; rows of zeros are left out, null if all are. */
  get hoyer(): number | null {
    return this.#hoyer.value;
  }

  get gini(): number | null {
    return this.#gini.value;
  }
}

function countAbove(values: Float32Array, { end, threshold }: { end: number; threshold: number }): number {
  let n = 0;
  for (let e = 0; e < end; e++) if (values[e] > threshold) n++;
  return n;
}
