/**
 * All eigenvalues and eigenvectors of a symmetric matrix, in float64: Householder's tridiagonal form, then implicit QL with
 * Wilkinson's shift (Golub and Van Loan, "Matrix Computations", 8.3; EISPACK's tred2 and tql2).
 *
 * Equal matrices give equal bits. Takes about 8·d³ operations and three matrices' memory. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** An eigen-decomposition, from the largest eigenvalue to the smallest. */
export interface SymmetricEigen {
  /** `[d]` */
  values: Float64Array;
  /** `[d, d]`: row i is the eigenvector of value i, of length 1; its largest entry by magnitude is above 0. */
  vectors: Float64Array;
}

/** A value of QL that is found in more rounds than this is not going to be found. */
const MOST_ROUNDS = 60;

/**
 * The eigen-decomposition of a symmetric matrix.
 *
 * @param matrix `[d, d]`, row-major; written over.
 * @throws {TypeError} It is not square.
 * @throws {RangeError} It has values that are not finite.
 *
 * @example
 * ```ts
 * import { symmetricEigen } from "./symmetric_eigen.ts";
 * import assert from "node:assert/strict";
 *
 * const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2));
 * assert.deepEqual(Array.from(values, (value) => Number(value.toFixed(12))), [3, 1]);
 * assert.ok(Math.abs(vectors[0] - Math.SQRT1_2) < 1e-12 && Math.abs(vectors[1] - Math.SQRT1_2) < 1e-12);
 * ```
 */
export function symmetricEigen(matrix: Float64Array): SymmetricEigen {
  const d = Math.sqrt(matrix.length);
  if (!Number.isInteger(d)) {
    throw new TypeError(`Cannot decompose a matrix: it has ${matrix.length} values, expected d²`);
  }
  const { diagonal, beside, rows } = tridiagonal(matrix, d);
  quickLower({ diagonal, beside, rows, d });
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a]);
  const vectors = new Float64Array(d * d);
  order.forEach((from, to) => {
    const vector = rows.subarray(from * d, (from + 1) * d);
    const largest = vector.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best, 0);
    for (let i = 0; i < d; i++) vectors[to * d + i] = largest < 0 ? -vector[i] : vector[i];
  });
  return { values: Float64Array.from(order, (from) => diagonal[from]), vectors };
}

/**
 * A = Q·T·Qᵀ with T tridiagonal: its diagonal, what stands beside it, `[d]` with 0 at the end, and Qᵀ.
 *
 * Step k reflects by H = 1 − v·vᵀ·2/‖v‖², v the part of column k below the diagonal with its first entry grown by its length.
 */
