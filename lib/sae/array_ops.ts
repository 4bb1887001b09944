/**
 * The operations of {@linkcode Ops} on plain arrays, in float64: what a variant computes, without a tensor library.
 *
 * Values alone: nothing is differentiated, so that gradients written out are not called. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Ops, Tensor } from "./sparsity/variant.ts";

/** A row-major array. */
export interface ArrayTensor extends Tensor {
  values: Float64Array;
}

/** An array of a shape; `values` is kept, not copied. */
export function arrayTensor(values: Float64Array, shape: number[]): ArrayTensor {
  return { shape, values };
}

/** See the module comment. */
export const arrayOps: Ops = {
  add: (a, b) => combined(a, b, (x, y) => x + y),
  sub: (a, b) => combined(a, b, (x, y) => x - y),
  mul: (a, b) => combined(a, b, (x, y) => x * y),
  div: (a, b) => combined(a, b, (x, y) => x / y),
  relu: (x) => mapped(x, (value) => Math.max(value, 0)),
  sigmoid: (x) => mapped(x, (value) => 1 / (1 + Math.exp(-value))),
  exp: (x) => mapped(x, Math.exp),
  log: (x) => mapped(x, Math.log),
  abs: (x) => mapped(x, Math.abs),
  square: (x) => mapped(x, (value) => value * value),
  clip: (x, min, max) => mapped(x, (value) => Math.min(Math.max(value, min), max)),
  sum: (x, axis) => summed(own(x), axis),
  mean: (x, axis) => {
    const total = summed(own(x), axis);
    const count = own(x).values.length / Math.max(1, total.values.length);
    return mapped(total, (value) => value / count);
  },
  smallestPositive: (x) => {
    let smallest = Infinity;
    for (const value of own(x).values) if (value > 0 && value < smallest) smallest = value;
    return arrayTensor(Float64Array.of(smallest === Infinity ? 0 : smallest), []);
  },
  isGreater: (a, b) => combined(a, b, (x, y) => Number(x > y)),
  detach: (x) => x,
  largestInRows: (x, k) => {
    const { values, shape } = own(x), width = shape.at(-1)!;
    const mask = new Float64Array(values.length);
    for (let start = 0; start < values.length; start += width) {
      markLargest(values.subarray(start, start + width), { k, mask: mask.subarray(start, start + width) });
    }
    return arrayTensor(mask, shape);
  },
  largest: (x, k) => {
    const { values, shape } = own(x), mask = new Float64Array(values.length);
    markLargest(values, { k, mask });
    return arrayTensor(mask, shape);
  },
  prefix: (x, width) => {
    const { values, shape: [rows, from] } = own(x);
    const kept = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) kept.set(values.subarray(i * from, i * from + width), i * width);
    return arrayTensor(kept, [rows, width]);
  },
  withGradient: (inputs, { value }) => value(...inputs),
};

/** An {@linkcode Ops} is given only tensors that it made. */
function own(x: Tensor): ArrayTensor {
  return x as ArrayTensor;
}

function mapped(x: Tensor, f: (value: number) => number): ArrayTensor {
  return arrayTensor(own(x).values.map((value) => f(value)), x.shape);
}

/** Element by element; the smaller of two shapes is repeated over the leading axes, or is a single value. */
function combined(a: Tensor | number, b: Tensor | number, f: (x: number, y: number) => number): ArrayTensor {
  const [left, right] = [a, b].map((x) => typeof x === "number" ? arrayTensor(Float64Array.of(x), []) : own(x));
  const { shape } = left.values.length >= right.values.length ? left : right;
  assertRepeats(left, shape);
  assertRepeats(right, shape);
  const [n, m] = [left.values.length, right.values.length];
  return arrayTensor(
    Float64Array.from({ length: Math.max(n, m) }, (_, i) => f(left.values[i % n], right.values[i % m])),
    shape,
  );
}

/** @throws {TypeError} A shape is not the end of another, nor a single value. */
function assertRepeats({ shape, values }: ArrayTensor, wanted: number[]): void {
  const isEnd = values.length === 1 || shape.every((size, i) => size === wanted[wanted.length - shape.length + i]);
  if (!isEnd) throw new TypeError(`Cannot combine tensors: one is [${shape}], expected the end of [${wanted}]`);
}

/** Over an axis of a matrix, or over everything. */
function summed({ values, shape }: ArrayTensor, axis: number | undefined): ArrayTensor {
  if (axis === undefined || shape.length < 2) {
    return arrayTensor(Float64Array.of(values.reduce((a, b) => a + b, 0)), []);
  }
  const [rows, columns] = shape;
  const sums = new Float64Array(axis === 0 ? columns : rows);
  for (let i = 0; i < values.length; i++) sums[axis === 0 ? i % columns : Math.floor(i / columns)] += values[i];
  return arrayTensor(sums, [sums.length]);
}

/** Sets the mask to 1 at the k largest, equal ones by index. */
function markLargest(values: Float64Array, { k, mask }: { k: number; mask: Float64Array }): void {
  if (k >= values.length) return void mask.fill(1);
  const threshold = values.toSorted()[values.length - k];
  let left = k;
  for (let i = 0; i < values.length; i++) if (values[i] > threshold) left -= mask[i] = 1;
  for (let i = 0; i < values.length && left > 0; i++) if (values[i] === threshold) left -= mask[i] = 1;
}
