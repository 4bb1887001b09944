/**
 * The loss on tfjs: L = reconstruction + β · Σ_l Σⱼ D_KL(ρ‖ρ̂ⱼ).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ForwardTensors } from "./forward.ts";
import type { Architecture, Objective } from "./model.ts";
import { klPenalty } from "./sparsity.ts";

/** The loss and its two parts; all scalars, owned by the caller. */
export interface LossTensors {
  /** reconstruction + beta · penalty. */
  total: tf.Scalar;
  /** Mean over batch and pixels: squared error, or nats with `bce`. */
  reconstruction: tf.Scalar;
  /** Σ D_KL over all units of all penalized layers, in nats, not yet weighted by β. */
  penalty: tf.Scalar;
}

/** (1/(batch·dInput)) Σ (σ(logits) − x)². */
export function meanSquaredError(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(tf.sigmoid(logits), x))) as tf.Scalar);
}

/**
 * −(1/(batch·dInput)) Σ [x ln σ(l) + (1−x) ln(1−σ(l))] as max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow
 * (the form of torch.nn.BCEWithLogitsLoss).
 */
export function binaryCrossEntropy(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
    return tf.mean(tf.sub(softplus, tf.mul(logits, x))) as tf.Scalar;
  });
}

/**
 * The total loss of a forward pass.
 *
 * @param pass What `forward` returned for `x`.
 * @param options `x` `[batch, dInput]` in [0, 1], the architecture (which layers are penalized) and the objective.
 */
export function totalLoss(
  pass: ForwardTensors,
  options: { x: tf.Tensor2D; arch: Architecture; objective: Objective },
): LossTensors {
  const { x, arch, objective } = options;
  const reconstruction = objective.loss === "mse"
    ? meanSquaredError(pass.logits, x)
    : binaryCrossEntropy(pass.logits, x);
  const penalties = pass.hidden.filter((_, l) => arch.layers[l].isPenalized).map((acts) =>
    klPenalty(acts, objective.rho)
  );
  const penalty = tf.addN(penalties) as tf.Scalar;
  const total = tf.add(reconstruction, tf.mul(objective.beta, penalty)) as tf.Scalar;
  return { total, reconstruction, penalty };
}
