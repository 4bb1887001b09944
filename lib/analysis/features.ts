/**
 * What each latent stands for: its image in the decoder, the images on which it is most active, the classes and factors it
 * follows.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Features } from "../report/schema.ts";
import { sigmoid } from "../sae/logistic.ts";
import type { Architecture } from "../sae/model.ts";
import { classSums, HistogramBins, histogramEnd, klOf, type LatentOptions, round4 } from "./latents.ts";
import { mean } from "./mean.ts";
import type { SplitPass } from "./measure.ts";

/** Images shown for each latent. */
export const TOP_IMAGES = 16;
const SIMILAR_LATENTS = 5;
const INTERVALS = 10;
const PER_INTERVAL = 5;

/** What the decoder makes of single latents. */
export interface DecoderImages {
  /** The activation at which each is drawn, `[shown]`. */
  decodedAt: number[];
  /** x̂ for one latent and all others at 0, `[shown, dInput]`. */
  decoder: Float32Array;
  /** That less x̂ for all latents at 0, `[shown, dInput]`. */
  effect: Float32Array;
}

/** Decodes each shown latent alone, at 1 if it is a sigmoid and else at its largest activation, and none. */
export async function decoderImages(
  engine: Engine,
  { pass, arch, shown }: { pass: SplitPass; arch: Architecture; shown: number[] },
): Promise<DecoderImages> {
  const { nLatents, dInput } = arch;
  const decodedAt = shown.map((latent) => histogramEnd(pass, pass.latents.largest[latent]));
  const single = new Float32Array((shown.length + 1) * nLatents); // the last row stays 0
  shown.forEach((latent, i) => single[i * nLatents + latent] = decodedAt[i]);
  const logits = await engine.decode(single); // sync point
  const recons = arch.layers.at(-1)!.activation === "sigmoid" ? logits.map(sigmoid) : logits;
  const base = recons.subarray(shown.length * dInput);
  const decoder = recons.slice(0, shown.length * dInput);
  return { decodedAt, decoder, effect: decoder.map((value, i) => value - base[i % dInput]) };
}

type FeatureRow = Features["features"][number];

/** A row of `features.json` whose images are not drawn yet. */
export type UndrawnFeature = Omit<FeatureRow, "examples"> & { examples: Omit<FeatureRow["examples"], "sprite"> };

/** The rows of `features.json`, one for each shown latent. */
export function featureRows(
  pass: SplitPass,
  options: LatentOptions & Pick<DecoderImages, "effect" | "decodedAt">,
): UndrawnFeature[] {
  const { images, nClasses, rho, shown, columns, effect, decodedAt } = options;
  const { labels, factors } = images;
  const width = effect.length / shown.length;
  const density = pass.latents.densities();
  const effects = shown.map((_, i) => effect.subarray(i * width, (i + 1) * width));
  return effects.map((own, i) => {
    const latent = shown[i], column = columns[i];
    const meanActivation = pass.rhoHat[latent], maxActivation = pass.latents.largest[latent];
    const classProfile = labels && shareByClass(column, { labels, nClasses });
    const example = (image: number) => ({ image, label: labels && labels[image], activation: round4(column[image]) });
    return {
      latent,
      meanActivation,
      klNats: klOf(rho, meanActivation),
      density: density[latent],
      maxActivation,
      decodedAt: decodedAt[i],
      histogram: histogramOf(column, histogramEnd(pass, maxActivation)),
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
      similar: mostSimilar(own, effects, { shown, latent }),
    };
  });
}

function histogramOf(column: Float32Array, max: number): FeatureRow["histogram"] {
  const bins = new HistogramBins(max);
  for (let i = 0; i < column.length; i++) bins.add(column[i]);
  return bins.withZeros(0);
}

/** Indices of the n largest values, largest first, ties by index. */
function strongest(values: Float32Array, n: number): number[] {
  const best: number[] = []; // in order; a value that does not pass the last of them costs one comparison
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (best.length === n && value <= values[best[n - 1]]) continue;
    const place = best.findIndex((other) => value > values[other]);
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > n) best.pop();
  }
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
  for (let image = 0; image < column.length; image++) {
    const interval = found[Math.min(INTERVALS - 1, Math.floor(INTERVALS * (1 - column[image] / max)))];
    if (interval.count++ < PER_INTERVAL) interval.images.push(image);
  }
  return found;
}

/** Share of the summed activation that falls on each class, `[nClasses]`, 4 decimals. */
function shareByClass(column: Float32Array, options: { labels: Uint8Array; nClasses: number }): number[] {
  const sums = classSums(column, options);
  const total = sums.reduce((a, b) => a + b, 0);
  return Array.from(sums, (sum) => total > 0 ? round4(sum / total) : 0);
}

function mostSimilar(
  own: Float32Array,
  effects: Float32Array[],
  { shown, latent }: { shown: number[]; latent: number },
): { latent: number; cosine: number }[] {
  return effects.map((other, i) => ({ latent: shown[i], cosine: round4(cosine(own, other)) }))
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
  const meanA = mean(a) ?? 0, meanB = mean(b) ?? 0;
  return cosine(Float64Array.from(a, (value) => value - meanA), Float64Array.from(b, (value) => value - meanB));
}
