/**
 * Least squares in float64: linear by Householder's QR, and Levenberg and Marquardt's method with a given Jacobian.
 *
 * Deterministic: no random start and no numerical derivative. For some dozens of rows and a few unknowns.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import { norm } from "../../norm.ts";

/** Columns whose part outside the others is smaller than this share of their length count as dependent. */
const DEPENDENT = 1e-9;

/**
 * The x that minimises ‖A x − b‖₂.
 *
 * @param rows A, at least as many rows as columns.
 * @param b As many numbers as rows.
 * @returns Null if the columns of A are linearly dependent, so that no single x is best.
 *
 * @example
 * ```ts
 * import { leastSquares } from "./least_squares.ts";
 * import assert from "node:assert/strict";
 *
 * // The line 1 + 2 x through three points.
 * const [at0, slope] = leastSquares([[1, 0], [1, 1], [1, 2]], [1, 3, 5])!;
 * assert.ok(Math.abs(at0 - 1) < 1e-12 && Math.abs(slope - 2) < 1e-12);
 * assert.equal(leastSquares([[1, 2], [2, 4], [3, 6]], [1, 2, 3]), null);
 * ```
 */
export function leastSquares(rows: number[][], b: number[]): number[] | null {
  const m = rows.length, n = rows[0]?.length ?? 0;
  if (m < n || n === 0) return null;
  const a = rows.map((row) => [...row]), y = [...b], diagonal = new Array<number>(n);
  const lengths = a[0].map((_, j) => norm(a.map((row) => row[j])));
  for (let j = 0; j < n; j++) {
    let squares = 0;
    for (let i = j; i < m; i++) squares += a[i][j] ** 2;
    const length = Math.sqrt(squares);
    if (!(length > DEPENDENT * lengths[j])) return null;
    const pivot = a[j][j] > 0 ? -length : length;
    diagonal[j] = pivot;
    // v = column − pivot · e_j reflects the column onto e_j; v·v = 2 length (length + |a_jj|)
    a[j][j] -= pivot;
    const vv = 2 * length * Math.abs(a[j][j]);
    for (let c = j + 1; c <= n; c++) {
      let product = 0;
      for (let i = j; i < m; i++) product += a[i][j] * (c < n ? a[i][c] : y[i]);
      const factor = 2 * product / vv;
      for (let i = j; i < m; i++) {
        if (c < n) a[i][c] -= factor * a[i][j];
        else y[i] -= factor * a[i][j];
      }
    }
  }
  const x = new Array<number>(n);
  for (let j = n - 1; j >= 0; j--) {
    let rest = y[j];
    for (let c = j + 1; c < n; c++) rest -= a[j][c] * x[c];
    x[j] = rest / diagonal[j];
  }
  return x;
}

/** A sum of squares to minimise. */
export interface SquaresProblem {
  start: number[];
  /** r(x), as many numbers at every x. */
  residuals(x: number[]): number[];
  /** ∂r_i/∂x_j, one row for each residual. */
  jacobian(x: number[]): number[][];
}

/** Where {@linkcode levenbergMarquardt} ended. */
export interface SquaresSolution {
  x: number[];
  /** Σ r². */
  sum: number;
  /** Whether no step made the sum smaller by a share of 10⁻¹² or more, within 500 steps. */
  isConverged: boolean;
}

/** Steps at most, and the largest damping: beyond it a step no longer changes x. */
const MOST_STEPS = 500, MOST_DAMPING = 1e16;

/**
 * A local minimum of Σ r(x)², by damped Gauss–Newton steps: each solves (JᵀJ + damping · diag(JᵀJ)) step = −Jᵀr.
 *
 * The system is solved as least squares of J with rows for the damping below it, so that JᵀJ is never formed. Source:
 * Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", 1963.
 */
export function levenbergMarquardt({ start, residuals, jacobian }: SquaresProblem): SquaresSolution {
  const squares = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0);
  let x = start, r = residuals(x), sum = squares(r), damping = 1e-3;
  for (let taken = 0; taken < MOST_STEPS; taken++) {
    if (sum === 0) return { x, sum, isConverged: true };
    const rows = jacobian(x), before = sum;
    const lengths = x.map((_, j) => norm(rows.map((row) => row[j])) || 1);
    while (damping <= MOST_DAMPING) {
      const damped = lengths.map((length, j) => lengths.map((_, c) => c === j ? Math.sqrt(damping) * length : 0));
      const step = leastSquares([...rows, ...damped], [...r.map((value) => -value), ...lengths.map(() => 0)]);
      const next = step?.map((value, j) => x[j] + value);
      const nextR = next && residuals(next), nextSum = nextR ? squares(nextR) : NaN;
      if (next && nextR && nextSum < sum) {
        [x, r, sum] = [next, nextR, nextSum];
        damping = Math.max(damping / 10, 1e-12);
        break;
      }
      damping *= 10;
    }
    if (before - sum <= 1e-12 * before) return { x, sum, isConverged: true };
  }
  return { x, sum, isConverged: false };
}
