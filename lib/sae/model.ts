/**
 * The autoencoder's shape, and the project's glossary.
 *
 *     h = hidden(x)                 encoder hidden layers, ReLU (sigmoid with `penalize all`)
 *     z = σ(h Wᵀ + b)               the latents
 *     x̂ = σ(decoder(z))             the reconstruction
 *
 * | word       | shape              | meaning                                                             |
 * | ---------- | ------------------ | ------------------------------------------------------------------- |
 * | `batch`    |                    | images in one step                                                  |
 * | `dInput`   |                    | pixels of one image (height · width)                                |
 * | `dHidden`  |                    | units of a hidden layer                                             |
 * | `nLatents` |                    | units of the latent layer                                           |
 * | `preActs`  | [batch, nLatents]  | a layer's output before its activation                              |
 * | `acts`     | [batch, nLatents]  | the latents z, in [0, 1]                                            |
 * | `logits`   | [batch, dInput]    | the output layer before its sigmoid                                 |
 * | `recon`    | [batch, dInput]    | the reconstruction x̂ = σ(logits), in [0, 1]                         |
 * | `rho`      |                    | ρ, the wanted mean activation                                       |
 * | `rhoHat`   | [nLatents]         | ρ̂, the measured mean activation over a batch or split               |
 * | `beta`     |                    | β, the penalty's weight                                             |
 *
 * Shapes and names alone: no numbers are computed here. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";

/** One fully connected layer: y = activation(x Wᵀ + b). */
export interface Layer {
  /** The name PyTorch gives it in the seed's `Autoencoder`: `encoder.0`, `encoder.2`, `decoder.0`, … */
  name: string;
  dIn: number;
  dOut: number;
  activation: "relu" | "sigmoid";
  /** Whether the sparsity penalty is on this layer's activations. */
  isPenalized: boolean;
}

/** The layers from input to output, and which of them is the latent one. */
export interface Architecture {
  dInput: number;
  nLatents: number;
  layers: Layer[];
  /** Index of the latent layer in `layers`. */
  latentIndex: number;
}

/** The knobs of the loss: reconstruction + β · Σ_l Σⱼ D_KL(ρ‖ρ̂ⱼ). */
export interface Objective {
  loss: "mse" | "bce";
  rho: number;
  beta: number;
}

/** A named array of the model. Weights are stored as PyTorch stores them: `[dOut, dIn]`, row-major. */
export interface ParameterSpec {
  name: string;
  shape: number[];
}

/** Every parameter by PyTorch's name, float32, row-major, in PyTorch's layout. */
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
  const encoderWidths = [dInput, ...config.hidden, config.latent];
  const decoderWidths = [...encoderWidths].reverse();
  const half = (part: "encoder" | "decoder", widths: number[]): Layer[] =>
    widths.slice(1).map((dOut, i) => {
      const isLast = i === widths.length - 2; // the latent layer, or the output
      return {
        name: `${part}.${2 * i}`, // nn.Sequential counts the activations too
        dIn: widths[i],
        dOut,
        activation: isLast ? "sigmoid" : config.hiddenActivation,
        isPenalized: isLast ? part === "encoder" : config.penalize === "all",
      };
    });
  return {
    dInput,
    nLatents: config.latent,
    layers: [...half("encoder", encoderWidths), ...half("decoder", decoderWidths)],
    latentIndex: config.hidden.length,
  };
}

/** The model's parameters in PyTorch's order: each layer's weight `[dOut, dIn]`, then its bias `[dOut]`. */
export function parameterSpecs({ layers }: Architecture): ParameterSpec[] {
  return layers.flatMap(({ name, dIn, dOut }) => [
    { name: `${name}.weight`, shape: [dOut, dIn] },
    { name: `${name}.bias`, shape: [dOut] },
  ]);
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
