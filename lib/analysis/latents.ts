/**
 * The latents over a split as the rows of `activations.json`: histogram, heat map, means, class map.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import { klDivergence } from "../kl.ts";
import type { Activations } from "../report/schema.ts";
import { densities, latentColumn, type SplitPass } from "./measure.ts";

const BINS = 50;
const HEATMAP_ROWS = 128;
/** More than these are a page for nobody. */
const MOST_SHOWN = 64;

/** What `activations.json` holds. */
export type LatentRows = Omit<Activations, "schemaVersion">;

/** What rows about latents need beside the pass. */
export interface LatentOptions {
  images: ImageSet;
  nClasses: number;
  /** The wanted mean activation, or null where there is none. */
  rho: number | null;
  /** The latents that are shown one by one. */
  shown: number[];
}

/** The latents to show one by one, ascending: all, or those with the largest mean activation. */
export function shownLatents(meanActs: ArrayLike<number>): number[] {
  return Array.from({ length: meanActs.length }, (_, latent) => latent)
    .sort((a, b) => meanActs[b] - meanActs[a] || a - b)
    .slice(0, MOST_SHOWN)
    .sort((a, b) => a - b);
}

/** The rows of `activations.json`. */
export function latentRows(pass: SplitPass, options: LatentOptions): LatentRows {
  const { images, nClasses, rho, shown } = options;
  const { acts, count } = pass;
  const nLatents = acts.length / count;
  const rows = Math.min(HEATMAP_ROWS, count);
  const density = densities(pass);
  return {
    histogram: histogram(acts, pass),
    shown,
    heatmap: {
      labels: images.labels && [...images.labels.subarray(0, rows)],
      acts: Array.from({ length: rows }, (_, i) => shown.map((latent) => round4(acts[i * nLatents + latent]))),
    },
    latents: Array.from({ length: nLatents }, (_, latent) => {
      const meanActivation = mean(latentColumn(pass, latent));
      return { latent, meanActivation, klNats: klOf(rho, meanActivation), density: density[latent] };
    }),
    classMeans: images.labels && classMeans(pass, { labels: images.labels, nClasses, shown }),
  };
}

/** D_KL(ρ‖ρ̂), or null without a ρ. */
export function klOf(rho: number | null, rhoHat: number): number | null {
  return rho === null ? null : klDivergence(rho, rhoHat);
}

/** Counts in 50 equal bins over [0, 1] of sigmoid latents, and of others over [0, the largest]; the end falls into the last. */
export function histogram(values: Float32Array, { activeAbove }: Pick<SplitPass, "activeAbove">) {
  const max = activeAbove > 0 ? 1 : largest(values);
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(value / (max || 1) * BINS))]++;
  return { max, counts };
}

/** The largest of values that are at least 0. */
export function largest(values: Float32Array): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > max) max = values[i];
  return max;
}

/** Mean activation by class, `[class][i]` of latent `shown[i]`, 4 decimals; 0 for a class without images. */
function classMeans(
  { acts, count }: SplitPass,
  { labels, nClasses, shown }: { labels: Uint8Array; nClasses: number; shown: number[] },
): number[][] {
  const nLatents = acts.length / count;
  const sums = Array.from({ length: nClasses }, () => new Float64Array(shown.length));
  const sizes = new Float64Array(nClasses);
  for (let i = 0; i < count; i++) {
    sizes[labels[i]]++;
    for (let s = 0; s < shown.length; s++) sums[labels[i]][s] += acts[i * nLatents + shown[s]];
  }
  return sums.map((row, c) => Array.from(row, (sum) => round4(sum / Math.max(1, sizes[c]))));
}

/** Float64 mean. */
export function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Four decimals, enough to draw and a third of the bytes. */
export function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
