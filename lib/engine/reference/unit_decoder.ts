/**
 * Keeping the directions in which latents write at length 1, on tfjs.
 *
 * Without it a penalty on activations is cheated: smaller activations, longer directions. Source: Bricken et al. 2023.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** The gradient less its part along each row of `weight`: what would only change the row's length. */
export function withoutParallel(gradient: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(gradient, tf.mul(weight, tf.sum(tf.mul(gradient, weight), 1, true))));
}

/** Each row made of length 1; a row of zeros stays. */
export function unitRows(weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.div(weight, tf.maximum(tf.sqrt(tf.sum(tf.square(weight), 1, true)), 1e-20)));
}
