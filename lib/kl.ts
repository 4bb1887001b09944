/**
 * The sparsity penalty of the textbook sparse autoencoder: the Kullback–Leibler divergence between two coin flips,
 *
 *     D_KL(ρ‖ρ̂) = ρ ln(ρ/ρ̂) + (1−ρ) ln((1−ρ)/(1−ρ̂))   in nats,
 *
 * where ρ is the wanted mean activation of a unit and ρ̂ the measured one. Source: Ng, "Sparse autoencoder" (CS294A
 * lecture notes, 2011), and the tutorial. Plain numbers; the tensor form is `sae/sparsity/kl.ts`.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * ρ̂ is clamped to [`RHO_HAT_MIN`, 1 − `RHO_HAT_MIN`], as in the tutorial: the logarithm is undefined at 0 and at 1.
 */
export const RHO_HAT_MIN = 1e-6;

/**
 * D_KL(ρ‖ρ̂) of one unit.
 *
 * @param rho Wanted mean activation, in (0, 1).
 * @param rhoHat Measured mean activation; clamped to [1e-6, 1−1e-6].
 * @returns Nats, ≥ 0; 0 if ρ̂ = ρ.
 *
 * @example
 * ```ts
 * import { klDivergence } from "./kl.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(klDivergence(0.05, 0.05), 0);
 * assert.equal(klDivergence(0.05, 0.1).toFixed(6), "0.016707");
 * ```
 */
export function klDivergence(rho: number, rhoHat: number): number {
  const q = Math.min(Math.max(rhoHat, RHO_HAT_MIN), 1 - RHO_HAT_MIN);
  return rho * Math.log(rho / q) + (1 - rho) * Math.log((1 - rho) / (1 - q));
}

/**
 * The slope ∂D_KL(ρ‖ρ̂)/∂ρ̂ = −ρ/ρ̂ + (1−ρ)/(1−ρ̂).
 *
 * @returns Nats per unit of activation; 0 outside [1e-6, 1−1e-6], where the clamp makes D_KL constant.
 *
 * @example
 * ```ts
 * import { klSlope } from "./kl.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(klSlope(0.05, 0.2).toFixed(4), "0.9375"); // too active: pushed down
 * assert.equal(klSlope(0.05, 0.001).toFixed(3), "-49.049"); // too quiet: pushed up, hard
 * ```
 */
export function klSlope(rho: number, rhoHat: number): number {
  if (rhoHat < RHO_HAT_MIN || rhoHat > 1 - RHO_HAT_MIN) return 0;
  return -rho / rhoHat + (1 - rho) / (1 - rhoHat);
}

/**
 * Σⱼ D_KL(ρ‖ρ̂ⱼ), the penalty of one layer.
 *
 * @param rhoHats Mean activation of each unit, `[nLatents]`.
 * @returns Nats, ≥ 0.
 */
export function klSum(rho: number, rhoHats: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < rhoHats.length; j++) sum += klDivergence(rho, rhoHats[j]);
  return sum;
}

/**
 * ρ̂ⱼ = (1/n) Σᵢ aⱼ(xᵢ): the mean activation of each unit over a batch, summed in float64.
 *
 * @param acts Activations, `[batch, nUnits]`, row-major.
 * @param nUnits Row length; `acts.length` must be a positive multiple of it.
 * @returns `[nUnits]`.
 * @throws {TypeError} `acts` is empty or ragged.
 */
export function meanActivations(acts: ArrayLike<number>, nUnits: number): Float64Array {
  const batch = acts.length / nUnits;
  if (!Number.isInteger(batch) || batch === 0) {
    throw new TypeError(
      `Cannot average activations: length is ${acts.length}, expected a positive multiple of ${nUnits}`,
    );
  }
  const rhoHats = new Float64Array(nUnits);
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < nUnits; j++) rhoHats[j] += acts[i * nUnits + j];
  }
  return rhoHats.map((sum) => sum / batch);
}
