/**
 * The KL penalty on tfjs; `../kl.ts` is its slow twin in plain numbers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { RHO_HAT_MIN } from "../kl.ts";

/**
 * Σⱼ D_KL(ρ‖ρ̂ⱼ) of one layer, ρ̂ⱼ the mean of its activations over the batch.
 *
 * Equals `klSum(rho, meanActivations(acts, nUnits))`.
 *
 * @param acts `[batch, nUnits]`, in [0, 1].
 * @returns Nats, a scalar; the caller disposes.
 */
export function klPenalty(acts: tf.Tensor2D, rho: number): tf.Scalar {
  return tf.tidy(() => {
    const rhoHat = tf.clipByValue(tf.mean(acts, 0), RHO_HAT_MIN, 1 - RHO_HAT_MIN);
    const on = tf.mul(rho, tf.log(tf.div(rho, rhoHat)));
    const off = tf.mul(1 - rho, tf.log(tf.div(1 - rho, tf.sub(1, rhoHat))));
    return tf.sum(tf.add(on, off)) as tf.Scalar;
  });
}
