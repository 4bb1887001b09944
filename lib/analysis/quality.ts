/**
 * How well a reconstruction x̂ resembles its input x, by every formula in use: float64 sums over rows
 * that are added piece by piece.
 *
 * Does not run a model, and does not say which of the formulas to trust: this project uses `fvu` and
 * `explainedVariance`; the others are for comparison with what other tools print under the same names.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowCount } from "./shapes.ts";

/** What {@linkcode ReconstructionSums} states; null if no row has the quantity. ⟨·⟩ is a mean over rows. */
export interface ReconstructionQuality {
  /** How many rows were added. */
  rows: number;
  /** How many of them were x = 0, and thus left out of `nmse`, `cosine` and `l2Ratio`. */
  zeroRows: number;
  /** ⟨Σⱼ(xⱼ − x̂ⱼ)²⟩ / d. Null without rows. */
  mse: number | null;
  /** Σ‖x − x̂‖² / Σ‖x − x̄‖², x̄ over the same rows. Null if the rows do not vary. */
  fvu: number | null;
  /** 1 − fvu: SAELens' training log and, since v6.45.1, its evaluation. At most 1. Null if the rows do not vary. */
  explainedVariance: number | null;
  /**
   * ⟨1 − ‖x − x̂‖² / ‖x − x̄‖²⟩: "explained_variance_legacy" of SAELens and SAEBench. A row x = x̄ has no ratio and is
   * left out. Null if that leaves none, or if the means were not given beforehand.
   */
  evLegacy: number | null;
  /**
   * 1 − Σⱼ Var(xⱼ − x̂ⱼ) / Σⱼ Var(xⱼ), each with n − 1: `dictionary_learning`. A constant offset of the error does not
   * change it. Null for fewer than 2 rows or if the rows do not vary.
   */
  evVariance: number | null;
  /** ⟨Σⱼ(xⱼ − x̂ⱼ)² / Σⱼ xⱼ²⟩, not centred: OpenAI's `loss.py`. Rows x = 0 are left out. */
  nmse: number | null;
  /** ⟨x·x̂ / (‖x‖‖x̂‖)⟩. Rows x = 0 or x̂ = 0 are left out. In [−1, 1]. */
  cosine: number | null;
  /** ⟨‖x̂‖ / ‖x‖⟩, below 1 if reconstructions are shorter than their inputs. Rows x = 0 are left out. */
  l2Ratio: number | null;
  /**
   * ⟨‖x̂‖²⟩ / ⟨x·x̂⟩, below 1 if reconstructions are shorter than their inputs (eq. 10 of arXiv 2404.16014). Null if
   * ⟨x·x̂⟩ = 0.
   */
  relativeReconstructionBias: number | null;
}

/**
 * The mean of each column, summed in float64.
 *
 * @param chunks The matrix in pieces of any number of rows, each `[rows, dInput]`.
 * @returns `[dInput]`.
 * @throws TypeError if a piece is not whole rows.
 * @throws RangeError if there are no rows.
 *
 * @example
 * ```ts
 * import { columnMeans } from "./quality.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(await columnMeans([Float32Array.of(1, 2, 3, 6)], 2), Float64Array.of(2, 4));
 * ```
 */
export async function columnMeans(
  chunks: Iterable<Float32Array> | AsyncIterable<Float32Array>,
  dInput: number,
): Promise<Float64Array> {
  const sums = new Float64Array(dInput);
  let rows = 0;
  for await (const chunk of chunks) {
    rows += rowCount(chunk, { width: dInput, name: "the rows to average" });
    for (let start = 0; start < chunk.length; start += dInput) {
      for (let j = 0; j < dInput; j++) sums[j] += chunk[start + j];
    }
  }
  if (rows === 0) throw new RangeError("Cannot average columns: 0 rows, expected at least 1");
  return sums.map((sum) => sum / rows);
}

/**
 * Adds up what the metrics need, rows at a time.
 *
 * @example
 * ```ts
 * import { columnMeans, ReconstructionSums } from "./quality.ts";
 * import assert from "node:assert/strict";
 *
 * const x = Float32Array.of(1, 3, 5, 3), recon = Float32Array.of(1, 3, 3, 3);
 * const sums = new ReconstructionSums({ means: await columnMeans([x], 2) });
 * sums.add(x, recon);
 * assert.equal(sums.result().mse, 1);
 * assert.equal(sums.result().explainedVariance, 0.5);
 * ```
 */
