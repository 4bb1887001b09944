/**
 * A parameter after a step on tfjs: as it was if it is frozen; else Adam's, along unit rows and within a bound if the model
 * says so.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { type Architecture, type ParameterSpec, START_DIRECTIONS } from "../../sae/model.ts";
import { type AdamSlot, type AdamStep, adamUpdate } from "./reference_adam.ts";
import { adamOnUnitRows, type DirectionBound, isUnitDecoder } from "./unit_decoder.ts";

/** What a parameter's next value depends on, besides itself and its gradient. */
export interface SlotStep {
  spec: ParameterSpec;
  model: { arch: Architecture; buffers: Record<string, tf.Tensor> };
  step: AdamStep;
}

/** The slot after one step, as new tensors; the caller disposes both the old and the new. */
export function nextSlot(slot: AdamSlot, gradient: tf.Tensor, { spec, model, step }: SlotStep): AdamSlot {
  if (spec.rate === 0) return { param: tf.clone(slot.param), m: tf.clone(slot.m), v: tf.clone(slot.v) };
  const own = { ...step, lr: step.lr * spec.rate };
  return isUnitDecoder(spec, model.arch)
    ? adamOnUnitRows(slot, gradient, { ...own, bound: directionBound(model) })
    : adamUpdate(slot, gradient, own);
}

/** How far the decoder's rows may turn; null without a bound. */
function directionBound({ arch: { leastCosine, nLatents }, buffers }: SlotStep["model"]): DirectionBound | null {
  if (leastCosine === null) return null;
  return { leastCosine, starts: tf.reshape(buffers[START_DIRECTIONS], [nLatents, -1]) };
}
