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

/** A bound on how far unit rows may turn from others. */
export interface DirectionBound {
  /** The unit rows that they started from. */
  starts: tf.Tensor;
  /** Of each row to its start. */
  leastCosine: number;
}

/** As `adamUpdate`, of a weight whose rows keep length 1, and within a bound if there is one. */
export function adamOnUnitRows(
  slot: AdamSlot,
  gradient: tf.Tensor,
  { bound, ...step }: AdamStep & { bound: DirectionBound | null },
): AdamSlot {
  const updated = adamUpdate(slot, withoutParallel(gradient, slot.param), step);
  const unit = unitRows(updated.param);
  return { ...updated, param: bound ? withinBound(unit, bound) : unit };
}

/**
 * The nearest unit rows w′ whose cosine to their start s is at least c: w itself if w·s ≥ c, else, in the plane of w and s,
 *
 *     w′ = c·s + √(1 − c²)·p / ‖p‖      p = w − (w·s)·s
 *
 * On the unit sphere the distance to w falls with the angle between them, and of all directions at cosine c to s this one has
 * the smallest.
 */
export function withinBound(rows: tf.Tensor, { starts, leastCosine }: DirectionBound): tf.Tensor {
  return tf.tidy(() => {
    const cosines = tf.sum(tf.mul(rows, starts), 1, true);
    const across = unitRows(tf.sub(rows, tf.mul(starts, cosines)));
    const nearest = tf.add(tf.mul(starts, leastCosine), tf.mul(across, Math.sqrt(1 - leastCosine ** 2)));
    const isBeyond = tf.step(tf.sub(leastCosine, cosines));
    return tf.add(tf.mul(nearest, isBeyond), tf.mul(rows, tf.sub(1, isBeyond)));
  });
}

/** Divides a row of zeros to zeros. */
const LEAST_NORM = 1e-20;

function normOfRows(weight: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(weight), 1));
}
