/**
 * One pass of a trained model over a whole split, and the metrics of that pass.
 *
 * Sums are float64 over every pixel of every image; the weights are frozen. `definitions.ts` says each formula in words.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Activations, Engine } from "../engine/engine.ts";
import { klSum } from "../kl.ts";
import type { SplitMetrics } from "../report/schema.ts";
import type { Architecture, Objective } from "../sae/model.ts";
import { gini, hoyer } from "./sparseness.ts";

/** A sigmoid latent counts as active on an image above this. */
export const ACTIVE_ABOVE = 0.1;
/** A latent active on more than this share of images is dense. */
export const DENSE_ABOVE = 0.5;
const SHARE_THRESHOLDS = [0.1, 0.5];
const L0_THRESHOLDS = [0.01, 0.1, 0.5];
/** Images in one forward pass: 3 MB of logits and reconstructions. */
const CHUNK = 500;
/** Pixels whose factors of at least ½ can be multiplied before the product could underflow. */
const BLOCK = 1000;

/** What one pass leaves: sums for the metrics, and what the later analysis draws. */
export interface SplitPass {
  count: number;
  /** The latents of every image, `[count, nLatents]`. */
  acts: Float32Array;
  /** Mean squared error of each image, `[count]`. */
  imageMse: Float64Array;
  /** Mean over images and pixels. */
  mse: number;
  /** Mean over images and pixels, in nats. */
  bce: number;
  /** ρ̂ of each hidden layer, in order; `rhoHats[latentIndex]` is the latents'. */
  rhoHats: Float64Array[];
}

/** Runs the model over a split. */
export async function measureSplit(engine: Engine, images: ImageSet, arch: Architecture): Promise<SplitPass> {
  const { count, pixels } = images;
  const { dInput, nLatents, latentIndex } = arch;
  const acts = new Float32Array(count * nLatents);
  const imageMse = new Float64Array(count);
  const rhoHats = arch.layers.slice(0, -1).map(({ dOut }) => new Float64Array(dOut));
  let bceSum = 0;
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = pixels.subarray(start * dInput, Math.min(count, start + CHUNK) * dInput);
    const { hidden, logits, recon } = await engine.forward(chunk); // sync point
    acts.set(hidden[latentIndex], start * nLatents);
    hidden.forEach((layer, l) => addColumns(rhoHats[l], layer));
    for (let i = 0; i < chunk.length / dInput; i++) {
      const errors = imageErrors({ logits, recon }, chunk, { from: i * dInput, to: (i + 1) * dInput });
      imageMse[start + i] = errors.squared / dInput;
      bceSum += errors.crossEntropy;
    }
  }
  return {
    count,
    acts,
    imageMse,
    mse: imageMse.reduce((a, b) => a + b) / count,
    bce: bceSum / (count * dInput),
    rhoHats: rhoHats.map((sums) => sums.map((sum) => sum / count)),
  };
}

/** Every metric of a pass over `images`, as the report states them. */
export function splitMetrics(
  pass: SplitPass,
  options: { images: ImageSet; arch: Architecture; objective: Objective },
): SplitMetrics {
  const { images, arch, objective } = options;
  const { acts, count } = pass;
  const { nLatents } = arch;
  const meanAbove = (threshold: number) => countAbove(acts, threshold) / count;
  const population = meanSparseness(count, (i) => acts.subarray(i * nLatents, (i + 1) * nLatents));
  const lifetime = meanSparseness(nLatents, (j) => latentColumn(pass, j));
  const densities = Array.from({ length: nLatents }, (_, j) => density(latentColumn(pass, j)));
  const rhoHat = pass.rhoHats[arch.latentIndex];
  const { loss, penaltyNats } = lossOf(pass, options);
  return {
    images: count,
    loss,
    mse: pass.mse,
    bce: pass.bce,
    fvu: pass.mse / pixelVariance(images.pixels, arch.dInput),
    klNats: klSum(objective.rho, rhoHat),
    penaltyNats,
    meanActivation: rhoHat.reduce((a, b) => a + b) / nLatents,
    shareAbove: SHARE_THRESHOLDS.map((threshold) => ({ threshold, value: meanAbove(threshold) / nLatents })),
    l0: L0_THRESHOLDS.map((threshold) => ({ threshold, value: meanAbove(threshold) })),
    hoyerPopulation: population.hoyer,
    hoyerLifetime: lifetime.hoyer,
    giniPopulation: population.gini,
    giniLifetime: lifetime.gini,
    deadLatents: densities.filter((d) => d === 0).length,
    denseLatents: densities.filter((d) => d > DENSE_ABOVE).length,
  };
}

/** The loss over the whole split: its reconstruction, its penalty (ρ̂ over the split), and their weighted sum. */
export function lossOf(pass: SplitPass, options: { arch: Architecture; objective: Objective }) {
  const { arch, objective: { loss, rho, beta } } = options;
  const penaltyNats = pass.rhoHats.reduce(
    (sum, rhoHat, l) => arch.layers[l].isPenalized ? sum + klSum(rho, rhoHat) : sum,
    0,
  );
  return { loss: pass[loss] + beta * penaltyNats, reconstruction: pass[loss], penaltyNats };
}

/** Latent j's activation on every image, `[count]`. */
export function latentColumn({ acts, count }: SplitPass, j: number): Float32Array {
  const nLatents = acts.length / count;
  const column = new Float32Array(count);
  for (let i = 0; i < count; i++) column[i] = acts[i * nLatents + j];
  return column;
}

/** Share of values above {@linkcode ACTIVE_ABOVE}. */
export function density(column: Float32Array): number {
  return countAbove(column, ACTIVE_ABOVE) / column.length;
}

function countAbove(values: Float32Array, threshold: number): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > threshold) n++;
  return n;
}

/**
 * Squared error and cross-entropy in nats, summed over one image's pixels.
 *
 * The cross-entropy is max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow; its last term is −ln max(x̂, 1 − x̂),
 * and a sum of logarithms is the logarithm of a product: one logarithm a block of pixels, and no exponential.
 */
function imageErrors(
  { logits, recon }: Pick<Activations, "logits" | "recon">,
  pixels: Uint8Array,
  { from, to }: { from: number; to: number },
) {
  let squared = 0, crossEntropy = 0;
  for (let start = from; start < to; start += BLOCK) {
    let product = 1;
    for (let i = start; i < Math.min(to, start + BLOCK); i++) {
      const x = pixels[i] / 255, xHat = recon[i];
      squared += (xHat - x) * (xHat - x);
      crossEntropy -= logits[i] * x;
      if (xHat > 0.5) {
        crossEntropy += logits[i];
        product *= xHat;
      } else product *= 1 - xHat;
    }
    crossEntropy -= Math.log(product);
  }
  return { squared, crossEntropy };
}

/** Mean over pixels of each pixel's variance over the images, E[x²] − E[x]², in [0, 1] units: exact integer sums. */
function pixelVariance(pixels: Uint8Array, dInput: number): number {
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
