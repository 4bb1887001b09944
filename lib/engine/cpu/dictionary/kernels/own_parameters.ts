/**
 * The parameters that a variant's latents have beside weights and biases, `[paddedLatents]` each, as a step's update meets
 * them: which they are is said by how latents are activated.
 *
 * @module
 */
import { ACTIVATION_GATE, ACTIVATION_JUMP, ACTIVATION_POSITIVE, Dictionary } from "../../kernels/kernel_structs";
import { sumGates, updateMagnitudes } from "./gates";
import { sumThresholds, updateThresholds } from "./jump";

/** Their gradients of four latents, before `sumOwnSlopes` has found pairs. */
export function clearOwnGradients(d: Dictionary, latent: usize): void {
  if (d.activation == ACTIVATION_POSITIVE) return;
  v128.store(d.ownGradients + 4 * latent, f32x4.splat(0));
  v128.store(d.ownGradients + 4 * (d.paddedLatents + latent), f32x4.splat(0));
}

/**
 * Their gradients, from a latent's pairs; returns how much of the pairs' ∂L/∂preAct the encoder's bias does not see.
 *
 * @param list The pairs, `[n]` entries: where their rows' inputs are.
 * @param own What each adds.
 */
export function sumOwnSlopes(d: Dictionary, latent: usize, list: usize, own: usize, n: usize): f32 {
  if (d.activation == ACTIVATION_GATE) return sumGates(d, latent, list, own, n);
  if (d.activation == ACTIVATION_JUMP) sumThresholds(d, latent, own, n);
  return 0;
}

/** Adam on those of four latents. */
export function updateOwnParameters(d: Dictionary, latent: usize): void {
  if (d.activation == ACTIVATION_GATE) updateMagnitudes(d, latent);
  if (d.activation == ACTIVATION_JUMP) updateThresholds(d, latent);
}