function tridiagonal(matrix: Float64Array, d: number) {
  const beside = new Float64Array(d), scales = new Float64Array(d);
  const p = new Float64Array(d), v = new Float64Array(d);
  for (let k = 0; k < d - 2; k++) {
    let squares = 0;
    for (let i = k + 1; i < d; i++) squares += (v[i] = matrix[k * d + i]) ** 2;
    const length = v[k + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    beside[k] = length;
    if (squares === 0) continue;
    v[k + 1] -= length;
    const scale = scales[k] = 1 / (squares - length * (v[k + 1] + length)); // 2/‖v‖²
    let along = 0;
    for (let i = k + 1; i < d; i++) {
      const row = matrix.subarray(i * d, (i + 1) * d);
      let sum = 0;
      for (let j = k + 1; j < d; j++) sum += row[j] * v[j];
      along += (p[i] = scale * sum) * v[i];
    }
    for (let i = k + 1; i < d; i++) p[i] -= scale / 2 * along * v[i];
    for (let i = k + 1; i < d; i++) {
      const row = matrix.subarray(i * d, (i + 1) * d), vi = v[i], pi = p[i];
      for (let j = k + 1; j < d; j++) row[j] -= vi * p[j] + pi * v[j];
    }
    matrix.set(v.subarray(k + 1), k * d + k + 1); // kept for Q, in the place of what is 0 now
  }
  if (d > 1) beside[d - 2] = matrix[(d - 2) * d + d - 1];
  const diagonal = Float64Array.from({ length: d }, (_, i) => matrix[i * d + i]);
  return { diagonal, beside, rows: reflections({ matrix, scales, d }) };
}

/** Qᵀ from the reflections, the last one first, so that each touches only what those after it have filled. */
function reflections(
  { matrix, scales, d }: { matrix: Float64Array; scales: Float64Array; d: number },
): Float64Array {
  const q = new Float64Array(d * d), sums = new Float64Array(d);
  for (let i = 0; i < d; i++) q[i * d + i] = 1;
  for (let k = d - 3; k >= 0; k--) {
    if (scales[k] === 0) continue;
    const v = matrix.subarray(k * d, (k + 1) * d);
    sums.fill(0);
    for (let i = k + 1; i < d; i++) {
      const row = q.subarray(i * d, (i + 1) * d), factor = v[i];
      for (let j = k + 1; j < d; j++) sums[j] += factor * row[j];
    }
    for (let i = k + 1; i < d; i++) {
      const row = q.subarray(i * d, (i + 1) * d), factor = scales[k] * v[i];
      for (let j = k + 1; j < d; j++) row[j] -= factor * sums[j];
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) [q[i * d + j], q[j * d + i]] = [q[j * d + i], q[i * d + j]];
  }
  return q;
}

/** Turns the diagonal into eigenvalues, and the rows, Qᵀ before, into eigenvectors. */
function quickLower(
  { diagonal, beside, rows, d }: { diagonal: Float64Array; beside: Float64Array; rows: Float64Array; d: number },
): void {
  const size = diagonal.reduce((most, value, i) => Math.max(most, Math.abs(value) + Math.abs(beside[i])), 0);
  for (let low = 0; low < d; low++) {
    for (let round = 0;; round++) {
      let high = low; // what is beside the diagonal is 0 up to rounding, which is of the size of the whole matrix
      while (high < d - 1 && !(Math.abs(beside[high]) <= Number.EPSILON * size)) high++;
      if (high === low) break;
      if (round === MOST_ROUNDS || !Number.isFinite(diagonal[low])) {
        throw new RangeError("Cannot decompose a matrix: its eigenvalues are not found, expected finite values");
      }
      chase({ diagonal, beside, rows, d }, { low, high });
    }
  }
}

/** One implicit step on rows `low … high`: a shift from the top, and rotations upwards that keep the form. */
function chase(
  { diagonal, beside, rows, d }: { diagonal: Float64Array; beside: Float64Array; rows: Float64Array; d: number },
  { low, high }: { low: number; high: number },
): void {
  const half = (diagonal[low + 1] - diagonal[low]) / (2 * beside[low]);
  const root = Math.sqrt(half * half + 1);
  let g = diagonal[high] - diagonal[low] + beside[low] / (half + (half < 0 ? -root : root));
  let sine = 1, cosine = 1, p = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * beside[i], b = cosine * beside[i];
    const length = Math.sqrt(f * f + g * g);
    beside[i + 1] = length;
    if (length === 0) { // it falls apart here
      diagonal[i + 1] -= p;
      beside[high] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = diagonal[i + 1] - p;
    const rest = (diagonal[i] - g) * sine + 2 * cosine * b;
    p = sine * rest;
    diagonal[i + 1] = g + p;
    g = cosine * rest - b;
    const lower = rows.subarray(i * d, (i + 1) * d), upper = rows.subarray((i + 1) * d, (i + 2) * d);
    for (let k = 0; k < d; k++) {
      const value = upper[k];
      upper[k] = sine * lower[k] + cosine * value;
      lower[k] = cosine * lower[k] - sine * value;
    }
  }
  diagonal[low] -= p;
  beside[low] = g;
  beside[high] = 0;
}
