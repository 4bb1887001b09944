/**
 * What each latent stands for: its image in the decoder, the images that wake it, the classes and factors it follows.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { klDivergence } from "../kl.ts";
import type { Features } from "../report/schema.ts";
import { sigmoid } from "../sae/logistic.ts";
import type { Architecture } from "../sae/model.ts";
import { histogram, mean, round4 } from "./latents.ts";
import { density, latentColumn, type SplitPass } from "./measure.ts";

/** Images shown for each latent. */
export const TOP_IMAGES = 16;
const SIMILAR_LATENTS = 5;
const INTERVALS = 10;
const PER_INTERVAL = 5;

/** What the decoder makes of each latent alone. */
export interface DecoderImages {
  /** x̂ for latent j at 1 and all others at 0, `[nLatents, dInput]`, in [0, 1]. */
  decoder: Float32Array;
  /** That less x̂ for all latents at 0, `[nLatents, dInput]`, in [−1, 1]. */
  effect: Float32Array;
}

/** Decodes every latent alone, and none. */
export async function decoderImages(engine: Engine, { nLatents, dInput }: Architecture): Promise<DecoderImages> {
  const oneHot = new Float32Array((nLatents + 1) * nLatents); // the last row stays 0
  for (let j = 0; j < nLatents; j++) oneHot[j * nLatents + j] = 1;
  const recons = (await engine.decode(oneHot)).map(sigmoid); // sync point
  const base = recons.subarray(nLatents * dInput);
  const decoder = recons.slice(0, nLatents * dInput);
  return { decoder, effect: decoder.map((value, i) => value - base[i % dInput]) };
}

type FeatureRow = Features["features"][number];

/** A row of `features.json` whose images are not drawn yet. */
export type UndrawnFeature = Omit<FeatureRow, "examples"> & { examples: Omit<FeatureRow["examples"], "sprite"> };

/** The rows of `features.json`, one a latent. */
export function featureRows(
  pass: SplitPass,
  options: { images: ImageSet; nClasses: number; rho: number; effect: Float32Array },
): UndrawnFeature[] {
  const { images, nClasses, rho, effect } = options;
  const { labels, factors } = images;
  const nLatents = pass.acts.length / pass.count;
  const effects = Array.from(
    { length: nLatents },
    (_, j) => effect.subarray(j * effect.length / nLatents, (j + 1) * effect.length / nLatents),
  );
  return effects.map((own, latent) => {
    const column = latentColumn(pass, latent);
    const meanActivation = mean(column);
    const maxActivation = column.reduce((a, b) => Math.max(a, b));
    const classProfile = labels && shareByClass(column, { labels, nClasses });
    const example = (image: number) => ({ image, label: labels && labels[image], activation: round4(column[image]) });
    return {
      latent,
      meanActivation,
      klNats: klDivergence(rho, meanActivation),
      density: density(column),
      maxActivation,
      histogram: histogram(column),
      examples: {
        top: strongest(column, TOP_IMAGES).map(example),
        intervals: intervals(column, maxActivation).map(({ images, ...interval }) => ({
          ...interval,
          images: images.map(example),
        })),
      },
      classProfile,
      classPurity: classProfile && Math.max(...classProfile),
      factorCorrelation: Object.fromEntries(
        Object.entries(factors).map(([name, values]) => [name, round4(correlation(column, values))]),
      ),
      similar: mostSimilar(own, effects, latent),
    };
  });
}

/** Indices of the n largest values, largest first, ties by index. */
function strongest(values: Float32Array, n: number): number[] {
  const best: number[] = []; // in order; a value that does not pass the last of them costs one comparison
  values.forEach((value, i) => {
    if (best.length === n && value <= values[best[n - 1]]) return;
    const place = best.findIndex((other) => value > values[other]);
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > n) best.pop();
  });
  return best;
}

/** Ten equal intervals from the largest activation down to 0, with the first few images in each. */
function intervals(column: Float32Array, max: number) {
  if (max === 0) return [];
  const found = Array.from({ length: INTERVALS }, (_, k) => ({
    from: max * (INTERVALS - 1 - k) / INTERVALS,
    to: max * (INTERVALS - k) / INTERVALS,
    count: 0,
    images: [] as number[],
  }));
  column.forEach((value, image) => {
    const interval = found[Math.min(INTERVALS - 1, Math.floor(INTERVALS * (1 - value / max)))];
    if (interval.count++ < PER_INTERVAL) interval.images.push(image);
  });
  return found;
}

/** Share of the summed activation that falls on each class, `[nClasses]`, 4 decimals. */
function shareByClass(column: Float32Array, { labels, nClasses }: { labels: Uint8Array; nClasses: number }): number[] {
  const sums = new Array<number>(nClasses).fill(0);
  column.forEach((value, i) => sums[labels[i]] += value);
  const total = sums.reduce((a, b) => a + b);
  return sums.map((sum) => total > 0 ? round4(sum / total) : 0);
}

function mostSimilar(own: Float32Array, effects: Float32Array[], latent: number): { latent: number; cosine: number }[] {
  return effects.map((other, j) => ({ latent: j, cosine: round4(cosine(own, other)) }))
    .filter(({ latent: j }) => j !== latent)
    .sort((a, b) => b.cosine - a.cosine || a.latent - b.latent)
    .slice(0, SIMILAR_LATENTS);
}

/** a·b / (‖a‖‖b‖), or 0 where one is the zero vector. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0, aa = 0, bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}

/** Pearson's correlation, or 0 where one does not vary. */
export function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = mean(a), meanB = mean(b);
  return cosine(Float64Array.from(a, (value) => value - meanA), Float64Array.from(b, (value) => value - meanB));
}
