/**
 * The lengths of latents' directions, the rows of the decoder's weight, and keeping them at 1, on tfjs.
 *
 * If the directions could grow freely, a penalty on activations could be avoided by smaller activations along longer
 * directions. Source: Bricken et al. 2023.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { type Architecture, decoderLayer, type ParameterSpec } from "../../sae/model.ts";
import { withGradient } from "./dense.ts";
import { type AdamSlot, type AdamStep, adamUpdate } from "./reference_adam.ts";

/** ‖row‖₂ of each row; the gradient of a row of zeros is 0, where autodiff of the root has 0/0. */
export function rowNorms(weight: tf.Tensor): tf.Tensor {
  return withGradient([weight], {
    value: normOfRows,
    gradients: (
      dy,
      weight,
    ) => [tf.mul(weight, tf.expandDims(tf.div(dy, tf.maximum(normOfRows(weight), LEAST_NORM)), 1))],
  });
}

/** The gradient less its part along each row of `weight`: what would only change the row's length. */
export function withoutParallel(gradient: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(gradient, tf.mul(weight, tf.sum(tf.mul(gradient, weight), 1, true))));
}

/** Each row made of length 1; a row of zeros stays. */
export function unitRows(weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.div(weight, tf.expandDims(tf.maximum(normOfRows(weight), LEAST_NORM), 1)));
}

/** Whether a parameter is the decoder's weight of a model that keeps directions at length 1. */
export function isUnitDecoder({ name }: ParameterSpec, arch: Architecture): boolean {
  return arch.hasUnitDecoder && name === `${decoderLayer(arch).name}.weight`;
}

/** As `adamUpdate`, of a weight whose rows keep length 1. */
export function adamOnUnitRows(slot: AdamSlot, gradient: tf.Tensor, step: AdamStep): AdamSlot {
  const updated = adamUpdate(slot, withoutParallel(gradient, slot.param), step);
  return { ...updated, param: unitRows(updated.param) };
}

/** Divides a row of zeros to zeros. */
const LEAST_NORM = 1e-20;

function normOfRows(weight: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(weight), 1));
}
