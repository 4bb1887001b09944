/**
 * The order in which a model's memory has the columns of its inputs: those that are most often not 0 come first.
 *
 * In images of digits a few columns are not 0 in nearly half of the images, and most columns in very few. For the
 * former a dense product is faster, for the latter lists of what is not 0. A sum over both has one order, whichever way
 * its terms are computed. Everything outside the memory has columns as they are given. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { Tile } from "./products/compiled_product.ts";

/** Inputs that are looked at, at most. */
const SAMPLE = 4096;
/**
 * Above this share of inputs in which a column is not 0 the dense product of it is faster. Measured with 128 images of
 * 784 and 4,096 latents on one core: lists take 34 ms · share, the wide tile 9.9 ms, the narrow one 14.8 ms.
 */
const DENSE_SHARE: Record<Tile, number> = { wide: 0.28, narrow: 0.45, none: Infinity };
/** The dense product is made for whole parts of this many columns. */
const PART = 64;

/** See the module comment. */
export class ColumnOrder {
  /** Which column is where: the c-th in memory is the `columns[c]`-th of those given. */
  readonly columns: Uint32Array;
  /** In which share of inputs each of them is not 0, descending. */
  readonly #shares: Float64Array;
  /** Whether columns lie as they are given, so that rows can be copied whole. */
  readonly #isAsGiven: boolean;

  private constructor(columns: Uint32Array, shares: Float64Array) {
    this.columns = columns;
    this.#shares = shares;
    this.#isAsGiven = columns.every((column, c) => column === c);
  }

  /** As they are given. */
  static asGiven(width: number): ColumnOrder {
    return new ColumnOrder(Uint32Array.from({ length: width }, (_, column) => column), new Float64Array(width));
  }

  /**
   * The densest first, equal ones as they are given.
   *
   * @param pixels Inputs, `[count, width]`.
   */
  static densestFirst(pixels: Pixels, width: number): ColumnOrder {
    const count = pixels.length / width, step = Math.ceil(count / SAMPLE), nonZero = new Uint32Array(width);
    let sampled = 0;
    for (let row = 0; row < count; row += step, sampled++) {
      for (let column = 0; column < width; column++) if (pixels[row * width + column] !== 0) nonZero[column]++;
    }
    const columns = Uint32Array.from(nonZero.keys()).sort((a, b) => nonZero[b] - nonZero[a]);
    return new ColumnOrder(columns, Float64Array.from(columns, (column) => nonZero[column] / sampled));
  }

  /** Whether columns lie in the same order. */
  isSameAs({ columns }: ColumnOrder): boolean {
    return this.columns.every((column, c) => column === columns[c]);
  }

  /** For how many of the first columns a dense product by this tile is faster than lists, rounded to whole parts. */
  nDense(tile: Tile): number {
    const { length: width } = this.columns;
    const worthwhile = this.#shares.filter((share) => share > DENSE_SHARE[tile]).length;
    return Math.min(PART * Math.floor(width / PART), PART * Math.round(worthwhile / PART));
  }

  /**
   * Copies rows `[count, width]` from the order given to that of memory.
   *
   * @param stride Elements from row to row of `target`; by default `width`.
   */
  toMemory<Values extends Float32Array | Uint8Array>(
    rows: Values,
    target: Values,
    { stride = this.columns.length }: { stride?: number } = {},
  ): Values {
    const { columns } = this, { length: width } = columns;
    if (this.#isAsGiven && stride === width) {
      target.set(rows);
      return target;
    }
    for (let from = 0, to = 0; from < rows.length; from += width, to += stride) {
      for (let c = 0; c < width; c++) target[to + c] = rows[from + columns[c]];
    }
    return target;
  }

  /**
   * Copies rows to `target`, `[count, width]`, from the order of memory to that given.
   *
   * @param stride Elements from row to row of `rows`; by default `width`.
   */
  toGiven<Target extends Float32Array | Uint8Array>(
    rows: Float32Array | Uint8Array,
    target: Target,
    { stride = this.columns.length }: { stride?: number } = {},
  ): Target {
    const { columns } = this, { length: width } = columns;
    for (let from = 0, to = 0; to < target.length; from += stride, to += width) {
      for (let c = 0; c < width; c++) target[to + columns[c]] = rows[from + c];
    }
    return target;
  }
}
