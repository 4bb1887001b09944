/**
 * tfjs as one finds it: the model in its layers' style, autodiff, its own Adam. What a person writes first.
 *
 * For the bench alone; shares no code with the reference engine.
 *
 * @module
 */
import * as tf from "../lib/engine/reference/tfjs.ts";
import type { StepDefinition, TrainingState } from "../lib/engine/engine.ts";

/** A step of `state`'s model on one batch of bytes. Call `settle` before reading the clock. */
export function tfjsAsFound(definition: StepDefinition, state: TrainingState) {
  const { arch, objective: { knobs: { rho, beta } } } = definition;
  const layers = arch.layers.map(({ name, dIn, dOut, activation, isPenalized }) => ({
    weight: tf.variable(tf.transpose(tf.tensor2d(state.params[`${name}.weight`], [dOut, dIn]))) as tf.Tensor2D,
    bias: tf.variable(tf.tensor1d(state.params[`${name}.bias`])),
    activation,
    isPenalized,
  }));
  const adam = tf.train.adam(1e-3);
  let last: tf.Scalar | null = null;
  return {
    step(batch: Uint8Array) {
      const x = tf.tensor2d(new Float32Array(batch).map((byte) => byte / 255), [
        batch.length / arch.dInput,
        arch.dInput,
      ]);
      last?.dispose();
      last = adam.minimize(() => {
        let acts = x as tf.Tensor2D;
        let penalty = tf.scalar(0) as tf.Tensor;
        for (const { weight, bias, activation, isPenalized } of layers) {
          const preActs = tf.add(tf.matMul(acts, weight), bias) as tf.Tensor2D;
          acts = activation === "relu" ? tf.relu(preActs) : tf.sigmoid(preActs);
          if (!isPenalized) continue;
          const rhoHat = tf.clipByValue(tf.mean(acts, 0), 1e-6, 1 - 1e-6);
          const on = tf.mul(rho, tf.log(tf.div(rho, rhoHat)));
          penalty = tf.add(penalty, tf.sum(tf.add(on, tf.mul(1 - rho, tf.log(tf.div(1 - rho, tf.sub(1, rhoHat)))))));
        }
        return tf.add(tf.losses.meanSquaredError(x, acts), tf.mul(beta, penalty)) as tf.Scalar;
      }, true);
      x.dispose();
    },
    settle: async () => void await last?.data(),
  };
}
