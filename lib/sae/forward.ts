/**
 * Encode and decode on tfjs: z = encode(x), logits = decode(z), x̂ = σ(logits).
 *
 * Pure functions of their tensors. Does not know losses, steps or devices.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { affine, affineOfData, type LayerTensors } from "./dense.ts";
import type { Architecture, Layer } from "./model.ts";

/** What a forward pass leaves: every hidden layer's activations and the output's logits. All owned by the caller. */
export type ForwardTensors = {
  /** Activations of each layer but the output, `[batch, dOut]`; the latents are `hidden[latentIndex]`. */
  hidden: tf.Tensor2D[];
  /** `[batch, dInput]`. */
  logits: tf.Tensor2D;
};

/**
 * The whole pass, layer by layer.
 *
 * @param x `[batch, dInput]`, in [0, 1].
 * @param layers One entry a layer, in the architecture's order.
 */
export function forward(x: tf.Tensor2D, layers: LayerTensors[], arch: Architecture): ForwardTensors {
  const hidden: tf.Tensor2D[] = [];
  let input = x;
  for (let l = 0; l < layers.length - 1; l++) {
    const preActs = l === 0 ? affineOfData(input, layers[l]) : affine(input, layers[l]);
    input = activate(preActs, arch.layers[l].activation);
    hidden.push(input);
  }
  return { hidden, logits: affine(input, layers.at(-1)!) };
}

/**
 * The decoder alone: logits of given latents.
 *
 * @param acts `[batch, nLatents]`.
 * @returns `[batch, dInput]`; the caller disposes.
 */
export function decode(acts: tf.Tensor2D, layers: LayerTensors[], arch: Architecture): tf.Tensor2D {
  let input = acts;
  for (let l = arch.latentIndex + 1; l < layers.length - 1; l++) {
    input = activate(affine(input, layers[l]), arch.layers[l].activation);
  }
  return affine(input, layers.at(-1)!);
}

function activate(preActs: tf.Tensor2D, activation: Layer["activation"]): tf.Tensor2D {
  return activation === "relu" ? tf.relu(preActs) : tf.sigmoid(preActs);
}
