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
import type { Pixels } from "../pixels.ts";
import type { SplitMetrics } from "../report/schema.ts";
import { type Architecture, decoderLayer, type Objective, type Parameters } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
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
): Promise<SplitPass> {
  const { dInput, nLatents, latentIndex } = arch;
  const count = Math.min(images.count, Math.floor(MOST_ACTIVATIONS / nLatents));
  const pixels = images.pixels.subarray(0, count * dInput) as Pixels;
  const isSigmoid = arch.layers.at(-1)!.activation === "sigmoid";
  const acts = new Float32Array(count * nLatents);
  const imageMse = new Float64Array(count);
  const rhoHats = arch.layers.slice(0, -1).map(({ dOut }) => new Float64Array(dOut));
  let bceSum = 0;
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = pixels.subarray(start * dInput, Math.min(count, start + CHUNK) * dInput) as Pixels;
    const { hidden, logits, recon } = await engine.forward(chunk); // sync point
    acts.set(hidden[latentIndex], start * nLatents);
    hidden.forEach((layer, l) => addColumns(rhoHats[l], layer));
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
    mse: imageMse.reduce((a, b) => a + b) / count,
    bce: isSigmoid ? bceSum / (count * dInput) : null,
    rhoHats: rhoHats.map((sums) => sums.map((sum) => sum / count)),
  };
}

/** Every metric of a pass over `images`, as the report states them. */
export function splitMetrics(
  pass: SplitPass,
  options: { images: ImageSet } & LossOptions,
): SplitMetrics {
  const { images, arch, objective } = options;
  const { acts, count, activeAbove } = pass;
  const { nLatents } = arch;
  const isSigmoid = activeAbove > 0;
  const meanAbove = (threshold: number) => countAbove(acts, threshold) / count;
  const population = meanSparseness(count, (i) => acts.subarray(i * nLatents, (i + 1) * nLatents));
  const lifetime = meanSparseness(nLatents, (j) => latentColumn(pass, j));
  const { activeLatents, deadLatents } = activity(pass);
  const rhoHat = pass.rhoHats[arch.latentIndex];
  const { loss, penalty } = lossOf(pass, options);
  return {
    images: count,
    loss,
    mse: pass.mse,
    bce: pass.bce,
    fvu: pass.mse / pixelVariance(images.pixels.subarray(0, count * arch.dInput) as Pixels, arch.dInput),
    klNats: klNatsOf(rhoHat, objective),
    penalty,
    meanActivation: rhoHat.reduce((a, b) => a + b) / nLatents,
    activeLatents,
    shareAbove: (isSigmoid ? SIGMOID_SHARES : [0]).map((threshold) => ({
      threshold,
      value: meanAbove(threshold) / nLatents,
    })),
    l0: (isSigmoid ? SIGMOID_THRESHOLDS : [0]).map((threshold) => ({ threshold, value: meanAbove(threshold) })),
    l0NonZero: countNonZero(acts) / count,
    hoyerPopulation: population.hoyer,
    hoyerLifetime: lifetime.hoyer,
    giniPopulation: population.gini,
    giniLifetime: lifetime.gini,
    deadLatents,
    denseLatents: densities(pass).filter((d) => d > DENSE_ABOVE).length,
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
  const active = new Float64Array(acts.length / count);
  for (let row = 0; row < acts.length; row += active.length) {
    for (let j = 0; j < active.length; j++) if (acts[row + j] > activeAbove) active[j]++;
  }
  return active.map((n) => n / count);
}

function countNonZero(values: Float32Array): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) n++;
  return n;
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

/** Mean over the input of each value's variance over the images. */
function pixelVariance(pixels: Pixels, dInput: number): number {
  return pixels instanceof Uint8Array ? byteVariance(pixels, dInput) : floatVariance(pixels, dInput);
}

/** E[(x − E[x])²]: means first, then the deviations from them. */
function floatVariance(values: Float32Array, dInput: number): number {
  const means = new Float64Array(dInput);
  addColumns(means, values);
  const count = values.length / dInput;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - means[i % dInput] / count) ** 2;
  return squares / values.length;
}

/** E[x²] − E[x]², in [0, 1] units: exact integer sums. */
function byteVariance(pixels: Uint8Array, dInput: number): number {
  const count = pixels.length / dInput;
  const sums = new Uint32Array(dInput);
  let squares = 0;
  for (let start = 0; start < dInput; start += BLOCK) {
    const end = Math.min(dInput, start + BLOCK);
    for (let row = 0; row < pixels.length; row += dInput) {
      let blockSquares = 0; // an integer of 31 bits: twice as fast as a float
      for (let i = start; i < end; i++) {
        const byte = pixels[row + i];
        sums[i] += byte;
        blockSquares += Math.imul(byte, byte);
      }
      squares += blockSquares;
    }
  }
  const squaredMeans = sums.reduce((total, sum) => total + (sum / count) ** 2, 0);
  return (squares / count - squaredMeans) / dInput / 255 ** 2;
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
