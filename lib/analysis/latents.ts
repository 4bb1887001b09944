/**
 * The latents over a split as the report has them: all together, those that are drawn side by side, and each as a column's
 * entry or in detail.
 *
 * Reads the split's latents once. Decodes nothing: `latent_images.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "../data/row_labels.ts";
import type { ImageSet } from "../data/dataset.ts";
import { klDivergence } from "../kl.ts";
import type { Activations, LatentDetail, Latents } from "../report/schema.ts";
import { BINS, INTERVALS, LatentScan } from "./latent_scan.ts";
import type { SplitPass } from "./measure.ts";
import { round4, significant, significants } from "./rounding.ts";

const HEATMAP_ROWS = 200;
/** At most this many latents are drawn side by side. */
const MOST_SHOWN = 64;
/** At most this many latents have details, unless another number is asked for. */
const MOST_DETAILED = 4096;

/** The inputs of a pass. */
export interface LatentOptions {
  images: Pick<ImageSet, "labels" | "factors">;
  nClasses: number;
  /** How many latents have details; 4,096 at most if left out. */
  details?: number;
}

/** A pass over a split, looked at latent by latent. */
export interface ScannedLatents {
  pass: SplitPass;
  scan: LatentScan;
  images: LatentOptions["images"];
  /** The latents that are drawn side by side, ascending. */
  shown: number[];
  /** The latents that have details, ascending. */
  detailed: number[];
  /** Their activations on the first inputs, `[rows][shown]`. */
  heatmap: Float32Array[];
}

/** Reads the latents of a split once more. */
export async function scannedLatents(
  pass: SplitPass,
  { images, nClasses, details = MOST_DETAILED }: LatentOptions,
): Promise<ScannedLatents> {
  const { rows, rhoHat, count, latents: { largest, activeAbove } } = pass;
  const scan = new LatentScan({ largest, activeAbove, nClasses, ...images });
  const shown = mostActive(rhoHat, MOST_SHOWN);
  const place = new Int32Array(rows.width).fill(-1);
  shown.forEach((latent, i) => place[latent] = i);
  const heatmap = Array.from({ length: Math.min(HEATMAP_ROWS, count) }, () => new Float32Array(shown.length));
  for await (const piece of rows.pieces()) {
    scan.add(piece);
    const { first, starts, columns, values } = piece;
    for (let row = first; row < Math.min(heatmap.length, first + piece.count); row++) {
      for (let e = starts[row - first]; e < starts[row - first + 1]; e++) {
        const i = place[columns[e]];
        if (i >= 0) heatmap[row][i] = values[e];
      }
    }
  }
  return { pass, scan, images, shown, detailed: mostActive(rhoHat, details), heatmap };
}