export class ReconstructionSums {
  readonly #dInput: number;
  readonly #hasMeans: boolean;
  /** Taken off x before it is squared, so that a large mean costs no digits: the means if known, else the first row. */
  readonly #origin: Float64Array;
  /** Σ(x − origin) and Σ(x − x̂) of each column, `[dInput]`. */
  readonly #centred: Float64Array;
  readonly #errors: Float64Array;
  #rows = 0;
  #centredSquares = 0;
  #errorSquares = 0;
  #reconSquares = 0;
  #products = 0;
  #legacy = new Mean();
  #nmse = new Mean();
  #cosine = new Mean();
  #l2Ratio = new Mean();

  /**
   * @param source The width of a row, or the means of the very rows that will be added (`columnMeans`), without which
   * there is no `evLegacy`.
   * @throws RangeError if the width is not a positive integer.
   */
  constructor(source: number | { means: Float64Array }) {
    this.#hasMeans = typeof source !== "number";
    this.#dInput = typeof source === "number" ? source : source.means.length;
    rowCount([], { width: this.#dInput, name: "reconstructions" });
    this.#origin = typeof source === "number" ? new Float64Array(source) : source.means;
    this.#centred = new Float64Array(this.#dInput);
    this.#errors = new Float64Array(this.#dInput);
  }

  /**
   * Adds rows.
   *
   * @param x Inputs, `[rows, dInput]`, any number of rows.
   * @param recon Their reconstructions, `[rows, dInput]`.
   * @returns ‖x − x̂‖² of each row, `[rows]`.
   * @throws TypeError if one is not whole rows, or they are not equally many.
   */
  add(x: Float32Array, recon: Float32Array): Float64Array {
    const width = this.#dInput;
    const rows = rowCount(x, { width, name: "inputs" });
    rowCount(recon, { width, name: "reconstructions", rows });
    if (this.#rows === 0 && rows > 0 && !this.#hasMeans) this.#origin.set(x.subarray(0, width));
    const errors = new Float64Array(rows);
    for (let row = 0; row < rows; row++) errors[row] = this.#addRow(x, recon, row * width);
    this.#rows += rows;
    return errors;
  }

  #addRow(x: Float32Array, recon: Float32Array, start: number): number {
    const origin = this.#origin, centred = this.#centred, errors = this.#errors;
    let error2 = 0, centred2 = 0, x2 = 0, recon2 = 0, product = 0;
    for (let j = 0; j < origin.length; j++) {
      const value = x[start + j], other = recon[start + j];
      const error = value - other, difference = value - origin[j];
      errors[j] += error;
      centred[j] += difference;
      error2 += error * error;
      centred2 += difference * difference;
      x2 += value * value;
      recon2 += other * other;
      product += value * other;
    }
    this.#errorSquares += error2;
    this.#centredSquares += centred2;
    this.#reconSquares += recon2;
    this.#products += product;
    if (this.#hasMeans && centred2 > 0) this.#legacy.add(1 - error2 / centred2);
    if (x2 > 0) {
      this.#nmse.add(error2 / x2);
      this.#l2Ratio.add(Math.sqrt(recon2 / x2));
      if (recon2 > 0) this.#cosine.add(product / Math.sqrt(x2 * recon2));
    }
    return error2;
  }

  /** Every metric of the rows added so far. */
  result(): ReconstructionQuality {
    const n = this.#rows; // below, rounding may leave a variation of −1e-20
    const variation = Math.max(0, this.#centredSquares - sumOfSquares(this.#centred) / n);
    const fvu = ratio(this.#errorSquares, variation);
    const errorVariation = Math.max(0, this.#errorSquares - sumOfSquares(this.#errors) / n);
    const unexplained = n > 1 ? ratio(errorVariation, variation) : null;
    return {
      rows: n,
      zeroRows: n - this.#nmse.count,
      mse: ratio(this.#errorSquares, n * this.#dInput),
      fvu,
      explainedVariance: fvu === null ? null : 1 - fvu,
      evLegacy: this.#legacy.value,
      evVariance: unexplained === null ? null : 1 - unexplained,
      nmse: this.#nmse.value,
      cosine: this.#cosine.value,
      l2Ratio: this.#l2Ratio.value,
      relativeReconstructionBias: ratio(this.#reconSquares, this.#products),
    };
  }
}

/** A mean of the rows that have the quantity. */
class Mean {
  count = 0;
  #sum = 0;

  add(value: number): void {
    this.#sum += value;
    this.count++;
  }

  get value(): number | null {
    return ratio(this.#sum, this.count);
  }
}

/** a/b, or null if b is 0, or NaN because there are no rows. */
function ratio(a: number, b: number): number | null {
  return b === 0 || Number.isNaN(b) ? null : a / b;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j] * values[j];
  return sum;
}
