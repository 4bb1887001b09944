/**
 * The autoencoder's shape, and the project's glossary.
 *
 *     h = hidden(x)                 encoder hidden layers, ReLU (sigmoid with `penalize all`); none in a dictionary
 *     z = latents(h Wᵀ + b)         the latents, by the sparsity variant: σ with KL (`sparsity/`)
 *     x̂ = output(decoder(z))        the reconstruction, σ or linear
 *
 * With a pre-bias the encoder reads x − b, b the decoder's bias; with centred inputs the first of several layers reads
 * x − x̄, x̄ the mean training input.
 *
 * | word       | shape              | meaning                                                             |
 * | ---------- | ------------------ | ------------------------------------------------------------------- |
 * | `batch`    |                    | images in one step                                                  |
 * | `dInput`   |                    | pixels of one image (height · width)                                |
 * | `dHidden`  |                    | units of a hidden layer                                             |
 * | `nLatents` |                    | units of the latent layer                                           |
 * | `preActs`  | [batch, nLatents]  | a layer's output before its activation                              |
 * | `acts`     | [batch, nLatents]  | the latents z (f in a dictionary's papers), at least 0              |
 * | `logits`   | [batch, dInput]    | the output layer before its activation                              |
 * | `recon`    | [batch, dInput]    | the reconstruction x̂; σ(logits) or, with a linear output, logits    |
 * | `rho`      |                    | ρ, the wanted mean activation                                       |
 * | `rhoHat`   | [nLatents]         | ρ̂, the measured mean activation over a batch or split               |
 * | `beta`     |                    | β, the KL penalty's weight                                          |
 * | `lambda`   |                    | λ, the weight of every other penalty                                |
 * | `l0`       |                    | how many latents are active on an image, on average                 |
 * | dead       |                    | a latent that is never active; in training see `deadSteps`          |
 *
 * Holds shapes and names only: no numbers are computed here. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config_knobs.ts";
import { baselineOf, type Half } from "./baselines.ts";
import type { LATENT_ACTIVATIONS, LatentParameter } from "./sparsity/variant.ts";
import { type VariantKnobs, type VariantName, VARIANTS } from "./sparsity/variants.ts";

/** One fully connected layer: y = activation(x Wᵀ + b). */
export interface Layer {
  /** The name PyTorch gives it in the tutorial's `Autoencoder`: `encoder.0`, `encoder.2`, `decoder.0`, … */
  name: string;
  dIn: number;
  dOut: number;
  activation: (typeof LATENT_ACTIVATIONS)[number] | "linear";
  /** Whether the sparsity penalty is on this layer's activations. */
  isPenalized: boolean;
  /** Whether its weight stays what it started as, to the bit, with moments of 0; its bias is trained in any case. */
  isFrozen: boolean;
}

/** The layers from input to output, and which of them is the latent one. */
export interface Architecture {
  dInput: number;
  nLatents: number;
  layers: Layer[];
  /** Index of the latent layer in `layers`. */
  latentIndex: number;
  /** Whether the encoder reads x less the decoder's bias. */
  hasPreBias: boolean;
  /**
   * Whether the first layer reads x − x̄, the training mean, which is kept in the buffer {@linkcode INPUT_MEAN}. Only
   * with hidden layers. Saved weights have it folded into that layer's bias.
   */
  hasCenteredInput: boolean;
  /** Whether the decoder weights of each latent keep length 1. */
  hasUnitDecoder: boolean;
  /**
   * The least cosine of each latent's decoder weights to their start, which is kept in the buffer
   * {@linkcode START_DIRECTIONS}; null without a bound. Only of a decoder whose weights keep length 1.
   */
  leastCosine: number | null;
  /** The variant's own parameters, `[nLatents]` each, by name. */
  latentParameters: Record<string, LatentParameter>;
  /** What a step keeps beside parameters, with its size and initial value. */
  buffers: BufferSpec[];
}

/** A named array that steps change without training it. */
export interface BufferSpec {
  name: string;
  size: number;
  initial: number;
  /** Whether the saved model has it too; a checkpoint has all. */
  isSaved: boolean;
}

/** The buffer that holds the last step in which each latent was active, counted from 1; 0 before the first. */
export const LAST_FIRED = "lastFired";

/** The buffer that holds x̄, the mean training input that the first layer's input is centred on, `[dInput]`. */
export const INPUT_MEAN = "inputMean";

/**
 * The buffer that holds the decoder weights that each latent started from, a row for each latent, `[nLatents, dInput]`. Steps
 * do not change it.
 */
export const START_DIRECTIONS = "startDirections";

/** The knobs of the loss: reconstruction + weight · penalty + auxiliary, the last two by the sparsity variant. */
export interface Objective {
  loss: "mse" | "bce";
  sparsity: VariantName;
  /**
   * A latent is dead, for AuxK and resampling, if it was last active more than this many steps ago. Step t takes its
   * dead latents from the steps before it, before its own activity is counted: those with (t − 1) − lastFired >
   * deadSteps.
   */
  deadSteps: number;
  /** The variants' knobs, the weight among them only as what warm-up and controller start from. */
  knobs: VariantKnobs;
}

/** A named array of the model. Weights are stored as PyTorch stores them: `[dOut, dIn]`, row-major. */
export interface ParameterSpec {
  name: string;
  shape: number[];
  /** Its learning rate as a multiple of the step's; 1 for weights and biases, 0 for a weight that is frozen. */
  rate: number;
}

/** Every parameter (or buffer) by PyTorch's name, float32, row-major, in PyTorch's layout. */
export type Parameters = Record<string, Float32Array<ArrayBuffer>>;

