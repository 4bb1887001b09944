/**
 * One pass of a trained model over a whole split: everything that can be added up while the images go by.
 *
 * Images go through the model in pieces of bounded size, and what is kept of the latents is sums of each latent and,
 * while they fit, the activations that are not 0: no array has the size images × latents. Sums are float64; the weights
 * are frozen. `split_metrics.ts` states the metrics, `split_loss.ts` what training minimises.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations, Engine, StepDefinition } from "../engine/engine.ts";
import { pixelValues } from "../pixels.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { LatentSums, PopulationSums } from "./latent_sums.ts";
import { type LifetimeGini, LifetimeMagnitudes } from "./lifetime.ts";
import type { OnProgress } from "./progress.ts";
import { squaredError } from "./squared_error.ts";
import { columnMeans, type ReconstructionQuality, ReconstructionSums } from "./quality.ts";
import type { MeasuredRows } from "./ablation.ts";
import { pixelPieces, type PixelSource } from "./pixel_source.ts";
import { bytesOfForward, ComputedLatents, forwardLists } from "./row_sources.ts";
import { RowReader, type RowSource } from "./sparse_rows.ts";

/** Thresholds at which sigmoid latents, which are never 0, are counted; other latents are 0 when they are off. */
const SIGMOID_THRESHOLDS = [0.01, 0.1, 0.5], THRESHOLDS = [0];
/** Pixels whose factors of at least ½ can be multiplied before the product could underflow. */
const BLOCK = 1000;

/** What one pass leaves. */
export interface SplitPass {
  /** Images measured: all of the split. */
  count: number;
  /** Whether the latents are in (0, 1) and never 0; else they are 0 when they are off. */
  latentsAreSigmoid: boolean;
  /** Of each latent. */
  latents: LatentSums;
  /** Mean of each latent, ρ̂, `[nLatents]`. */
  rhoHat: Float64Array;
  /** Of each image's latents. */
  population: PopulationSums;
  /** Of each latent's activations over the images. */
  lifetimeGini: LifetimeGini;
  /** The latents of all images: from memory if they fit, else computed again each time they are read. */
  rows: RowSource;
  /** Mean squared error of each image, `[count]`. */
  imageMse: Float64Array;
  /** Mean over images and pixels. */
  mse: number;
  /** Mean over images and pixels, in nats; null with a linear output. */
  bce: number | null;
  /** Everything else about the reconstruction. */
  quality: ReconstructionQuality;
}

/** A split, and what is known of the model whose engine is used. */
export interface MeasureOptions extends Pick<StepDefinition, "arch" | "objective"> {
  images: { pixels: PixelSource; count: number };
  onProgress?: OnProgress;
  /** Called with consecutive images, their latents and reconstructions, which it must not keep; waited for. */
  onRows?: (rows: MeasuredRows & { first: number }) => Promise<void>;
  /** Most activations kept; more are computed again when they are needed. */
  mostEntries?: number;
}

/** Runs the model over a split. */
export async function measureSplit(engine: Engine, options: MeasureOptions): Promise<SplitPass> {
  const { images: { pixels, count }, arch, objective, onProgress, onRows, mostEntries } = options;
  const { dInput, nLatents } = arch;
  const variant = VARIANTS[objective.sparsity];
  const latentsAreSigmoid = variant.activates === "sigmoid";
  const hasSigmoidOutput = arch.layers.at(-1)!.activation === "sigmoid";
  const latents = new LatentSums({ nLatents, activeAbove: variant.activeAbove });
  const population = new PopulationSums({ nLatents, thresholds: latentsAreSigmoid ? SIGMOID_THRESHOLDS : THRESHOLDS });
  const lifetime = new LifetimeMagnitudes({ width: nLatents, mostEntries });
  const quality = new ReconstructionSums({ means: await columnMeans(valuePieces(pixels, dInput), dInput) });
  const imageMse = new Float64Array(count);
  const reader = new RowReader();
  let squares = 0, bceSum = 0;
  for await (const { first, pixels: piece } of pixelPieces(pixels, { dInput, bytesPerRow: bytesOfForward(arch) })) {
    const { latents: rows, logits, recon } = await forwardLists(engine, { pixels: piece, arch, reader }); // sync point
    latents.add(rows);
    population.add(rows);
    lifetime.add(rows);
    const x = pixelValues(piece);
    const errors = quality.add(x, recon);
    for (let i = 0; i < errors.length; i++) {
      imageMse[first + i] = errors[i] / dInput;
      squares += errors[i];
    }
    if (hasSigmoidOutput) bceSum += crossEntropy({ logits, recon }, x, dInput);
    await onRows?.({ first, x, recon, logits, latents: rows });
    onProgress?.({ done: first + rows.count, total: count });
  }
  return {
    count,
    latentsAreSigmoid,
    latents,
    rhoHat: latents.means(),
    population,
    lifetimeGini: lifetime.gini(),
    rows: lifetime.stored ?? new ComputedLatents(engine, { pixels, arch }),
    imageMse,
    mse: squares / (count * dInput),
    bce: hasSigmoidOutput ? bceSum / (count * dInput) : null,
    quality: quality.result(),
  };
}

/**
 * How active the latents are on some images, on average, and how far reconstructions are off: what an epoch's row
 * needs.
 */
export async function measureActivity(
  engine: Engine,
  { pixels, arch, objective }: Pick<StepDefinition, "arch" | "objective"> & { pixels: PixelSource },
): Promise<{ latents: LatentSums; mse: number }> {
  const { dInput, nLatents } = arch;
  const latents = new LatentSums({ nLatents, activeAbove: VARIANTS[objective.sparsity].activeAbove });
  const reader = new RowReader();
  let squares = 0;
  for await (const { pixels: piece } of pixelPieces(pixels, { dInput, bytesPerRow: bytesOfForward(arch) })) {
    const { latents: rows, recon } = await forwardLists(engine, { pixels: piece, arch, reader }); // sync point
    latents.add(rows);
    squares += squaredError(pixelValues(piece), recon);
  }
  return { latents, mse: squares / pixels.length };
}

/**
 * The values of images, some at a time. Their mean must be that of the values as they are compared with it, float32:
 * bytes summed exactly have another, and images that do not vary would seem to.
 */
async function* valuePieces(pixels: PixelSource, dInput: number): AsyncGenerator<Float32Array> {
  for await (const piece of pixelPieces(pixels, { dInput })) yield pixelValues(piece.pixels);
}

/**
 * Cross-entropy in nats, summed over the pixels of some images.
 *
 * It is max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow; its last term is −ln max(x̂, 1 − x̂), and a sum of
 * logarithms is the logarithm of a product: one logarithm a block of pixels, and no exponential.
 */
function crossEntropy({ logits, recon }: Pick<Activations, "logits" | "recon">, x: Float32Array, dInput: number) {
  let sum = 0;
  for (let row = 0; row < x.length; row += dInput) {
    for (let start = row; start < row + dInput; start += BLOCK) {
      let product = 1;
      const end = Math.min(row + dInput, start + BLOCK);
      for (let i = start; i < end; i++) {
        const xHat = recon[i];
        sum -= logits[i] * x[i];
        if (xHat > 0.5) {
          sum += logits[i];
          product *= xHat;
        } else product *= 1 - xHat;
      }
      sum -= Math.log(product);
    }
  }
  return sum;
}
