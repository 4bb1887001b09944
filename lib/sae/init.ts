/**
 * The numbers a model starts from.
 *
 * Plain arrays in PyTorch's layout, so that every engine starts from the same bits. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { Rng } from "../rng.ts";
import { logit } from "./logistic.ts";
import type { Architecture, Parameters } from "./model.ts";

/**
 * Initial parameters, drawn from the stream `init` of the run's seed.
 *
 * Weights: `glorot` U(±√(6/(dIn+dOut))) (Glorot and Bengio 2010, eq. 16) with zero biases, or `pytorch` U(±1/√dIn) for
 * weights and biases (`torch.nn.Linear.reset_parameters`). Then, where the configuration says so, the latent bias is
 * logit(ρ), the output bias is the logit of the mean training image, and the weights that read the latents are divided
 * by ρ: both schemes assume inputs of size 1, and the latents start at ρ.
 *
 * @param meanPixels Mean of each pixel over the training images, `[dInput]`, in [0, 1].
 */
export function initialParameters(config: Config, arch: Architecture, meanPixels: ArrayLike<number>): Parameters {
  const rng = Rng.fromSeed(config.seed, "init");
  const params: Parameters = {};
  for (const [l, { name, dIn, dOut }] of arch.layers.entries()) {
    const inputSize = l === arch.latentIndex + 1 && config.decoderScale === "rho" ? config.rho : 1;
    const weightBound = (config.init === "glorot" ? Math.sqrt(6 / (dIn + dOut)) : 1 / Math.sqrt(dIn)) / inputSize;
    const biasBound = config.init === "glorot" ? 0 : 1 / Math.sqrt(dIn);
    params[`${name}.weight`] = Float32Array.from({ length: dOut * dIn }, () => rng.uniform(-weightBound, weightBound));
    params[`${name}.bias`] = Float32Array.from({ length: dOut }, () => biasBound && rng.uniform(-biasBound, biasBound));
  }
  if (config.latentBias === "rho") {
    params[`${arch.layers[arch.latentIndex].name}.bias`].fill(logit(config.rho));
  }
  if (config.outputBias === "data") {
    params[`${arch.layers.at(-1)!.name}.bias`].set(Array.from(meanPixels, (mean) => logit(clampMean(mean))));
  }
  return params;
}

/** Mean of each pixel over a set of images, `[dInput]`, in [0, 1]; summed exactly. */
export function meanPixels(pixels: Uint8Array, dInput: number): Float64Array {
  const sums = new Uint32Array(dInput); // exact for up to 16 million images, and faster than float64
  for (let start = 0; start < pixels.length; start += dInput) {
    for (let i = 0; i < dInput; i++) sums[i] += pixels[start + i];
  }
  return Float64Array.from(sums, (sum) => sum * dInput / pixels.length / 255);
}

/** Keeps a mean away from 0 and 1, whose logits are infinite: a pixel that is always dark starts at 1e-3. */
function clampMean(mean: number): number {
  return Math.min(Math.max(mean, 1e-3), 1 - 1e-3);
}
