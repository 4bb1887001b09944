/**
 * Least squares against worked cases, the normal equations, and a problem of Levenberg and Marquardt's whose minimum is known.
 *
 * @module
 */
import assert from "node:assert/strict";
import { leastSquares, levenbergMarquardt } from "../../../lib/analysis/across/least_squares.ts";
import { Rng } from "../../../lib/rng.ts";

function near(a: number, b: number, tolerance = 1e-10) {
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} ≠ ${b}`);
}

Deno.test("leastSquares() leaves a rest that is orthogonal to every column", () => {
  const rng = Rng.fromSeed(3, "test");
  for (const [m, n] of [[1, 1], [2, 2], [7, 3], [40, 6]]) {
    const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => rng.normal()));
    const b = rows.map(() => rng.normal()), x = leastSquares(rows, b)!;
    const rest = rows.map((row, i) => b[i] - row.reduce((sum, value, j) => sum + value * x[j], 0));
    for (let j = 0; j < n; j++) near(rows.reduce((sum, row, i) => sum + row[j] * rest[i], 0), 0, 1e-9);
  }
});

Deno.test("leastSquares() keeps eight digits where the normal equations would lose all", () => {
  // Columns 1, 1 + e and 1 − 2 e differ in the seventh digit: their products differ in the fourteenth.
  const e = 1e-7, rows = [[1, 1, 1], [e, 0, 0], [0, e, 0], [0, 0, e]];
  const x = leastSquares(rows, [6, e, 2 * e, 3 * e])!;
  [1, 2, 3].forEach((wanted, i) => near(x[i], wanted, 1e-8));
});

Deno.test("leastSquares() has no answer for dependent columns, a zero column and too few rows", () => {
  assert.equal(leastSquares([[1, 2], [2, 4], [3, 6]], [1, 2, 3]), null);
  assert.equal(leastSquares([[1, 0], [2, 0], [3, 0]], [1, 2, 3]), null);
  assert.equal(leastSquares([[1, 2]], [1]), null);
  assert.equal(leastSquares([], []), null);
});

Deno.test("levenbergMarquardt() finds the minimum of Rosenbrock's valley from its usual start", () => {
  const { x, isConverged } = levenbergMarquardt({
    start: [-1.2, 1],
    residuals: ([a, b]) => [10 * (b - a * a), 1 - a],
    jacobian: ([a]) => [[-20 * a, 10], [-1, 0]],
  });
  assert.ok(isConverged);
  near(x[0], 1);
  near(x[1], 1);
});

Deno.test("levenbergMarquardt() stays at a minimum that is not 0, and at a point whose residuals are not finite around it", () => {
  // The mean of 1, 2 and 6 by its squares.
  const residuals = ([a]: number[]) => [a - 1, a - 2, a - 6];
  const { x, sum } = levenbergMarquardt({ start: [10], residuals, jacobian: () => [[1], [1], [1]] });
  near(x[0], 3);
  near(sum, 14);
  const broken = levenbergMarquardt({
    start: [1],
    residuals: ([a]) => a === 1 ? [1] : [NaN],
    jacobian: () => [[1]],
  });
  assert.deepEqual(broken.x, [1]);
});
