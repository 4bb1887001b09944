/**
 * How often latents are active: the share of rows on which each latent is active, and a histogram of these shares by
 * decade.
 *
 * Counts rows of one matrix of latents; does not follow a latent over training. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowCount } from "./shapes.ts";

/** 10⁻⁵ to 1 in half decades, 11 edges of 10 bins. */
export const DENSITY_EDGES: readonly number[] = Array.from(
  { length: 11 },
  (_, k) => Number(`1e${Math.floor(k / 2) - 5}`) * (k % 2 ? Math.sqrt(10) : 1),
);

/** The share of rows on which each latent is active, by both definitions of "active". */
export interface LatentDensities {
  /** Share of rows with a > threshold, `[nLatents]`, in [0, 1]. */
  aboveThreshold: Float64Array;
  /** Share of rows with a ≠ 0, `[nLatents]`: the right one if latents may be negative. */
  nonZero: Float64Array;
  /** Rows behind each share. */
  rows: number;
}

/**
 * Counts each latent's rows.
 *
 * @param acts `[rows, nLatents]`, at least one row.
 * @throws TypeError if `acts` is not whole rows.
 * @throws RangeError if there are none.
 *
 * @example
 * ```ts
 * import { latentDensities } from "./density.ts";
 * import assert from "node:assert/strict";
 *
 * const { aboveThreshold, nonZero } = latentDensities(Float32Array.of(0, 0.05, 0.2, -1), { nLatents: 2, threshold: 0.1
 * }); assert.deepEqual(aboveThreshold, Float64Array.of(0.5, 0)); assert.deepEqual(nonZero, Float64Array.of(0.5, 1));
 * ```
 */
export function latentDensities(
  acts: Float32Array,
  { nLatents, threshold }: { nLatents: number; threshold: number },
): LatentDensities {
  const rows = rowCount(acts, { width: nLatents, name: "latents" });
  if (rows === 0) throw new RangeError("Cannot count densities: 0 rows, expected at least 1");
  const above = new Float64Array(nLatents), nonZero = new Float64Array(nLatents);
  for (let start = 0; start < acts.length; start += nLatents) {
    for (let j = 0; j < nLatents; j++) {
      const value = acts[start + j];
      if (value > threshold) above[j]++;
      if (value !== 0) nonZero[j]++;
    }
  }
  return { aboveThreshold: above.map((n) => n / rows), nonZero: nonZero.map((n) => n / rows), rows };
}

/** What {@linkcode logDensityHistogram} counts. */
export interface LogDensityHistogram {
  /** The bins' edges as densities, {@linkcode DENSITY_EDGES}. */
  edges: readonly number[];
  /** Latents with edges[k] ≤ density < edges[k + 1], 10 bins, the last one closed. */
  counts: number[];
  /** Latents of density 0. They are in no bin: their logarithm is −∞. */
  neverFired: number;
  /** Latents that are active, but on fewer rows than the first edge; possible above 100,000 rows only. */
  belowFirstEdge: number;
  /** The smallest density above 0 that can be measured, 1/rows: bins below it are empty whatever the model does. */
  resolution: number;
  /**
   * Shares of the latents, in [0, 1]: never active, and active on more than 1 %, 10 % (as SAEBench counts) and 50 % of
   * rows.
   */
  shares: { dead: number; above1Percent: number; above10Percent: number; above50Percent: number };
}

/**
 * Counts latents by the decade of their density.
 *
 * @param densities `[nLatents]`, each in [0, 1]; at least one.
 * @param rows Rows behind each density, at least 1.
 * @throws RangeError if there are no densities, one is outside [0, 1], or `rows` is not a positive integer.
 *
 * @example
 * ```ts
 * import { logDensityHistogram } from "./density.ts";
 * import assert from "node:assert/strict";
 *
 * const { counts, neverFired, shares } = logDensityHistogram(Float64Array.of(0, 0.001, 0.5, 1), 1000);
 * assert.deepEqual(counts, [0, 0, 0, 0, 1, 0, 0, 0, 0, 2]);
 * assert.equal(neverFired, 1);
 * assert.deepEqual(shares, { dead: 0.25, above1Percent: 0.5, above10Percent: 0.5, above50Percent: 0.25 });
 * ```
 */
export function logDensityHistogram(densities: Float64Array, rows: number): LogDensityHistogram {
  if (!Number.isInteger(rows) || rows < 1) {
    throw new RangeError(`Cannot count densities: they are of ${rows} rows, expected a positive integer`);
  }
  if (densities.length === 0) throw new RangeError("Cannot count densities: 0 latents, expected at least 1");
  const bins = DENSITY_EDGES.length - 1;
  const counts = new Array<number>(bins).fill(0);
  let neverFired = 0, belowFirstEdge = 0;
  for (const density of densities) {
    if (!(density >= 0 && density <= 1)) {
      throw new RangeError(`Cannot count densities: one is ${density}, expected 0 to 1`);
    }
    if (density === 0) neverFired++;
    else if (density < DENSITY_EDGES[0]) belowFirstEdge++;
    else counts[Math.min(bins - 1, DENSITY_EDGES.findLastIndex((edge) => density >= edge))]++;
  }
  const shareAbove = (limit: number) => densities.filter((density) => density > limit).length / densities.length;
  return {
    edges: DENSITY_EDGES,
    counts,
    neverFired,
    belowFirstEdge,
    resolution: 1 / rows,
    shares: {
      dead: neverFired / densities.length,
      above1Percent: shareAbove(0.01),
      above10Percent: shareAbove(0.1),
      above50Percent: shareAbove(0.5),
    },
  };
}
