/**
 * The best assignment: against every permutation, against SciPy's, and by dual values that prove it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { assignAll, assignCandidates, type Candidates } from "../../../lib/analysis/across/assignment.ts";
import { Rng } from "../../../lib/rng.ts";
import fc from "../../fast_check.ts";
import { hasNumpy, python } from "../../python.ts";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);

/** Weights in [0, 1); of some kinds many are equal or 0. */
function weightsOf(kind: "any" | "equals" | "sparse", { length, seed }: { length: number; seed: number }) {
  const rng = Rng.fromSeed(seed, "weights");
  return Float64Array.from({ length }, () => {
    const value = rng.uniform(0, 1);
    return kind === "any" ? value : kind === "equals" ? Math.floor(3 * value) / 2 : Math.max(0, value - 0.9);
  });
}

const sum = (weights: Float64Array, { columnOf, columns }: { columnOf: Int32Array; columns: number }) =>
  columnOf.reduce((total, j, i) => total + (j < 0 ? 0 : weights[i * columns + j]), 0);

/** The largest sum over every one-to-one assignment, tried one by one. */
function bestOfAll(weights: Float64Array, { rows, columns, row = 0, used = 0 }: {
  rows: number;
  columns: number;
  row?: number;
  used?: number;
}): number {
  if (row === rows) return 0;
  let best = bestOfAll(weights, { rows, columns, row: row + 1, used }); // weights are at least 0: none has to be left out
  for (let j = 0; j < columns; j++) {
    if (used & (1 << j)) continue;
    const own = weights[row * columns + j];
    best = Math.max(best, own + bestOfAll(weights, { rows, columns, row: row + 1, used: used | (1 << j) }));
  }
  return best;
}

const KINDS = fc.constantFrom("any" as const, "equals" as const, "sparse" as const);
const SIZES = fc.record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }) });

Deno.test("assignAll() finds the best of all assignments, of squares and of rectangles, equals among them", () => {
  fc.assert(fc.property(SIZES, KINDS, fc.nat(), (size, kind, seed) => {
    const { rows, columns } = size, weights = weightsOf(kind, { length: rows * columns, seed });
    const columnOf = assignAll(weights, size);
    const assigned = [...columnOf].filter((column) => column >= 0);
    assert.equal(assigned.length, Math.min(rows, columns));
    assert.equal(new Set(assigned).size, assigned.length);
    near(sum(weights, { columnOf, columns }), bestOfAll(weights, size));
  }));
});

Deno.test("assignAll() of 8 × 8 is the best of the 40,320 permutations", () => {
  for (const [seed, kind] of (["any", "equals", "sparse"] as const).entries()) {
    const size = { rows: 8, columns: 8 }, weights = weightsOf(kind, { length: 64, seed });
    near(sum(weights, { columnOf: assignAll(weights, size), columns: 8 }), bestOfAll(weights, size));
  }
});

Deno.test("assignAll() knows matrices without rows or columns", () => {
  assert.deepEqual([...assignAll(new Float64Array(0), { rows: 0, columns: 3 })], []);
  assert.deepEqual([...assignAll(new Float64Array(0), { rows: 2, columns: 0 })], [-1, -1]);
});

/** Each row with some of the columns, in no order; some rows have none. */
function someOf(weights: Float64Array, { rows, columns, share, seed }: {
  rows: number;
  columns: number;
  share: number;
  seed: number;
}): Candidates {
  const rng = Rng.fromSeed(seed, "candidates"), starts = [0], entries: number[] = [];
  for (let row = 0; row < rows; row++) {
    entries.push(...Array.from(rng.permutation(columns)).filter(() => rng.uniform(0, 1) < share));
    starts.push(entries.length);
  }
  const own = starts.flatMap((start, row) =>
    entries.slice(start, starts[row + 1]).map((j) => weights[row * columns + j])
  );
  return { rows, columns, starts, entries: Int32Array.from(entries), weights: Float64Array.from(own) };
}

Deno.test("assignCandidates() proves the best by its dual values: complementary slackness at awkward sizes, with equals", () => {
  const sizes = [[1, 1, 1], [7, 5, 1], [5, 7, 0.5], [63, 65, 0.2], [129, 127, 0.05], [300, 301, 0.02], [250, 250, 1]];
  for (const [seed, [rows, columns, share]] of sizes.entries()) {
    for (const kind of ["any", "equals", "sparse"] as const) {
      const weights = weightsOf(kind, { length: rows * columns, seed });
      const candidates = someOf(weights, { rows, columns, share, seed });
      const { columnOf, duals } = assignCandidates(candidates);
      const owned = [...columnOf].filter((column) => column >= 0);
      assert.equal(new Set(owned).size, owned.length, "a column has one row");
      let primal = 0, dual = duals.reduce((a, b) => a + b, 0);
      for (let row = 0; row < rows; row++) {
        let best = 0, own = 0; // without a column it has the weight 0
        for (let e = candidates.starts[row]; e < candidates.starts[row + 1]; e++) {
          const column = candidates.entries[e];
          best = Math.max(best, candidates.weights[e] - duals[column]);
          if (column === columnOf[row]) {
            primal += candidates.weights[e];
            own = candidates.weights[e] - duals[column];
          }
        }
        near(own, best, 1e-12); // no row has a candidate that is better than its own column
        dual += best;
      }
      for (const [column, own] of duals.entries()) {
        assert.ok(own >= 0);
        if (!owned.includes(column)) assert.equal(own, 0);
      }
      near(primal, dual, 1e-9 * rows); // any assignment's sum is at most `dual`: this one is the best
    }
  }
});

Deno.test("assignCandidates() of all pairs is assignAll()", () => {
  const rows = 40, columns = 37, weights = weightsOf("any", { length: rows * columns, seed: 5 });
  const { columnOf } = assignCandidates(someOf(weights, { rows, columns, share: 2, seed: 0 }));
  near(sum(weights, { columnOf, columns }), sum(weights, { columnOf: assignAll(weights, { rows, columns }), columns }));
});

const hasScipy = await hasNumpy() &&
  await python("import scipy.optimize").then(() => true, () => {
    console.log("A test is ignored that needs SciPy: install python3-scipy");
    return false;
  });

Deno.test({
  name: "assignAll() has the same sum as SciPy's linear_sum_assignment",
  ignore: !hasScipy,
  async fn() {
    for (const [seed, [rows, columns]] of [[101, 101], [83, 120], [120, 83]].entries()) {
      const weights = weightsOf("any", { length: rows * columns, seed });
      const program = "import json, sys, numpy as np; from scipy.optimize import linear_sum_assignment as best\n" +
        "w = np.array(json.loads(sys.argv[1])).reshape(json.loads(sys.argv[2]))\n" +
        "print(repr(float(w[best(w, maximize=True)].sum())))";
      const theirs = await python(program, [
        JSON.stringify([...weights.map((w) => Math.round(w * 1e4) / 1e4)]),
        `[${rows},${columns}]`,
      ])
        .then(Number);
      const rounded = weights.map((w) => Math.round(w * 1e4) / 1e4);
      near(sum(rounded, { columnOf: assignAll(rounded, { rows, columns }), columns }), theirs);
    }
  },
});
