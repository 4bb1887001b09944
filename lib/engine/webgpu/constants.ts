/**
 * Values of the `override`s that several kernels share. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { RHO_HAT_MIN } from "../../kl.ts";
import type { Objective } from "../../sae/model.ts";
import type { StepDefinition } from "../engine.ts";

/** Of `layered/kernels/kl.wgsl`. */
export function klConstants({ knobs: { rho } }: Objective): Record<string, number> {
  return { RHO: rho, RHO_HAT_MIN };
}

/** Of `kernels/adam.wgsl`. */
export function adamConstants({ beta1, beta2, epsilon }: StepDefinition["adam"]): Record<string, number> {
  return { BETA1: beta1, ONE_MINUS_BETA1: 1 - beta1, BETA2: beta2, ONE_MINUS_BETA2: 1 - beta2, EPSILON: epsilon };
}

/** Of `kernels/sigmoid_loss.wgsl`. */
export function lossConstants({ loss }: Objective): Record<string, number> {
  return { IS_BCE: Number(loss === "bce") };
}
