/**
 * Latents by how often they are active: the dead ones, then half decades of the share of test rows.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Bin 0 counts the dead; bin i > 0 those with `edges[i − 1]` ≤ density < `edges[i]`, the last edge, 1, included. */
export interface DensityBins {
  /** Shares of test rows, ascending; the last is 1. */
  edges: number[];
  /** Latents in each bin, one longer than the number of intervals. */
  counts: number[];
}

/** Half decades, written as people round them: 0.003 for 10^−2.5. */
const HALF_DECADES = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1];

/** The bins of a run, from the last half decade below its rarest active latent, and from 1 % at the latest. */
export function densityBins(density: ArrayLike<number>): DensityBins {
  let least = 0.01;
  for (let i = 0; i < density.length; i++) if (density[i] > 0) least = Math.min(least, density[i]);
  const first = Math.max(0, HALF_DECADES.findLastIndex((edge) => edge <= least));
  const bins = { edges: HALF_DECADES.slice(first), counts: new Array<number>(HALF_DECADES.length - first).fill(0) };
  for (let i = 0; i < density.length; i++) bins.counts[binOf(bins, density[i])]++;
  return bins;
}

/** The bin of a density. */
export function binOf({ edges }: Pick<DensityBins, "edges">, density: number): number {
  if (density === 0) return 0;
  const next = edges.findIndex((edge) => density < edge);
  return Math.max(1, next < 0 ? edges.length - 1 : next);
}
