/**
 * What planted data were made of: the features, which of them are active in each test row, and the trees they form.
 *
 * Holds no data and draws none. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What is known of planted data. */
export interface Truth {
  /** `[nFeatures, dInput]`: unit vectors. */
  features: Float32Array;
  /** The activations of the test rows. */
  testActs: TrueActivations;
  /** The parent of each feature, `[nFeatures]`, −1 if it has none; null if no feature has one. */
  parents: Int32Array | null;
}

/** Activations of features, `[count, nFeatures]`, of which only those above 0 are stored. */
export interface TrueActivations {
  /** How many rows. */
  count: number;
  /** Row i has the entries from `starts[i]` up to `starts[i + 1]`, `[count + 1]`. */
  starts: Uint32Array;
  /** The feature of each entry, ascending within a row. */
  columns: Uint32Array;
  /** The activation of each entry, above 0. */
  values: Float32Array;
}

/** Collects rows of activations. */
export class ActivationList {
  readonly #starts = [0];
  #columns = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #entries = 0;

  /** Adds a row: `columns` ascending, and the activation of each. */
  add(columns: ArrayLike<number>, activationOf: ArrayLike<number>): void {
    const needed = this.#entries + columns.length;
    if (needed > this.#values.length) {
      const size = Math.max(needed, 2 * this.#values.length), [oldColumns, oldValues] = [this.#columns, this.#values];
      this.#columns = new Uint32Array(size);
      this.#values = new Float32Array(size);
      this.#columns.set(oldColumns);
      this.#values.set(oldValues);
    }
    for (let i = 0; i < columns.length; i++) {
      this.#columns[this.#entries] = columns[i];
      this.#values[this.#entries++] = activationOf[columns[i]];
    }
    this.#starts.push(this.#entries);
  }

  /** All rows so far. */
  finish(): TrueActivations {
    return {
      count: this.#starts.length - 1,
      starts: Uint32Array.from(this.#starts),
      columns: this.#columns.slice(0, this.#entries),
      values: this.#values.slice(0, this.#entries),
    };
  }
}
