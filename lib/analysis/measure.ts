/**
 * One pass of a trained model over a whole split, and the metrics of that pass.
 *
 * Sums are float64 over every pixel of every image; the weights are frozen. `definitions.ts` says each formula in words.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Activations, Engine, StepDefinition } from "../engine/engine.ts";
import { klSum } from "../kl.ts";
import { type Pixels, pixelValues } from "../pixels.ts";
import type { SplitMetrics } from "../report/schema.ts";
import { type Architecture, decoderLayer, type Objective, type Parameters } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { latentDensities } from "./density.ts";
import { columnMeans, type ReconstructionQuality, ReconstructionSums } from "./quality.ts";
import { gini, hoyer } from "./sparseness.ts";

/** A latent active on more than this share of images is dense. */
export const DENSE_ABOVE = 0.5;
/** Thresholds for latents in [0, 1], which are never 0; others are 0 when they are off. */
const SIGMOID_THRESHOLDS = [0.01, 0.1, 0.5], SIGMOID_SHARES = [0.1, 0.5];
/** Most activations kept of one split, 512 MiB: of a larger one the first images are measured. */
const MOST_ACTIVATIONS = 2 ** 27;
/** Images in one forward pass: 3 MB of logits and reconstructions. */
const CHUNK = 500;
/** Pixels whose factors of at least ½ can be multiplied before the product could underflow. */
const BLOCK = 1000;

/** What one pass leaves: sums for the metrics, and what the later analysis draws. */
export interface SplitPass {
  /** Images measured. */
  count: number;
  /** A latent is active above this. */
  activeAbove: number;
  /** The latents of every image, `[count, nLatents]`. */
  acts: Float32Array;
  /** Mean squared error of each image, `[count]`. */
  imageMse: Float64Array;
  /** Everything else about the reconstruction; null where it was not asked for. */
  quality: ReconstructionQuality | null;
  /** Mean over images and pixels. */
  mse: number;
  /** Mean over images and pixels, in nats; null with a linear output. */
  bce: number | null;
  /** ρ̂ of each hidden layer, in order; `rhoHats[latentIndex]` is the latents'. */
  rhoHats: Float64Array[];
}

/** Runs the model over a split. */
export async function measureSplit(
  engine: Engine,
  images: ImageSet,
  { arch, objective }: Pick<StepDefinition, "arch" | "objective">,
  { withQuality = false } = {},
): Promise<SplitPass> {
  const { dInput, nLatents, latentIndex } = arch;
  const count = Math.min(images.count, Math.floor(MOST_ACTIVATIONS / nLatents));
  const pixels = images.pixels.subarray(0, count * dInput) as Pixels;
  const isSigmoid = arch.layers.at(-1)!.activation === "sigmoid";
  const acts = new Float32Array(count * nLatents);
  const imageMse = new Float64Array(count);
  const rhoHats = arch.layers.slice(0, -1).map(({ dOut }) => new Float64Array(dOut));
  const sums = withQuality ? new ReconstructionSums({ means: columnMeans(chunksOf(pixels, dInput), dInput) }) : null;
  let bceSum = 0;
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = pixels.subarray(start * dInput, Math.min(count, start + CHUNK) * dInput) as Pixels;
    const { hidden, logits, recon } = await engine.forward(chunk); // sync point
    acts.set(hidden[latentIndex], start * nLatents);
    hidden.forEach((layer, l) => addColumns(rhoHats[l], layer));
    sums?.add(pixelValues(chunk), recon);
    for (let i = 0; i < chunk.length / dInput; i++) {
      const image = { from: i * dInput, to: (i + 1) * dInput };
      imageMse[start + i] = squaredError(recon, chunk, image) / dInput;
      if (isSigmoid) bceSum += crossEntropy({ logits, recon }, chunk, image);
    }
  }
  return {
    count,
    activeAbove: VARIANTS[objective.sparsity].activeAbove,
    acts,
    imageMse,
    quality: sums?.result() ?? null,
    mse: imageMse.reduce((a, b) => a + b) / count,
    bce: isSigmoid ? bceSum / (count * dInput) : null,
    rhoHats: rhoHats.map((sums) => sums.map((sum) => sum / count)),
  };
}

