/**
 * KL: sigmoid latents whose mean over the batch is pulled towards ρ. The textbook's sparse autoencoder.
 *
 *     z = σ(preActs)      penalty = Σⱼ D_KL(ρ‖ρ̂ⱼ),  ρ̂ⱼ = ⟨zⱼ⟩
 *
 * `lib/kl.ts` computes the same in plain numbers. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { RHO_HAT_MIN } from "../../kl.ts";
import type { Knobs } from "../../knob.ts";
import type { Ops, Tensor, Variant } from "./variant.ts";

const knobs = {
  rho: {
    kind: "number",
    default: 0.05,
    above: 0,
    below: 1,
    group: "Sparsity",
    takes: "ρ",
    help: "target sparsity ρ, the wanted mean activation of a unit.",
    source: "the tutorial",
  },
  beta: {
    kind: "number",
    default: 5e-3,
    min: 0,
    group: "Sparsity",
    takes: "β",
    help: "weight β of the penalty.",
    source: "the tutorial's code",
  },
} as const satisfies Knobs;

/** See the module comment. */
export const kl: Variant<typeof knobs> = {
  title: "KL",
  equation: String.raw`\text{MSE} + \beta \sum_j D_{\mathrm{KL}}(\rho \,\|\, \hat\rho_j), \qquad z = \sigma(u)`,
  lesson:
    "The mean activation of each sigmoid latent should be ρ. The penalty depends on means over the batch, not on " +
    "single inputs: a latent that is slightly active on many inputs has the same penalty as one fully active on few.",
  source: { title: "Ng, Sparse autoencoder (CS294A, 2011)", url: "https://web.stanford.edu/class/cs294a/" },
  knobs,
  defaults: {},
  selects: "all",
  activates: "sigmoid",
  penalizes: "means",
  revives: false,
  weight: "beta",
  activation: "sigmoid",
  activeAbove: 0.1,
  parameters: () => ({}),
  buffers: {},
  latents: (ops, { preActs }) => ops.sigmoid(preActs),
  terms: (ops, { acts, knobs: { rho } }) => ({ penalty: klPenalty(ops, { acts, rho }) }),
};

/**
 * Σⱼ D_KL(ρ‖ρ̂ⱼ) of one layer, ρ̂ⱼ the mean of its activations over the batch.
 *
 * Equals `klSum(rho, meanActivations(acts, nUnits))`.
 *
 * @param layer `acts` `[batch, nUnits]`, in [0, 1].
 * @returns Nats, a scalar.
 */
export function klPenalty(ops: Ops, { acts, rho }: { acts: Tensor; rho: number }): Tensor {
  const rhoHat = ops.clip(ops.mean(acts, 0), RHO_HAT_MIN, 1 - RHO_HAT_MIN);
  const on = ops.mul(rho, ops.log(ops.div(rho, rhoHat)));
  const off = ops.mul(1 - rho, ops.log(ops.div(1 - rho, ops.sub(1, rhoHat))));
  return ops.sum(ops.add(on, off));
}
