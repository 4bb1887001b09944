/**
 * The rows that are nearest to each of many rows, while cosines of pairs come in one by one.
 *
 * Computes no cosine. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The largest cosines of each of n rows. */
export class Nearest {
  readonly #most: number;
  readonly #rows: Int32Array;
  readonly #cosines: Float64Array;

  /**
   * @param n How many rows there are.
   * @param most How many others are kept of each.
   */
  constructor(n: number, most: number) {
    this.#most = most;
    this.#rows = new Int32Array(n * most).fill(-1);
    this.#cosines = new Float64Array(n * most).fill(-Infinity);
  }

  /** Takes note of a cosine; of equal ones the first stays, and of a row that is offered twice the first. */
  offer(i: number, j: number, cosine: number): void {
    const start = i * this.#most, cosines = this.#cosines, rows = this.#rows;
    let place = start + this.#most - 1;
    if (cosine <= cosines[place]) return;
    for (let known = start; known <= place; known++) if (rows[known] === j) return;
    for (; place > start && cosine > cosines[place - 1]; place--) {
      cosines[place] = cosines[place - 1];
      rows[place] = rows[place - 1];
    }
    cosines[place] = cosine;
    rows[place] = j;
  }

  /** The rows nearest to row i, the nearest first. */
  of(i: number): { j: number; cosine: number }[] {
    const found: { j: number; cosine: number }[] = [];
    for (let place = i * this.#most; place < (i + 1) * this.#most && this.#rows[place] >= 0; place++) {
      found.push({ j: this.#rows[place], cosine: Math.max(-1, Math.min(1, this.#cosines[place])) });
    }
    return found;
  }
}
