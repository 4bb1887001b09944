/**
 * The columns of an assignment that a search has reached, the nearest first: a binary heap in which a distance may fall.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** See the module comment. Equal distances are in no particular order, the same one each time. */
export class ColumnHeap {
  readonly #distances: Float64Array;
  readonly #columns: Int32Array;
  /** Where each column is, −1 for one that is not in the heap. */
  readonly #places: Int32Array;
  #size = 0;

  /** @param distances Of each column; the owner sets a distance before it offers the column. */
  constructor(distances: Float64Array) {
    this.#distances = distances;
    this.#columns = new Int32Array(distances.length);
    this.#places = new Int32Array(distances.length).fill(-1);
  }

  /** Puts a column in, or takes note that its distance has fallen. */
  offer(column: number): void {
    const distances = this.#distances, columns = this.#columns, places = this.#places;
    let place = places[column] < 0 ? this.#size++ : places[column];
    const own = distances[column];
    while (place > 0) {
      const above = (place - 1) >> 1, other = columns[above];
      if (distances[other] <= own) break;
      columns[place] = other;
      places[other] = place;
      place = above;
    }
    columns[place] = column;
    places[column] = place;
  }

  /** Takes the nearest column out; there must be one. */
  take(): number {
    const distances = this.#distances, columns = this.#columns, places = this.#places;
    const nearest = columns[0], last = columns[--this.#size];
    places[nearest] = -1;
    if (this.#size === 0) return nearest;
    const own = distances[last];
    let place = 0;
    for (let below = 1; below < this.#size; below = 2 * place + 1) {
      if (below + 1 < this.#size && distances[columns[below + 1]] < distances[columns[below]]) below++;
      if (distances[columns[below]] >= own) break;
      columns[place] = columns[below];
      places[columns[place]] = place;
      place = below;
    }
    columns[place] = last;
    places[last] = place;
    return nearest;
  }

  /** Takes all columns out. */
  clear(): void {
    for (let place = 0; place < this.#size; place++) this.#places[this.#columns[place]] = -1;
    this.#size = 0;
  }
}
