/**
 * What measures of sparsity would be, at the mean activation of a run, if its activations were all 0 or 1, and if they were all
 * equal. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SplitMetrics } from "../../../lib/report/schema.ts";
import type { Bins } from "../charts/distributions.ts";
import { fixed } from "../format.ts";

/** A measure of a run beside the two extremes, as text. */
export interface Extreme {
  metric: string;
  label: string;
  own: string;
  allOrNothing: string;
  allEqual: string;
}

/** One row for each threshold of L0, then Hoyer sparseness. */
export function extremes(
  { test, nLatents }: { test: Pick<SplitMetrics, "l0" | "hoyerPopulation" | "meanActivation">; nLatents: number },
): Extreme[] {
  const active = test.meanActivation * nLatents; // latents per input, if each were 0 or 1
  const rows = test.l0.map(({ threshold, value }): Extreme => ({
    metric: "l0",
    label: `Latents above ${threshold}`,
    own: fixed(value, 1),
    allOrNothing: fixed(active, 1),
    allEqual: String(test.meanActivation > threshold ? nLatents : 0),
  }));
  if (test.hoyerPopulation === null || nLatents === 1) return rows;
  // Hoyer's (√n − ‖z‖₁ / ‖z‖₂) / (√n − 1) with k ones: ‖z‖₁ = k and ‖z‖₂ = √k. Convex in k, so the mean over inputs is at least this.
  const allOrNothing = (Math.sqrt(nLatents) - Math.sqrt(active)) / (Math.sqrt(nLatents) - 1);
  return [...rows, {
    metric: "hoyerPopulation",
    label: "Hoyer sparseness within an image",
    own: fixed(test.hoyerPopulation, 2),
    allOrNothing: `at least ${fixed(allOrNothing, 2)}`,
    allEqual: "0",
  }];
}

/** Bins of an idea: the share ρ of all activations is 1, the others are 0. */
export function ideal(rho: number): Bins {
  const counts = new Array<number>(50).fill(0);
  counts[0] = 1 - rho;
  counts[49] = rho;
  return { max: 1, counts };
}
