/**
 * The numbers a model starts from.
 *
 * Plain arrays in PyTorch's layout, so that every engine starts from the same bits. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import type { Config } from "../config_knobs.ts";
import { Rng } from "../rng.ts";
import type { Pixels } from "../pixels.ts";
import { geometricMedian } from "../geometric_median.ts";
import { baselineOf } from "./baselines.ts";
import { logit } from "./logistic.ts";
import {
  type Architecture,
  decoderLayer,
  initialBuffers,
  INPUT_MEAN,
  latentParameterName,
  type Parameters,
  START_DIRECTIONS,
} from "./model.ts";
import { principalComponents } from "./principal_components.ts";

/** A model before its first step: parameters, and what steps keep beside them. */
export interface InitialModel {
  params: Parameters;
  buffers: Parameters;
}

/**
 * The model that a configuration starts from, on its training images, `[count, dInput]`.
 *
 * @param data.typical What `typicalImage` gives for these images, `[dInput]`, if it is known already: a page keeps it with
 * its data, because the geometric median of a few thousand images takes a tenth of a second. With a linear output its
 * values may be rounded to float32, as the bias is.
 */
export function initialModel(
  config: Config,
  { arch, pixels, typical = typicalImage(config, pixels, arch.dInput) }: {
    arch: Architecture;
    pixels: Pixels;
    typical?: ArrayLike<number>;
  },
): InitialModel {
  const params = initialParameters(config, arch, typical);
  if (baselineOf(config)?.fitsComponents) fitComponents(params, { arch, pixels });
  return {
    params,
    buffers: {
      ...initialBuffers(arch),
      ...(arch.hasCenteredInput ? { [INPUT_MEAN]: Float32Array.from(meanImage(pixels, arch.dInput)) } : {}),
      ...(arch.leastCosine === null ? {} : { [START_DIRECTIONS]: directionsOf(params, arch) }),
    },
  };
}

/**
 * Initial parameters, drawn from the stream `init` of the run's random seed.
 *
 * Weights: `glorot` U(±√(6/(dIn+dOut))) (Glorot and Bengio 2010, eq. 16) with zero biases, or `pytorch` U(±1/√dIn) for
 * weights and biases (`torch.nn.Linear.reset_parameters`). Then, if the configuration says so, the bias of the latents
 * and of every penalized hidden layer is logit(ρ), so that their units start at ρ; the weights that read these units
 * are divided by ρ (both schemes assume inputs of size 1); the output bias makes the typical image; the decoder weights
 * of each latent have length 1; and the encoder is the decoder's transpose.
 *
 * @param typical The image that the output starts from, `[dInput]`; see {@linkcode typicalImage}.
 */
export function initialParameters(config: Config, arch: Architecture, typical: ArrayLike<number>): Parameters {
  const rng = Rng.fromSeed(config.seed, "init");
  const params: Parameters = {};
  for (const [l, { name, dIn, dOut }] of arch.layers.entries()) {
    const inputSize = config.decoderScale === "rho" && startsAtRho(arch, l - 1) ? config.rho : 1;
    const weightBound = (config.init === "glorot" ? Math.sqrt(6 / (dIn + dOut)) : 1 / Math.sqrt(dIn)) / inputSize;
    const biasBound = config.init === "glorot" ? 0 : 1 / Math.sqrt(dIn);
    params[`${name}.weight`] = drawn(dOut * dIn, { rng, bound: weightBound });
    params[`${name}.bias`] = biasBound === 0 ? new Float32Array(dOut) : drawn(dOut, { rng, bound: biasBound });
  }
  if (config.latentBias === "rho") {
    for (const { name } of arch.layers.filter((_, l) => startsAtRho(arch, l))) {
      params[`${name}.bias`].fill(logit(config.rho));
    }
  }
  if (config.outputBias !== "init") {
    const before = config.output === "sigmoid" ? (value: number) => logit(clampMean(value)) : (value: number) => value;
    params[`${arch.layers.at(-1)!.name}.bias`].set(Array.from(typical, before));
  }
  for (const [name, { initial }] of Object.entries(arch.latentParameters)) {
    params[latentParameterName(name)] = new Float32Array(arch.nLatents).fill(initial);
  }
  const { name, dIn, dOut } = decoderLayer(arch);
  if (arch.hasUnitDecoder) normaliseColumns(params[`${name}.weight`], dIn);
  if (config.encoderInit === "transpose") {
    params[`${arch.layers[arch.latentIndex].name}.weight`] = transposed(params[`${name}.weight`], { rows: dOut });
  }
  return params;
}

