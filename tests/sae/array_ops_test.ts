/**
 * The operations on plain arrays, each against a case worked by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { arrayOps as ops, type ArrayTensor, arrayTensor } from "../../lib/sae/array_ops.ts";
import type { Tensor } from "../../lib/sae/sparsity/variant.ts";

const tensor = (values: number[], shape = [values.length]) => arrayTensor(Float64Array.from(values), shape);
const M = tensor([1, -2, 3, -4, 5, 0], [2, 3]);
const ROW = tensor([10, 20, 30]);

const CASES: [name: string, actual: Tensor, values: number[], shape: number[]][] = [
  ["add a row", ops.add(M, ROW), [11, 18, 33, 6, 25, 30], [2, 3]],
  ["add to a row", ops.add(ROW, M), [11, 18, 33, 6, 25, 30], [2, 3]],
  ["sub a number", ops.sub(M, 1), [0, -3, 2, -5, 4, -1], [2, 3]],
  ["sub from a number", ops.sub(1, ROW), [-9, -19, -29], [3]],
  ["mul", ops.mul(M, M), [1, 4, 9, 16, 25, 0], [2, 3]],
  ["mul a single value", ops.mul(M, tensor([2])), [2, -4, 6, -8, 10, 0], [2, 3]],
  ["div", ops.div(ROW, 10), [1, 2, 3], [3]],
  ["relu", ops.relu(M), [1, 0, 3, 0, 5, 0], [2, 3]],
  ["sigmoid", ops.sigmoid(tensor([0, Math.log(3)])), [0.5, 0.75], [2]],
  ["exp", ops.exp(tensor([0, Math.log(2)])), [1, 2], [2]],
  ["log", ops.log(tensor([1, Math.E])), [0, 1], [2]],
  ["abs", ops.abs(M), [1, 2, 3, 4, 5, 0], [2, 3]],
  ["square", ops.square(ROW), [100, 400, 900], [3]],
  ["clip", ops.clip(M, -1, 2), [1, -1, 2, -1, 2, 0], [2, 3]],
  ["sum", ops.sum(M), [3], []],
  ["sum of columns", ops.sum(M, 0), [-3, 3, 3], [3]],
  ["sum of rows", ops.sum(M, 1), [2, 1], [2]],
  ["mean", ops.mean(M), [0.5], []],
  ["mean of columns", ops.mean(M, 0), [-1.5, 1.5, 1.5], [3]],
  ["mean of rows", ops.mean(M, 1), [2 / 3, 1 / 3], [2]],
  ["smallest positive", ops.smallestPositive(M), [1], []],
  ["smallest positive of none", ops.smallestPositive(tensor([-1, 0])), [0], []],
  ["is greater", ops.isGreater(M, 0), [1, 0, 1, 0, 1, 0], [2, 3]],
  ["detach", ops.detach(ROW), [10, 20, 30], [3]],
  ["largest in rows", ops.largestInRows(M, 1), [0, 0, 1, 0, 1, 0], [2, 3]],
  ["largest in rows, equal ones by index", ops.largestInRows(tensor([7, 7, 7], [1, 3]), 2), [1, 1, 0], [1, 3]],
  ["largest in rows, all", ops.largestInRows(M, 9), [1, 1, 1, 1, 1, 1], [2, 3]],
  ["largest", ops.largest(M, 2), [0, 0, 1, 0, 1, 0], [2, 3]],
  ["prefix", ops.prefix(M, 2), [1, -2, -4, 5], [2, 2]],
  [
    "with gradient",
    ops.withGradient([M], { value: (x) => ops.relu(x), gradients: () => assert.fail("nothing is differentiated") }),
    [1, 0, 3, 0, 5, 0],
    [2, 3],
  ],
];

Deno.test("arrayOps equals each case worked by hand", () => {
  for (const [name, actual, values, shape] of CASES) {
    assert.deepEqual(actual.shape, shape, name);
    (actual as ArrayTensor).values.forEach((value, i) =>
      assert.ok(Math.abs(value - values[i]) < 1e-15, `${name} ${i}: ${value}`)
    );
    assert.equal((actual as ArrayTensor).values.length, values.length, name);
  }
});

Deno.test("arrayOps refuses shapes that do not fit", () => {
  assert.throws(
    () => ops.add(M, tensor([1, 2])),
    /^TypeError: Cannot combine tensors: one is \[2\], expected the end of \[2,3\]$/,
  );
});
