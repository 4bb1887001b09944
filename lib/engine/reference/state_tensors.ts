/**
 * What training changes, as tensors of tfjs: made from a state, and the buffers after a step.
 *
 * Parameters after a step are Adam's (`reference_adam.ts`).
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { LAST_FIRED, type ParameterSpec } from "../../sae/model.ts";
import type { TrainingPass } from "../../sae/sparsity/variant.ts";
import { type VariantKnobs, type VariantName, VARIANTS } from "../../sae/sparsity/variants.ts";
import type { TrainingState } from "../engine.ts";
import type { AdamSlot } from "./reference_adam.ts";
import { tfOps } from "./tensor_ops.ts";
import { toTensor } from "./transfer.ts";

/** Steps' tensors; the caller disposes them. */
export interface StateTensors {
  /** A parameter and its moments each, in the order of `parameterSpecs`; weights as `[dIn, dOut]`. */
  slots: AdamSlot[];
  /** By the names of `Architecture.buffers`. */
  buffers: Record<string, tf.Tensor>;
}

/** A state's tensors, copied. */
export function stateTensors({ params, m, v, buffers }: TrainingState, specs: ParameterSpec[]): StateTensors {
  return {
    slots: specs.map(({ name, shape }) => ({
      param: toTensor(params[name], shape),
      m: toTensor(m[name], shape),
      v: toTensor(v[name], shape),
    })),
    buffers: Object.fromEntries(Object.entries(buffers).map(([name, values]) => [name, tf.tensor1d(values.slice())])),
  };
}

/** Replaces when each latent was last active, and what the variant keeps, with what they are after step `step`. */
export function updateBuffers(
  buffers: StateTensors["buffers"],
  { pass, sparsity, step }: { pass: TrainingPass<VariantKnobs>; sparsity: VariantName; step: number },
): void {
  const next: Record<string, tf.Tensor> = {
    ...VARIANTS[sparsity].nextBuffers?.(tfOps, pass) as Record<string, tf.Tensor>,
  };
  const lastFired = buffers[LAST_FIRED];
  if (lastFired) {
    const hasFired = tf.any(tf.greater(pass.acts as tf.Tensor, 0), 0);
    next[LAST_FIRED] = tf.where(hasFired, tf.fill(lastFired.shape, step), lastFired);
  }
  for (const [name, tensor] of Object.entries(next)) {
    const kept = tf.keep(tf.reshape(tensor, buffers[name].shape));
    buffers[name].dispose();
    buffers[name] = kept;
  }
}