/** The image an output bias starts from: the mean or, if the configuration says so, the geometric median. `[dInput]` */
export function typicalImage({ outputBias }: Pick<Config, "outputBias">, pixels: Pixels, dInput: number): Float64Array {
  if (outputBias === "median") return geometricMedian(pixels, dInput);
  return meanImage(pixels, dInput);
}

/** Whether the units of layer l are to be ρ on average: the latents, and penalized hidden layers. */
function startsAtRho({ layers, latentIndex }: Architecture, l: number): boolean {
  return l === latentIndex || (layers[l]?.isPenalized ?? false);
}

/** Makes a one-layer model the dictionary of its training rows' principal components; see `principal_components.ts`. */
function fitComponents(params: Parameters, { arch, pixels }: { arch: Architecture; pixels: Pixels }): void {
  const { dInput, nLatents, layers: [encoder, decoder] } = arch, mean = meanImage(pixels, dInput);
  const components = principalComponents(pixels, { mean, most: Math.floor(nLatents / 2) });
  for (const { name } of arch.layers) for (const part of ["weight", "bias"]) params[`${name}.${part}`].fill(0);
  params[`${decoder.name}.bias`].set(mean);
  for (let i = 0; i < components.count; i++) {
    const vector = components.vectors.subarray(i * dInput, (i + 1) * dInput);
    const offset = arch.hasPreBias ? 0 : vector.reduce((sum, value, at) => sum + value * mean[at], 0);
    for (const [sign, latent] of [[1, 2 * i], [-1, 2 * i + 1]]) {
      params[`${encoder.name}.bias`][latent] = -sign * offset;
      for (let at = 0; at < dInput; at++) {
        params[`${encoder.name}.weight`][latent * dInput + at] = sign * vector[at];
        params[`${decoder.name}.weight`][at * nLatents + latent] = sign * vector[at];
      }
    }
  }
}

/** The decoder's weights with a row for each latent, `[nLatents, dInput]`. */
function directionsOf(params: Parameters, arch: Architecture): Float32Array<ArrayBuffer> {
  const { name, dOut } = decoderLayer(arch);
  return transposed(params[`${name}.weight`], { rows: dOut });
}

/** Makes each column of a row-major matrix a vector of length 1; a column of zeros stays. */
function normaliseColumns(matrix: Float32Array, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let squares = 0;
    for (let at = j; at < matrix.length; at += columns) squares += matrix[at] ** 2;
    if (squares === 0) continue;
    for (let at = j; at < matrix.length; at += columns) matrix[at] /= Math.sqrt(squares);
  }
}

function transposed(matrix: Float32Array, { rows }: { rows: number }): Float32Array<ArrayBuffer> {
  const columns = matrix.length / rows;
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column];
  }
  return result;
}

/**
 * Numbers drawn evenly from [−bound, bound); a loop, because `Float32Array.from` makes a list of boxed numbers first.
 */
function drawn(count: number, { rng, bound }: { rng: Rng; bound: number }): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = rng.uniform(-bound, bound);
  return values;
}

/** Mean of each component over images, `[dInput]`; of bytes in [0, 1] and summed exactly. */
export function meanImage(pixels: Pixels, dInput: number): Float64Array {
  return pixels instanceof Uint8Array ? meanPixels(pixels, dInput) : meanValues(pixels, dInput);
}

function meanValues(values: Float32Array, dInput: number): Float64Array {
  const sums = new Float64Array(dInput);
  for (let i = 0; i < values.length; i++) sums[i % dInput] += values[i];
  return sums.map((sum) => sum * dInput / values.length);
}

function meanPixels(pixels: Uint8Array, dInput: number): Float64Array {
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