/** Every metric of a pass over `images`, as the report states them. */
export function splitMetrics(
  pass: SplitPass,
  options: LossOptions,
): SplitMetrics {
  const { arch, objective } = options;
  const { acts, count, activeAbove } = pass;
  const { nLatents } = arch;
  const isSigmoid = activeAbove > 0;
  const meanAbove = (threshold: number) => countAbove(acts, threshold) / count;
  const population = meanSparseness(count, (i) => acts.subarray(i * nLatents, (i + 1) * nLatents));
  const lifetime = meanSparseness(nLatents, (j) => latentColumn(pass, j));
  const { activeLatents, deadLatents } = activity(pass);
  const { aboveThreshold, nonZero } = latentDensities(acts, { nLatents, threshold: activeAbove });
  const rhoHat = pass.rhoHats[arch.latentIndex];
  const { loss, penalty } = lossOf(pass, options);
  const { fvu, evLegacy, evVariance, nmse, cosine, l2Ratio, relativeReconstructionBias } = qualityOf(pass);
  return {
    images: count,
    loss,
    mse: pass.mse,
    bce: pass.bce,
    fvu,
    evLegacy,
    evVariance,
    nmse,
    cosine,
    l2Ratio,
    relativeBias: relativeReconstructionBias,
    klNats: klNatsOf(rhoHat, objective),
    penalty,
    meanActivation: rhoHat.reduce((a, b) => a + b) / nLatents,
    activeLatents,
    shareAbove: (isSigmoid ? SIGMOID_SHARES : [0]).map((threshold) => ({
      threshold,
      value: meanAbove(threshold) / nLatents,
    })),
    l0: (isSigmoid ? SIGMOID_THRESHOLDS : [0]).map((threshold) => ({ threshold, value: meanAbove(threshold) })),
    l0NonZero: nonZero.reduce((a, b) => a + b),
    hoyerPopulation: population.hoyer,
    hoyerLifetime: lifetime.hoyer,
    giniPopulation: population.gini,
    giniLifetime: lifetime.gini,
    deadLatents,
    denseLatents: aboveThreshold.filter((d) => d > DENSE_ABOVE).length,
  };
}

/** What the loss of a split needs beside the pass. */
export interface LossOptions {
  arch: Architecture;
  objective: Objective;
  /** The penalty's weight. */
  weight: number;
  /** ‖dec_j‖₂, `[nLatents]`; of use only where the decoder is one layer and not kept at length 1. */
  decoderNorms: ArrayLike<number>;
}

/** The loss over the whole split: its reconstruction, its penalty (means over the split), and their weighted sum. */
export function lossOf(pass: SplitPass, { arch, objective, weight, decoderNorms }: LossOptions) {
  const { loss, sparsity, knobs } = objective;
  const ofLatents = VARIANTS[sparsity].splitPenalty({
    meanActs: pass.rhoHats[arch.latentIndex],
    l0: countAbove(pass.acts, pass.activeAbove) / pass.count,
    decoderNorms,
    dInput: arch.dInput,
    knobs,
  });
  const penalty = pass.rhoHats.reduce(
    (sum, rhoHat, l) => l !== arch.latentIndex && arch.layers[l].isPenalized ? sum + klSum(knobs.rho, rhoHat) : sum,
    ofLatents,
  );
  const reconstruction = loss === "bce" ? pass.bce! : pass.mse;
  return { loss: reconstruction + weight * penalty, reconstruction, penalty };
}

/** Σⱼ D_KL(ρ‖ρ̂ⱼ), or null where there is no ρ to compare with. */
export function klNatsOf(rhoHat: ArrayLike<number>, { sparsity, knobs }: Objective): number | null {
  return sparsity === "kl" ? klSum(knobs.rho, rhoHat) : null;
}

