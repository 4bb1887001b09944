/**
 * Encode and decode on tfjs: preActs = encode(x), latents by the variant, logits = decode(latents), x̂ = output(logits).
 *
 * Pure functions of their tensors. Does not know losses, steps or devices.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { affine, affineOfData, type LayerTensors, linear } from "./dense.ts";
import { type Architecture, INPUT_MEAN, latentParameterName, type Layer, type Objective } from "../../sae/model.ts";
import type { LatentInput } from "../../sae/sparsity/variant.ts";
import { type VariantKnobs, VARIANTS } from "../../sae/sparsity/variants.ts";
import { tfOps } from "./tensor_ops.ts";

/** A model's tensors: parameters (weights as `[dIn, dOut]`) and buffers, by name. */
export interface ModelTensors {
  arch: Architecture;
  objective: Objective;
  params: Record<string, tf.Tensor>;
  buffers: Record<string, tf.Tensor>;
}

/** What a forward pass leaves; all owned by the caller. */
export interface ForwardTensors {
  /** Activations of each layer but the output, `[batch, dOut]`; the latents are `hidden[latentIndex]`. */
  hidden: tf.Tensor2D[];
  /** What the latents were made from. */
  input: LatentInput<VariantKnobs>;
  /** `[batch, dInput]`. */
  logits: tf.Tensor2D;
}

/**
 * The whole pass, layer by layer.
 *
 * @param x `[batch, dInput]`.
 * @param options.isTraining Whether latents are made as in a training step; BatchTopK then looks at the whole batch.
 */
export function forward(x: tf.Tensor2D, model: ModelTensors, { isTraining }: { isTraining: boolean }): ForwardTensors {
  const { arch, objective, params, buffers } = model;
  const hidden: tf.Tensor2D[] = [];
  let activations = x;
  for (let l = 0; l < arch.latentIndex; l++) {
    const preActs = layer(model, l, activations);
    activations = activate(preActs, arch.layers[l].activation);
    hidden.push(activations);
  }
  const input: LatentInput<VariantKnobs> = {
    preActs: layer(model, arch.latentIndex, activations),
    bias: layerTensors(model, arch.latentIndex).bias,
    params: Object.fromEntries(
      Object.keys(arch.latentParameters).map((name) => [name, params[latentParameterName(name)]]),
    ),
    buffers,
    knobs: objective.knobs,
  };
  const variant = VARIANTS[objective.sparsity];
  const latents = isTraining ? variant.latents : variant.inferredLatents ?? variant.latents;
  const acts = latents(tfOps, input) as tf.Tensor2D;
  hidden.push(acts);
  const decoded = decode(acts, model);
  return { hidden: [...hidden, ...decoded.hidden], input, logits: decoded.logits };
}

/**
 * The decoder alone.
 *
 * @param acts Latents, `[batch, nLatents]`.
 * @returns The activations of the decoder's hidden layers, and logits, `[batch, dInput]`; the caller disposes.
 */
export function decode(acts: tf.Tensor2D, model: ModelTensors): Pick<ForwardTensors, "hidden" | "logits"> {
  const { layers, latentIndex } = model.arch, hidden: tf.Tensor2D[] = [];
  let activations = acts;
  for (let l = latentIndex + 1; l < layers.length - 1; l++) {
    activations = activate(layer(model, l, activations), layers[l].activation);
    hidden.push(activations);
  }
  return { hidden, logits: layer(model, layers.length - 1, activations) };
}

/** x̂ of logits. */
export function outputOf(logits: tf.Tensor2D, { layers }: Architecture): tf.Tensor2D {
  return activate(logits, layers.at(-1)!.activation);
}

/** Layer l's weight and bias. */
export function layerTensors({ arch, params }: Pick<ModelTensors, "arch" | "params">, l: number): LayerTensors {
  const { name } = arch.layers[l];
  return { weight: params[`${name}.weight`] as tf.Tensor2D, bias: params[`${name}.bias`] as tf.Tensor1D };
}

function layer(model: ModelTensors, l: number, x: tf.Tensor2D): tf.Tensor2D {
  const { weight, bias } = layerTensors(model, l);
  if (l > 0) return affine(x, { weight, bias });
  const origin = inputOrigin(model);
  if (!origin) return affineOfData(x, { weight, bias });
  // (x − p)·W + b as x·W + (b − p·W): no gradient by all of x, of which only the sum over the batch is wanted.
  const shift = tf.reshape(linear(tf.reshape(origin, [1, -1]) as tf.Tensor2D, weight), [-1]);
  return affineOfData(x, { weight, bias: tf.sub(bias, shift) as tf.Tensor1D });
}

/** What the first layer's input is less of, `[dInput]`: the decoder's bias, the mean training input, or nothing. */
function inputOrigin(model: ModelTensors): tf.Tensor | null {
  const { layers, hasPreBias, hasCenteredInput } = model.arch;
  if (hasPreBias) return layerTensors(model, layers.length - 1).bias;
  return hasCenteredInput ? model.buffers[INPUT_MEAN] : null;
}

function activate(preActs: tf.Tensor2D, activation: Layer["activation"]): tf.Tensor2D {
  if (activation === "linear") return preActs;
  return activation === "relu" ? tf.relu(preActs) : tf.sigmoid(preActs);
}
