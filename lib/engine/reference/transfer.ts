/**
 * Between tensors of tfjs and the arrays that engines take and give: PyTorch's layout, losses by step.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import type { StepLosses } from "../engine.ts";

/** Reads the parts of each step (`partsOf`) back and disposes them. */
export async function readLosses(parts: tf.Scalar[]): Promise<StepLosses> {
  const stacked = tf.tidy(() => parts.length ? tf.stack(parts) : tf.tensor1d([]));
  tf.dispose(parts);
  const values = await readBack(stacked);
  const every = (first: number) => values.filter((_, i) => i % 3 === first);
  return { reconstruction: every(0), penalty: every(1), auxiliary: every(2) };
}

/** Reads a tensor back and disposes it. */
export async function readBack(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> {
  const values = await tensor.data<"float32">() as Float32Array<ArrayBuffer>;
  tensor.dispose();
  return values;
}

/** PyTorch's `[dOut, dIn]` weight as `[dIn, dOut]`; a bias as it is. */
export function toTensor(values: Float32Array, shape: number[]): tf.Tensor {
  if (shape.length === 1) return tf.tensor1d(values.slice());
  return tf.tidy(() => tf.transpose(tf.tensor2d(values, shape as [number, number])));
}

/** The inverse of `toTensor`, always a new tensor. */
export function toTorchLayout(tensor: tf.Tensor, shape: number[]): tf.Tensor {
  return shape.length === 1 ? tf.clone(tensor) : tf.transpose(tensor);
}