/** ‖dec_j‖₂ of the layer that reads the latents, `[nLatents]`. */
export function decoderNorms(params: Parameters, arch: Architecture): Float64Array {
  const { name, dIn } = decoderLayer(arch);
  const squares = new Float64Array(dIn);
  const weight = params[`${name}.weight`];
  for (let i = 0; i < weight.length; i++) squares[i % dIn] += weight[i] ** 2;
  return squares.map(Math.sqrt);
}

/** Latent j's activation on every image, `[count]`. */
export function latentColumn({ acts, count }: SplitPass, j: number): Float32Array {
  const nLatents = acts.length / count;
  const column = new Float32Array(count);
  for (let i = 0; i < count; i++) column[i] = acts[i * nLatents + j];
  return column;
}

/** How many latents are active on an image, on average, and how many on none. */
export function activity(pass: SplitPass): { activeLatents: number; deadLatents: number } {
  const shares = densities(pass);
  return { activeLatents: shares.reduce((a, b) => a + b), deadLatents: shares.filter((share) => share === 0).length };
}

/** Share of images on which each latent is active, `[nLatents]`. */
export function densities({ acts, count, activeAbove }: SplitPass): Float64Array {
  return latentDensities(acts, { nLatents: acts.length / count, threshold: activeAbove }).aboveThreshold;
}

function qualityOf({ quality }: SplitPass): ReconstructionQuality {
  if (!quality) throw new TypeError("Cannot state metrics: the pass has no quality, expected withQuality");
  return quality;
}

/** The values of images, some at a time. */
function* chunksOf(pixels: Pixels, dInput: number): Generator<Float32Array> {
  for (let start = 0; start < pixels.length; start += CHUNK * dInput) {
    yield pixelValues(pixels.subarray(start, start + CHUNK * dInput) as Pixels);
  }
}

function countAbove(values: Float32Array, threshold: number): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > threshold) n++;
  return n;
}

/** Squared error, summed over one image's values. */
function squaredError(recon: Float32Array, pixels: Pixels, { from, to }: { from: number; to: number }): number {
  const divisor = pixels instanceof Uint8Array ? 255 : 1;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const error = recon[i] - pixels[i] / divisor;
    sum += error * error;
  }
  return sum;
}

/**
 * Cross-entropy in nats, summed over one image's pixels.
 *
 * It is max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow; its last term is −ln max(x̂, 1 − x̂), and a sum of
 * logarithms is the logarithm of a product: one logarithm a block of pixels, and no exponential.
 */
function crossEntropy(
  { logits, recon }: Pick<Activations, "logits" | "recon">,
  pixels: Pixels,
  { from, to }: { from: number; to: number },
): number {
  const divisor = pixels instanceof Uint8Array ? 255 : 1;
  let sum = 0;
  for (let start = from; start < to; start += BLOCK) {
    let product = 1;
    for (let i = start; i < Math.min(to, start + BLOCK); i++) {
      const x = pixels[i] / divisor, xHat = recon[i];
      sum -= logits[i] * x;
      if (xHat > 0.5) {
        sum += logits[i];
        product *= xHat;
      } else product *= 1 - xHat;
    }
    sum -= Math.log(product);
  }
  return sum;
}

function addColumns(sums: Float64Array, rows: Float32Array): void {
  const width = sums.length;
  for (let start = 0; start < rows.length; start += width) {
    for (let j = 0; j < width; j++) sums[j] += rows[start + j];
  }
}

/** Means over n vectors, made one at a time; the zero vector has no sparseness and is left out, null where all are. */
function meanSparseness(
  n: number,
  vectorOf: (i: number) => Float32Array,
): { hoyer: number | null; gini: number | null } {
  const hoyers = new Float64Array(n), ginis = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const vector = vectorOf(i);
    hoyers[i] = hoyer(vector);
    ginis[i] = gini(vector);
  }
  return { hoyer: meanOfFinite(hoyers), gini: meanOfFinite(ginis) };
}

/** Mean of the finite values, or null where there are none. */
function meanOfFinite(values: Float64Array): number | null {
  const finite = values.filter(Number.isFinite);
  return finite.length ? finite.reduce((a, b) => a + b) / finite.length : null;
}
