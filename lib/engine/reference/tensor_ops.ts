/**
 * The operations of `sparsity/variant.ts` on tfjs.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { withGradient } from "./dense.ts";
import type { Ops, Tensor } from "../../sae/sparsity/variant.ts";

const asTf = (x: Tensor) => x as tf.Tensor;
const operand = (x: Tensor | number) => x as tf.Tensor | number;

/** See the module comment. */
export const tfOps: Ops = {
  add: (a, b) => tf.add(operand(a), operand(b)),
  sub: (a, b) => tf.sub(operand(a), operand(b)),
  mul: (a, b) => tf.mul(operand(a), operand(b)),
  div: (a, b) => tf.div(operand(a), operand(b)),
  relu: (x) => tf.relu(asTf(x)),
  sigmoid: (x) => tf.sigmoid(asTf(x)),
  exp: (x) => tf.exp(asTf(x)),
  log: (x) => tf.log(asTf(x)),
  abs: (x) => tf.abs(asTf(x)),
  square: (x) => tf.square(asTf(x)),
  clip: (x, min, max) => tf.clipByValue(asTf(x), min, max),
  sum: (x, axis) => axis === undefined ? ofAll(asTf(x), tf.sum) : tf.sum(asTf(x), axis),
  mean: (x, axis) => axis === undefined ? meanOfAll(asTf(x)) : tf.mean(asTf(x), axis),
  smallestPositive: (x) =>
    withoutGradient(x, (x) => {
      const least = tf.min(tf.where(tf.greater(x, 0), x, tf.fill(x.shape, NONE)));
      return tf.where(tf.less(least, NONE), least, tf.zerosLike(least));
    }),
  isGreater: (a, b) => withoutGradient(a, (a) => isPositive(tf.sub(a, operand(b)))),
  detach,
  largestInRows: (x, k) => withoutGradient(x, (x) => largestInRows(x as tf.Tensor2D, k)),
  largest: (x, k) =>
    withoutGradient(x, (x) => tf.reshape(largestInRows(tf.reshape(x, [1, x.size]), Math.min(k, x.size)), x.shape)),
  prefix: (x, width) => tf.slice(asTf(x), [0, 0], [x.shape[0], width]),
  withGradient: (inputs, { value, gradients }) =>
    withGradient(inputs.map(asTf), {
      value: (...inputs) => asTf(value(...inputs)),
      gradients: (dy, ...inputs) => gradients(dy, ...inputs).map(asTf),
    }),
};

/** The mean of all elements. */
export function meanOfAll(x: tf.Tensor): tf.Scalar {
  return ofAll(x, tf.mean) as tf.Scalar;
}

/**
 * A reduction of all elements, one axis after the other: on WebAssembly tfjs adds up all of them in one float32, which no
 * longer grows after some million terms (the loss of 16,000 images was 4 % too low).
 */
function ofAll(x: tf.Tensor, reduce: (x: tf.Tensor, axis: number) => tf.Tensor): tf.Tensor {
  return x.shape.reduceRight((reduced, _, axis) => reduce(reduced, axis), x);
}

/** More than any activation. */
const NONE = 3e38;

/** 1 above 0, else 0: comparing with a row instead is forty times slower on WebAssembly. */
function isPositive(x: tf.Tensor): tf.Tensor {
  return tf.step(x);
}

/** tfjs has no stop-gradient: the identity, whose gradient is written as 0. */
function detach(x: Tensor): tf.Tensor {
  return withGradient([asTf(x)], { value: (x) => tf.clone(x), gradients: (dy) => [tf.zerosLike(dy)] });
}

/** A value of x through which no gradient flows; tfjs refuses operations whose gradient it lacks. */
function withoutGradient(x: Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return withGradient([asTf(x)], { value: f, gradients: (_, x) => [tf.zerosLike(x)] });
}

/** 1 for the k largest of each row, equal ones from the left, else 0. */
function largestInRows(x: tf.Tensor2D, k: number): tf.Tensor {
  const [rows] = x.shape;
  const { values } = tf.topk(x, k, true);
  const least = tf.slice(values, [0, k - 1], [rows, 1]);
  const difference = tf.sub(x, least);
  const above = isPositive(difference);
  const equal = tf.sub(1, isPositive(tf.abs(difference)));
  const left = tf.sub(k, tf.sum(above, 1, true)); // how many of the equal ones there is room for
  const place = tf.cumsum(equal, 1);
  return tf.add(above, tf.mul(equal, isPositive(tf.sub(tf.add(left, 1), place))));
}
