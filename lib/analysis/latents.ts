/**
 * The latents over a split as the rows of `activations.json`: histogram, heat map, means, class map.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import { klDivergence } from "../kl.ts";
import type { Activations } from "../report/schema.ts";
import type { SplitPass } from "./measure.ts";

const BINS = 50;
const HEATMAP_ROWS = 128;
/** At most this many latents are drawn one by one. */
const MOST_SHOWN = 64;

/** What `activations.json` holds. */
export type LatentRows = Omit<Activations, "schemaVersion">;

/** The latents that are drawn one by one, and their activations. */
export interface ShownLatents {
  /** Their numbers, ascending. */
  shown: number[];
  /** Activation of each on every image, `[shown][count]`. */
  columns: Float32Array[];
  /** Of the activations of all latents. */
  histogram: Activations["histogram"];
}

/** What rows about latents need beside the pass. */
export interface LatentOptions extends ShownLatents {
  images: Pick<ImageSet, "labels" | "factors">;
  nClasses: number;
  /** The wanted mean activation, or null where there is none. */
  rho: number | null;
}

/** Reads the latents once more: those that are drawn one by one, and the histogram of all. */
export async function shownLatents(pass: SplitPass): Promise<ShownLatents> {
  const { rows, rhoHat, count, latents: { largest } } = pass;
  const shown = mostActive(rhoHat);
  const place = new Int32Array(rows.width).fill(-1);
  const columns = shown.map((latent, i) => {
    place[latent] = i;
    return new Float32Array(count);
  });
  const bins = new HistogramBins(histogramEnd(pass, largest.reduce((a, b) => Math.max(a, b), 0)));
  let entries = 0;
  for await (const piece of rows.pieces()) {
    const { starts, columns: latents, values } = piece;
    for (let row = 0; row < piece.count; row++) {
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        const i = place[latents[e]];
        if (i >= 0) columns[i][piece.first + row] = values[e];
        bins.add(values[e]);
      }
    }
    entries += starts[piece.count];
  }
  return { shown, columns, histogram: bins.withZeros(count * rows.width - entries) };
}

/** All latents, or those with the largest mean activation. */
function mostActive(rhoHat: Float64Array): number[] {
  return Array.from(rhoHat.keys())
    .sort((a, b) => rhoHat[b] - rhoHat[a] || a - b)
    .slice(0, MOST_SHOWN)
    .sort((a, b) => a - b);
}

/** The rows of `activations.json`. */
export function latentRows(pass: SplitPass, options: LatentOptions): LatentRows {
  const { images, rho, shown, columns, histogram } = options;
  const rows = Math.min(HEATMAP_ROWS, pass.count);
  const density = pass.latents.densities();
  return {
    histogram,
    shown,
    heatmap: {
      labels: images.labels && [...images.labels.subarray(0, rows)],
      acts: Array.from({ length: rows }, (_, i) => columns.map((column) => round4(column[i]))),
    },
    latents: Array.from(pass.rhoHat, (meanActivation, latent) => ({
      latent,
      meanActivation,
      klNats: klOf(rho, meanActivation),
      density: density[latent],
    })),
    classMeans: images.labels && classMeans(images.labels, options),
  };
}

/** D_KL(ρ‖ρ̂), or null without a ρ. */
export function klOf(rho: number | null, rhoHat: number): number | null {
  return rho === null ? null : klDivergence(rho, rhoHat);
}

/** Where a histogram ends: at 1 of sigmoid latents, else at the largest value. */
export function histogramEnd({ latentsAreSigmoid }: Pick<SplitPass, "latentsAreSigmoid">, largest: number): number {
  return latentsAreSigmoid ? 1 : largest;
}

/** Counts in 50 equal bins over [0, max]; `max` itself falls into the last. */
export class HistogramBins {
  readonly #max: number;
  readonly #counts = new Float64Array(BINS);

  constructor(max: number) {
    this.#max = max;
  }

  add(value: number): void {
    this.#counts[Math.min(BINS - 1, Math.floor(value / (this.#max || 1) * BINS))]++;
  }

  /** What was counted, with this many zeros more. */
  withZeros(zeros: number): Activations["histogram"] {
    const counts = Array.from(this.#counts);
    counts[0] += zeros;
    return { max: this.#max, counts };
  }
}

/** Mean activation by class, `[class][i]` of latent `shown[i]`, 4 decimals; 0 for a class without images. */
function classMeans(
  labels: Uint8Array,
  { nClasses, columns }: Pick<LatentOptions, "nClasses" | "columns">,
): number[][] {
  const sizes = new Float64Array(nClasses);
  for (const label of labels) sizes[label]++;
  const means = Array.from({ length: nClasses }, () => new Array<number>(columns.length));
  columns.forEach((column, s) =>
    classSums(column, { labels, nClasses }).forEach((sum, c) => means[c][s] = round4(sum / Math.max(1, sizes[c])))
  );
  return means;
}

/** Sum of a latent's activation over the images of each class, `[nClasses]`. */
export function classSums(
  column: Float32Array,
  { labels, nClasses }: { labels: Uint8Array; nClasses: number },
): Float64Array {
  const sums = new Float64Array(nClasses);
  for (let i = 0; i < column.length; i++) sums[labels[i]] += column[i];
  return sums;
}

/** Four decimals, enough to draw and a third of the bytes. */
export function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
