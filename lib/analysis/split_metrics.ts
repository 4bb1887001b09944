/**
 * Every metric of a split as the report states it. `definitions.ts` has each formula in words.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { klSum } from "../kl.ts";
import type { SplitMetrics } from "../report/schema.ts";
import type { Objective } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { SplitPass } from "./measure.ts";
import type { SplitLoss } from "./split_loss.ts";

/** A latent active on more than this share of images is dense. */
export const DENSE_ABOVE = 0.5;
/** Thresholds of the shares that sigmoid latents are above. */
const SIGMOID_SHARES = [0.1, 0.5];

/** The metrics of a pass; `loss` is that of the same split. */
export function splitMetrics(
  pass: SplitPass,
  { loss, objective }: { loss: SplitLoss; objective: Objective },
): SplitMetrics {
  const { count, latents, rhoHat, population, quality, latentsAreSigmoid } = pass;
  const nLatents = rhoHat.length;
  const l0 = population.l0();
  const shares = latentsAreSigmoid ? l0.filter(({ threshold }) => SIGMOID_SHARES.includes(threshold)) : l0;
  return {
    images: count,
    loss: loss.loss,
    mse: pass.mse,
    bce: pass.bce,
    fvu: quality.fvu,
    evLegacy: quality.evLegacy,
    evVariance: quality.evVariance,
    nmse: quality.nmse,
    cosine: quality.cosine,
    l2Ratio: quality.l2Ratio,
    relativeBias: quality.relativeReconstructionBias,
    klNats: klNats(rhoHat, objective),
    penalty: loss.penalty,
    auxiliary: loss.auxiliary,
    meanActivation: rhoHat.reduce((sum, mean) => sum + mean, 0) / nLatents,
    ...latents.activity(),
    shareAbove: shares.map(({ threshold, value }) => ({ threshold, value: value / nLatents })),
    l0,
    l0NonZero: latents.nonZeroRows.reduce((sum, rows) => sum + rows, 0) / count,
    hoyerPopulation: population.hoyer,
    hoyerLifetime: latents.lifetimeHoyer(),
    giniPopulation: population.gini,
    giniLifetime: pass.lifetimeGini.value,
    denseLatents: latents.densities().filter((density) => density > DENSE_ABOVE).length,
  };
}

/** Σⱼ D_KL(ρ‖ρ̂ⱼ), or null for a variant without ρ: β weighs a divergence from it, and nothing else. */
export function klNats(rhoHat: ArrayLike<number>, { sparsity, knobs }: Objective): number | null {
  return VARIANTS[sparsity].weight === "beta" ? klSum(knobs.rho, rhoHat) : null;
}