/** All latents, or those with the largest mean activation, ascending. */
function mostActive(rhoHat: Float64Array, most: number): number[] {
  return Array.from(rhoHat.keys())
    .sort((a, b) => rhoHat[b] - rhoHat[a] || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/** What `activations.json` holds. */
export function activationRows(
  { pass, scan, images: { labels }, shown, heatmap }: ScannedLatents,
): Omit<Activations, "schemaVersion"> {
  const counts = Array.from(scan.allBins);
  counts[0] += pass.count * scan.nLatents - scan.nonZero.reduce((sum, rows) => sum + rows, 0);
  return {
    histogram: { max: significant(scan.largestOfAll), counts },
    shown,
    heatmap: {
      labels: labels && [...labels.subarray(0, heatmap.length)],
      acts: heatmap.map((row) => Array.from(row, round4)),
    },
    classMeans: labels && classMeans(scan, { labels, shown }),
  };
}

/** Mean activation by class, `[class][i]` of latent `shown[i]`, 4 decimals; 0 for a class without inputs. */
function classMeans(
  { classSums, nClasses }: LatentScan,
  { labels, shown }: { labels: Labels; shown: number[] },
): number[][] {
  const sizes = new Float64Array(nClasses);
  for (const label of labels) sizes[label]++;
  return Array.from(
    sizes,
    (size, c) => shown.map((latent) => round4(classSums[latent * nClasses + c] / Math.max(1, size))),
  );
}

/** The columns of `latents.json` that are measured on activations alone. */
export type ActivityColumns = Pick<
  Latents,
  | "count"
  | "meanActivation"
  | "density"
  | "maxActivation"
  | "meanWhenActive"
  | "klNats"
  | "mainClass"
  | "classPurity"
>;

/** @param options `rho` is the wanted mean activation, or null if there is none. */
export function activityColumns(
  { pass, scan }: ScannedLatents,
  { rho }: { rho: number | null },
): ActivityColumns {
  const { rhoHat, latents: { largest, activeRows } } = pass;
  const profiles = Array.from(largest, (_, j) => classProfile(scan, j));
  const hasClasses = scan.nClasses > 0;
  const purities = profiles.map((profile) => profile && profile.reduce((a, b) => Math.max(a, b), 0));
  return {
    count: scan.nLatents,
    meanActivation: significants(rhoHat),
    density: significants(pass.latents.densities()),
    maxActivation: significants(largest),
    meanWhenActive: Array.from(scan.activeSums, (sum, j) => activeRows[j] ? significant(sum / activeRows[j]) : null),
    klNats: rho === null ? null : Array.from(rhoHat, (mean) => significant(klDivergence(rho, mean))),
    mainClass: hasClasses ? profiles.map((profile, j) => profile && profile.indexOf(purities[j]!)) : null,
    classPurity: hasClasses ? purities.map((purity) => purity && round4(purity)) : null,
  };
}

/** Share of a latent's summed activation that falls on each class; null without labels and for a latent that is always 0. */
function classProfile({ classSums, nClasses }: LatentScan, latent: number): Float64Array | null {
  const sums = classSums.subarray(latent * nClasses, (latent + 1) * nClasses);
  const total = sums.reduce((a, b) => a + b, 0);
  return total > 0 ? sums.map((sum) => sum / total) : null;
}

/** A row of a detail file. */
export function latentDetail(
  scanned: ScannedLatents,
  { latent, similar, changes }: Pick<LatentDetail, "latent" | "similar" | "changes">,
): LatentDetail {
  const { pass, scan } = scanned;
  const max = pass.latents.largest[latent];
  const profile = classProfile(scan, latent);
  return {
    latent,
    histogram: { max: significant(max), counts: histogramCounts(scanned, latent) },
    top: topRows(scan, latent),
    intervals: max > 0 ? intervals(scan, latent) : null,
    classProfile: profile && Array.from(profile, round4),
    factorCorrelation: Object.fromEntries(
      scan.factorNames.map((name, f) => [name, round4(correlation(scanned, { latent, f }))]),
    ),
    similar,
    ...(changes ? { changes } : {}),
  };
}

function histogramCounts({ pass, scan }: ScannedLatents, latent: number): number[] {
  const counts = Array.from(scan.bins.subarray(latent * BINS, (latent + 1) * BINS));
  counts[0] += pass.count - scan.nonZero[latent];
  return counts;
}

function topRows({ top, topRows, nonZero }: LatentScan, latent: number): LatentDetail["top"] {
  const start = latent * topRows, end = start + Math.min(topRows, nonZero[latent]);
  return { rows: Array.from(top.rows.subarray(start, end)), activations: significants(top.acts.subarray(start, end)) };
}

function intervals(scan: LatentScan, latent: number): LatentDetail["intervals"] {
  const { intervalCounts, intervalRows, rowsPerInterval } = scan;
  const counts = Array.from(intervalCounts.subarray(latent * INTERVALS, (latent + 1) * INTERVALS));
  return {
    counts,
    rows: counts.map((count, k) => {
      const start = (latent * INTERVALS + k) * rowsPerInterval;
      return Array.from(intervalRows.subarray(start, start + Math.min(count, rowsPerInterval)));
    }),
  };
}

/** A variance below this share of the mean square is rounding. */
const NO_VARIANCE = 1e-10;

/** Pearson's correlation of a latent and a factor, or 0 if one does not vary. */
function correlation({ pass, scan }: ScannedLatents, { latent, f }: { latent: number; f: number }): number {
  const { count, latents: { sums, squares } } = pass;
  const variation = squares[latent] - sums[latent] ** 2 / count;
  if (variation <= NO_VARIANCE * squares[latent] || scan.factorSquares[f] === 0) return 0;
  return scan.factorSums[latent * scan.factorNames.length + f] / Math.sqrt(variation * scan.factorSquares[f]);
}
