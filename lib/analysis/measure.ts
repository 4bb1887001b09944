/**
 * One pass of a trained model over a whole split, and the metrics of that pass.
 *
 * Sums are float64 over every pixel of every image; the weights are frozen. `definitions.ts` says each formula in words.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
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
/** Images in one forward pass: 3 MB of logits. */
const CHUNK = 1000;

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
  /** Σ‖x − x̂‖² / Σ‖x − x̄‖². */
  fvu: number;
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
    const { hidden, logits } = await engine.forward(chunk); // sync point
    acts.set(hidden[latentIndex], start * nLatents);
    hidden.forEach((layer, l) => addColumns(rhoHats[l], layer));
    for (let i = 0; i < chunk.length / dInput; i++) {
      const errors = imageErrors(logits, chunk, { from: i * dInput, to: (i + 1) * dInput });
      imageMse[start + i] = errors.squared / dInput;
      bceSum += errors.crossEntropy;
    }
  }
  const mse = imageMse.reduce((a, b) => a + b) / count;
  return {
    count,
    acts,
    imageMse,
    mse,
    bce: bceSum / (count * dInput),
    fvu: mse / pixelVariance(pixels, dInput),
    rhoHats: rhoHats.map((sums) => sums.map((sum) => sum / count)),
  };
}

/** Every metric of a pass, as the report states them. */
export function splitMetrics(pass: SplitPass, options: { arch: Architecture; objective: Objective }): SplitMetrics {
  const { arch, objective } = options;
  const { acts, count } = pass;
  const { nLatents } = arch;
  const meanAbove = (threshold: number) => countAbove(acts, threshold) / count;
  const rows = Array.from({ length: count }, (_, i) => acts.subarray(i * nLatents, (i + 1) * nLatents));
  const columns = Array.from({ length: nLatents }, (_, j) => latentColumn(pass, j));
  const densities = columns.map(density);
  const rhoHat = pass.rhoHats[arch.latentIndex];
  const { loss, penaltyNats } = lossOf(pass, options);
  return {
    images: count,
    loss,
    mse: pass.mse,
    bce: pass.bce,
    fvu: pass.fvu,
    klNats: klSum(objective.rho, rhoHat),
    penaltyNats,
    meanActivation: rhoHat.reduce((a, b) => a + b) / nLatents,
    shareAbove: SHARE_THRESHOLDS.map((threshold) => ({ threshold, value: meanAbove(threshold) / nLatents })),
    l0: L0_THRESHOLDS.map((threshold) => ({ threshold, value: meanAbove(threshold) })),
    hoyerPopulation: meanOfFinite(rows.map(hoyer)),
    hoyerLifetime: meanOfFinite(columns.map(hoyer)),
    giniPopulation: meanOfFinite(rows.map(gini)),
    giniLifetime: meanOfFinite(columns.map(gini)),
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

/** Squared error and cross-entropy in nats, summed over one image's pixels; both from logits, without overflow. */
function imageErrors(logits: Float32Array, pixels: Uint8Array, { from, to }: { from: number; to: number }) {
  let squared = 0, crossEntropy = 0, product = 1;
  for (let i = from; i < to; i++) {
    const logit = logits[i], x = pixels[i] / 255;
    const e = Math.exp(-Math.abs(logit));
    const recon = logit >= 0 ? 1 / (1 + e) : e / (1 + e);
    squared += (recon - x) ** 2;
    crossEntropy += Math.max(logit, 0) - logit * x; // + ln(1 + e), summed as the logarithm of a product: 10 times faster
    product *= 1 + e;
    if (product > 1e300) {
      crossEntropy += Math.log(product);
      product = 1;
    }
  }
  return { squared, crossEntropy: crossEntropy + Math.log(product) };
}

/** Mean over pixels of each pixel's variance over the images, in [0, 1] units: exact integer sums. */
function pixelVariance(pixels: Uint8Array, dInput: number): number {
  const sums = new Float64Array(dInput), squares = new Float64Array(dInput);
  for (let start = 0; start < pixels.length; start += dInput) {
    for (let i = 0; i < dInput; i++) {
      const byte = pixels[start + i];
      sums[i] += byte;
      squares[i] += byte * byte;
    }
  }
  const count = pixels.length / dInput;
  let total = 0;
  for (let i = 0; i < dInput; i++) total += squares[i] / count - (sums[i] / count) ** 2;
  return total / dInput / 255 ** 2;
}

function addColumns(sums: Float64Array, rows: Float32Array): void {
  const width = sums.length;
  for (let start = 0; start < rows.length; start += width) {
    for (let j = 0; j < width; j++) sums[j] += rows[start + j];
  }
}

/** Mean of the finite values (the zero vector has no sparseness), or null where there are none. */
function meanOfFinite(values: number[]): number | null {
  const finite = values.filter(Number.isFinite);
  return finite.length ? finite.reduce((a, b) => a + b) / finite.length : null;
}
