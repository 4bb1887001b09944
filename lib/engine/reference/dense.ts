/**
 * A fully connected layer on tfjs with its gradient written out.
 *
 * tfjs differentiates matMul with transposeA/transposeB, which its WebAssembly backend runs ten times slower than a
 * transpose followed by a plain product; the gradients below are those of autodiff, computed in the fast order.
 *
 * @module
 */
import * as tf from "./tfjs.ts";

/** One layer's tensors: `weight` `[dIn, dOut]` (transposed from PyTorch's layout), `bias` `[dOut]`. */
export interface LayerTensors {
  weight: tf.Tensor2D;
  bias: tf.Tensor1D;
}

/**
 * y = x·W, with dx = dy·Wᵀ, dW = xᵀ·dy.
 *
 * @param x `[batch, dIn]`.
 * @returns `[batch, dOut]`; the caller disposes.
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  return withGradient<[tf.Tensor2D, tf.Tensor2D]>([x, weight], {
    value: (x, weight) => tf.matMul(x, weight),
    gradients: (dy, x, weight) => [tf.matMul(dy, tf.transpose(weight)), tf.matMul(tf.transpose(x), dy)],
  });
}

/**
 * The layer before its activation: y = x·W + b, with dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ_batch dy.
 *
 * @param x `[batch, dIn]`.
 * @returns preActs, `[batch, dOut]`; the caller disposes.
 */
export function affine(x: tf.Tensor2D, { weight, bias }: LayerTensors): tf.Tensor2D {
  return withGradient<[tf.Tensor2D, tf.Tensor2D, tf.Tensor1D]>([x, weight, bias], {
    value: (x, weight, bias) => tf.add(tf.matMul(x, weight), bias),
    gradients: (dy, x, weight) => [tf.matMul(dy, tf.transpose(weight)), tf.matMul(tf.transpose(x), dy), tf.sum(dy, 0)],
  });
}

/**
 * The same for a layer that reads data: no gradient flows into `x`, which saves one of a step's six large products.
 *
 * @param x `[batch, dIn]`; must live until the gradients are computed.
 * @returns preActs, `[batch, dOut]`; the caller disposes.
 */
export function affineOfData(x: tf.Tensor2D, { weight, bias }: LayerTensors): tf.Tensor2D {
  return withGradient<[tf.Tensor2D, tf.Tensor1D]>([weight, bias], {
    value: (weight, bias) => tf.add(tf.matMul(x, weight), bias),
    gradients: (dy) => [tf.matMul(tf.transpose(x), dy), tf.sum(dy, 0)],
  });
}

/** `tf.customGrad` with types: a value of the inputs, and one gradient per input from the value's gradient dy. */
export function withGradient<Inputs extends tf.Tensor[]>(inputs: Inputs, op: {
  value(...inputs: Inputs): tf.Tensor;
  gradients(dy: tf.Tensor2D, ...inputs: Inputs): tf.Tensor[];
}): tf.Tensor2D {
  const run = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const tensors = args.slice(0, -1) as Inputs;
    save(tensors); // else tfjs frees intermediate inputs before the backward pass
    return {
      value: op.value(...tensors),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => op.gradients(dy as tf.Tensor2D, ...saved as Inputs),
    };
  });
  return run(...inputs) as tf.Tensor2D;
}
