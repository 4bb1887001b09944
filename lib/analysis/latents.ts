/**
 * The latents over a split as the rows of `activations.json`: histogram, heat map, means, class map.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import { klDivergence } from "../kl.ts";
import type { Activations } from "../report/schema.ts";
import { density, latentColumn, type SplitPass } from "./measure.ts";

const BINS = 50;
const HEATMAP_ROWS = 128;

/** What `activations.json` holds. */
export type LatentRows = Omit<Activations, "schemaVersion">;

/** The rows of `activations.json`. */
export function latentRows(pass: SplitPass, options: { images: ImageSet; nClasses: number; rho: number }): LatentRows {
  const { images, nClasses, rho } = options;
  const { acts, count } = pass;
  const nLatents = acts.length / count;
  const rows = Math.min(HEATMAP_ROWS, count);
  return {
    histogram: histogram(acts),
    heatmap: {
      labels: images.labels && [...images.labels.subarray(0, rows)],
      acts: Array.from({ length: rows }, (_, i) => Array.from(acts.subarray(i * nLatents, (i + 1) * nLatents), round4)),
    },
    latents: Array.from({ length: nLatents }, (_, latent) => {
      const column = latentColumn(pass, latent);
      const meanActivation = mean(column);
      return { latent, meanActivation, klNats: klDivergence(rho, meanActivation), density: density(column) };
    }),
    classMeans: images.labels && classMeans(pass, { labels: images.labels, nClasses }),
  };
}

/** Counts in 50 equal bins over [0, 1]; 1 falls into the last. */
export function histogram(values: Float32Array): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(value * BINS))]++;
  return counts;
}

/** Mean activation by class, `[class][latent]`, 4 decimals; 0 for a class without images. */
function classMeans({ acts, count }: SplitPass, options: { labels: Uint8Array; nClasses: number }): number[][] {
  const { labels, nClasses } = options;
  const nLatents = acts.length / count;
  const sums = Array.from({ length: nClasses }, () => new Float64Array(nLatents));
  const sizes = new Float64Array(nClasses);
  for (let i = 0; i < count; i++) {
    sizes[labels[i]]++;
    for (let j = 0; j < nLatents; j++) sums[labels[i]][j] += acts[i * nLatents + j];
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