/**
 * The autoencoder a configuration describes: the encoder's hidden widths are mirrored in the decoder.
 *
 * @param dInput Pixels of one image.
 *
 * @example
 * ```ts
 * import { architecture } from "./model.ts";
 * import { resolveConfig } from "../config.ts";
 * import assert from "node:assert/strict";
 *
 * const { layers } = architecture(resolveConfig(), 784);
 * assert.deepEqual(layers.map((l) => `${l.name} ${l.dIn}→${l.dOut} ${l.activation}`), [
 *   "encoder.0 784→128 relu",
 *   "encoder.2 128→32 sigmoid",
 *   "decoder.0 32→128 relu",
 *   "decoder.2 128→784 sigmoid",
 * ]);
 * ```
 */
export function architecture(config: Config, dInput: number): Architecture {
  const variant = VARIANTS[config.sparsity], baseline = baselineOf(config);
  const encoderWidths = [dInput, ...config.hidden, config.latent];
  const decoderWidths = [...encoderWidths].reverse();
  const half = (part: Half, widths: number[]): Layer[] =>
    widths.slice(1).map((dOut, i) => {
      const isLast = i === widths.length - 2; // the latent layer, or the output
      return {
        name: `${part}.${2 * i}`, // nn.Sequential counts the activations too
        dIn: widths[i],
        dOut,
        activation: !isLast ? config.hiddenActivation : part === "encoder" ? variant.activation : config.output,
        isPenalized: isLast ? part === "encoder" && variant.weight !== null : config.penalize === "all",
        isFrozen: baseline?.freezes.includes(part) ?? false,
      };
    });
  return {
    dInput,
    nLatents: config.latent,
    layers: [...half("encoder", encoderWidths), ...half("decoder", decoderWidths)],
    latentIndex: config.hidden.length,
    hasPreBias: config.preBias === "decoder",
    hasCenteredInput: config.center === "mean",
    hasUnitDecoder: config.decoderNorm === "unit",
    leastCosine: baseline?.leastCosine ?? null,
    latentParameters: variant.parameters(config),
    buffers: [
      ...(config.center === "mean" ? [{ name: INPUT_MEAN, size: dInput, initial: 0, isSaved: false }] : []),
      ...Object.entries(variant.buffers).map(([name, initial]) => ({ name, size: 1, initial, isSaved: true })),
      // A sigmoid is never 0, so no last active step is kept.
      ...(variant.activates === "sigmoid"
        ? []
        : [{ name: LAST_FIRED, size: config.latent, initial: 0, isSaved: false }]),
      ...((baseline?.leastCosine ?? null) === null
        ? []
        : [{ name: START_DIRECTIONS, size: config.latent * dInput, initial: 0, isSaved: false }]),
    ],
  };
}

/**
 * The model's parameters in PyTorch's order: each layer's weight `[dOut, dIn]` and bias `[dOut]`, then the variant's.
 */
export function parameterSpecs({ layers, latentParameters, nLatents }: Architecture): ParameterSpec[] {
  return [
    ...layers.flatMap(({ name, dIn, dOut, isFrozen }) => [
      { name: `${name}.weight`, shape: [dOut, dIn], rate: isFrozen ? 0 : 1 },
      { name: `${name}.bias`, shape: [dOut], rate: 1 },
    ]),
    ...Object.entries(latentParameters).map(([name, { rate }]) => ({
      name: latentParameterName(name),
      shape: [nLatents],
      rate,
    })),
  ];
}

/** What a variant's own parameter is called among the others. */
export function latentParameterName(name: string): string {
  return `latents.${name}`;
}

/** A model's buffers before the first step. */
export function initialBuffers({ buffers }: Architecture): Parameters {
  return Object.fromEntries(buffers.map(({ name, size, initial }) => [name, new Float32Array(size).fill(initial)]));
}

/** The decoder's first layer, whose inputs are the latents. */
export function decoderLayer({ layers, latentIndex }: Architecture): Layer {
  return layers[latentIndex + 1];
}

/** Whether the decoder is a single linear layer: each latent adds its own direction. */
export function isLinearDecoder({ layers, latentIndex }: Architecture): boolean {
  return latentIndex === layers.length - 2 && layers.at(-1)!.activation === "linear";
}

/** How many numbers the model has. */
export function parameterCount(arch: Architecture): number {
  return parameterSpecs(arch).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
}

/**
 * Checks that parameters have the names and sizes an architecture needs, no more and no less.
 *
 * @throws {TypeError} A name or size differs.
 */
export function assertParameters(params: Parameters, arch: Architecture): void {
  const specs = parameterSpecs(arch);
  const extra = Object.keys(params).find((name) => !specs.some((spec) => spec.name === name));
  if (extra) {
    throw new TypeError(
      `Cannot load parameters: ${extra} is there, expected only ${specs.map((s) => s.name).join(", ")}`,
    );
  }
  for (const { name, shape } of specs) {
    const size = shape.reduce((a, b) => a * b);
    if (params[name]?.length !== size) {
      throw new TypeError(
        `Cannot load ${name}: length is ${params[name]?.length}, expected ${size} for shape [${shape}]`,
      );
    }
  }
}

/**
 * Checks that a state's buffers have the sizes an architecture needs.
 *
 * @throws {TypeError} One is missing or of another size.
 */
export function assertBuffers(buffers: Parameters, arch: Architecture): void {
  for (const { name, size } of arch.buffers) {
    const length = buffers[name]?.length;
    if (length !== size) throw new TypeError(`Cannot load buffer ${name}: length is ${length}, expected ${size}`);
  }
}
