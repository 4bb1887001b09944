/**
 * What was measured on the test set after an epoch.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** See the module comment. */
export interface TestRow {
  /** reconstruction + weight · penalty + auxiliary: the mean loss of the steps that training would take on the test set. */
  loss: number;
  /** Its reconstruction term. */
  reconstruction: number;
  /** The variant's penalty, not weighted. */
  penalty: number;
  /** What else the variant adds to the loss, weighted already. */
  auxiliary: number;
  /** Mean squared error of the model as it is used after training. */
  mse: number;
  /** Σ D_KL(ρ‖ρ̂ⱼ) of the latents, ρ̂ⱼ a mean over the test set; null without a ρ. */
  klNats: number | null;
  meanActivation: number;
  /** Active latents per image, the mean. */
  activeLatents: number;
  /** Latents that are active on no image. */
  deadLatents: number;
  /** Spread of ρ̂ⱼ over the latents. */
  rhoHat: { min: number; q25: number; median: number; q75: number; max: number };
}

/** A row from what was measured; `rhoHat` is the mean activation of each latent, at least one. */
export function testRow(
  { rhoHat, ...measured }: Omit<TestRow, "meanActivation" | "rhoHat"> & { rhoHat: Float64Array },
): TestRow {
  const ascending = rhoHat.toSorted();
  const quantile = (q: number) => ascending[Math.round(q * (ascending.length - 1))];
  return {
    ...measured,
    meanActivation: rhoHat.reduce((sum, mean) => sum + mean, 0) / rhoHat.length,
    rhoHat: { min: quantile(0), q25: quantile(0.25), median: quantile(0.5), q75: quantile(0.75), max: quantile(1) },
  };
}
