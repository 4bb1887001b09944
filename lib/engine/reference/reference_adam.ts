/**
 * One step of Adam on tfjs, in PyTorch's arithmetic:
 *
 *     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²
 *     p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
 *
 * Source: Kingma and Ba 2015; torch.optim.Adam. tfjs's own optimiser does not give access to its moments, and a
 * checkpoint needs them.
 *
 * @module
 */
import * as tf from "./tfjs.ts";

/** A parameter with its moments, all of one shape. */
export interface AdamSlot {
  param: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
}

/** The constants of one step. */
export interface AdamStep {
  /** Learning rate of this step. */
  lr: number;
  /** Number of this step, from 1. */
  t: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** The slot after one step, as new tensors; the caller disposes both the old and the new. */
export function adamUpdate({ param, m, v }: AdamSlot, gradient: tf.Tensor, step: AdamStep): AdamSlot {
  const { lr, t, beta1, beta2, epsilon } = step;
  const newM = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
  const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const denominator = tf.add(tf.mul(tf.sqrt(newV), 1 / Math.sqrt(1 - beta2 ** t)), epsilon);
  const newParam = tf.sub(param, tf.mul(tf.div(newM, denominator), lr / (1 - beta1 ** t)));
  return { param: newParam, m: newM, v: newV };
}
