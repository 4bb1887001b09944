/**
 * A fully connected layer on tfjs with its gradient written out.
 *
 * tfjs differentiates matMul with transposeA/transposeB, which its WebAssembly backend runs ten times slower than a
 * transpose followed by a plain product; the gradient below says what autodiff would, in the fast order.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** y = x·W + b and its gradients dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ_batch dy. */
const affineWithGradient = tf.customGrad((...inputs) => {
  const [x, weight, bias, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, unknown];
  (save as unknown as tf.GradSaveFunc)([x, weight]);
  return {
    value: tf.add(tf.matMul(x, weight), bias),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, weight] = saved as [tf.Tensor2D, tf.Tensor2D];
      const dy2d = dy as tf.Tensor2D;
      return [tf.matMul(dy2d, tf.transpose(weight)), tf.matMul(tf.transpose(x), dy2d), tf.sum(dy2d, 0)];
    },
  };
});

/**
 * The layer before its activation, x·W + b.
 *
 * @param x `[batch, dIn]`.
 * @param layer `weight` `[dIn, dOut]` (transposed from PyTorch's layout), `bias` `[dOut]`.
 * @returns preActs, `[batch, dOut]`; the caller disposes.
 */
export function affine(x: tf.Tensor2D, layer: { weight: tf.Tensor2D; bias: tf.Tensor1D }): tf.Tensor2D {
  return affineWithGradient(x, layer.weight, layer.bias) as tf.Tensor2D;
}
