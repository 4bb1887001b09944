/**
 * Logistic regression with an L2 penalty, to the exact minimum: Newton's method, for a handful of features.
 *
 * Each step solves a dense system of k + 1 unknowns, so it is not for hundreds of features. Does not standardise them.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

const MAX_ITERATIONS = 1000;
/** The largest slope that counts as none, relative to the number of examples. */
const SLOPE_TOLERANCE = 1e-10;
/** A loss that grows by less, relatively, has not grown: without this, full steps near the minimum were refused. */
const ROUNDING = 1e-12;

/** A linear classifier: positive if weights·x + bias > 0. */
export interface LinearProbe {
  /** `[k]`. */
  weights: Float64Array;
  bias: number;
}

/**
 * Minimises ½‖w‖² + C Σᵢ ln(1 + e^(−yᵢ(w·xᵢ + b))), the bias not penalised: scikit-learn's `LogisticRegression`, whose
 * default is C = 1.
 *
 * @param features Examples, `[n, k]`, float64.
 * @param options `positives` says for each example whether y is +1 or −1, `[n]`, 1 or 0; both must occur.
 * @throws RangeError if there is only one kind, for which no bias is best.
 *
 * @example
 * ```ts
 * import { fitLogistic } from "./logistic_regression.ts";
 * import assert from "node:assert/strict";
 *
 * const { weights, bias } = fitLogistic(Float64Array.of(0, 1), { positives: Uint8Array.of(0, 1), c: 1 });
 * assert.ok(weights[0] > 0 && Math.abs(weights[0] / 2 + bias) < 1e-9); // undecided in the middle
 * ```
 */
export function fitLogistic(features: Float64Array, options: { positives: Uint8Array; c: number }): LinearProbe {
  const { positives, c } = options;
  const n = positives.length, size = features.length / n + 1;
  const positive = positives.reduce((sum, y) => sum + y, 0);
  if (positive === 0 || positive === n) {
    throw new RangeError(`Cannot fit a probe: ${positive} of ${n} examples are positive, expected some and not all`);
  }
  let best = evaluate(new Float64Array(size), features, options);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    if (best.slope.every((value) => Math.abs(value) <= SLOPE_TOLERANCE * c * n)) break;
    const step = solve(best.curvature, best.slope);
    const { theta } = best;
    const moved = (scale: number) => evaluate(theta.map((value, i) => value - scale * step[i]), features, options);
    let scale = 1, next = moved(scale);
    const limit = best.loss * (1 + ROUNDING);
    while (next.loss > limit && scale > ROUNDING) next = moved(scale /= 2); // a full step may overshoot
    best = next;
  }
  return { weights: best.theta.slice(0, size - 1), bias: best.theta[size - 1] };
}

/** At `theta`, the weights and then the bias: the loss, its slope `[size]` and its curvature `[size, size]`. */
function evaluate(theta: Float64Array, features: Float64Array, options: { positives: Uint8Array; c: number }) {
  const { positives, c } = options;
  const size = theta.length, k = size - 1;
  const slope = new Float64Array(size), curvature = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1); // the last stays 1: the bias' feature
  let loss = 0;
  for (let i = 0; i < positives.length; i++) {
    let logit = theta[k];
    for (let j = 0; j < k; j++) logit += theta[j] * (row[j] = features[i * k + j]);
    const p = 1 / (1 + Math.exp(-logit));
    loss += c * (Math.max(logit, 0) - positives[i] * logit + Math.log1p(Math.exp(-Math.abs(logit))));
    const pull = c * (p - positives[i]), bend = c * p * (1 - p);
    for (let a = 0; a < size; a++) {
      slope[a] += pull * row[a];
      for (let b = 0; b <= a; b++) curvature[a * size + b] += bend * row[a] * row[b];
    }
  }
  for (let j = 0; j < k; j++) {
    loss += theta[j] * theta[j] / 2;
    slope[j] += theta[j];
    curvature[j * size + j] += 1;
  }
  return { theta, loss, slope, curvature };
}

/** x of A x = b for a symmetric positive definite A of which the lower half is given (Cholesky). */
function solve(lower: Float64Array, b: Float64Array): Float64Array {
  const size = b.length, factor = lower.slice(), x = b.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      // if every example is decided, rounding may leave the bias without curvature
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * size + j];
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * size + k] * x[k];
    x[i] /= factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= factor[k * size + i] * x[k];
    x[i] /= factor[i * size + i];
  }
  return x;
}
