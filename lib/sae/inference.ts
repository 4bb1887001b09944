/**
 * A trained model on inputs: latents from inputs, reconstructions from latents, in plain TypeScript.
 *
 * Every variant, by its own equations; slower than an engine, but needs none. Does not train, and reads no file.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { assertPixels, type Pixels, pixelScale } from "../pixels.ts";
import { arrayOps, type ArrayTensor, arrayTensor } from "./array_ops.ts";
import { Decoder, type SparseActs } from "./decoder.ts";
import { activated, CHUNK_ROWS, LayerWeights, wholeRows } from "./layer_weights.ts";
import { type Architecture, INPUT_MEAN, latentParameterName, type Objective, type Parameters } from "./model.ts";
import { VARIANTS } from "./sparsity/variants.ts";

/** A trained model. */
export interface TrainedModel {
  arch: Architecture;
  objective: Pick<Objective, "sparsity" | "knobs">;
  /** By the names of `parameterSpecs`. */
  params: Parameters;
  /** The variant's buffers, such as a learned threshold, and x̄ of an architecture with centred inputs. */
  buffers: Parameters;
}

/** See the module comment. */
export class Inference {
  readonly #model: TrainedModel;
  readonly #encoder: LayerWeights;
  readonly #decoder: Decoder;

  constructor(model: TrainedModel) {
    const { arch: { layers, latentIndex }, params } = model;
    this.#model = model;
    this.#encoder = new LayerWeights(params, layers.slice(0, latentIndex + 1));
    this.#decoder = new Decoder({ layers: layers.slice(latentIndex + 1), params });
  }

  /**
   * The latents of inputs.
   *
   * @param pixels `[count, dInput]`.
   * @returns `[count, nLatents]`.
   * @throws {TypeError} They are of another type, or not whole inputs.
   * @throws {RangeError} A number is not finite.
   */
  encode(pixels: Pixels): Float32Array<ArrayBuffer> {
    const { dInput, nLatents } = this.#model.arch;
    const acts = new Float32Array(inputRows(pixels, { dInput }) * nLatents);
    for (let row = 0; row * dInput < pixels.length; row += CHUNK_ROWS) {
      acts.set(this.#encodeRows(pixels.subarray(row * dInput, (row + CHUNK_ROWS) * dInput) as Pixels), row * nLatents);
    }
    return acts;
  }

  /**
   * The latents of inputs that are not 0; no array of `[count, nLatents]` is made. With KL none is exactly 0.
   *
   * @throws As {@linkcode encode} does.
   */
  encodeSparse(pixels: Pixels): SparseActs {
    const { dInput, nLatents } = this.#model.arch;
    inputRows(pixels, { dInput });
    const chunks: SparseActs[] = [];
    for (let row = 0; row * dInput < pixels.length; row += CHUNK_ROWS) {
      const acts = this.#encodeRows(pixels.subarray(row * dInput, (row + CHUNK_ROWS) * dInput) as Pixels);
      chunks.push(toSparse(Float32Array.from(acts), { nLatents }));
    }
    return joined(chunks);
  }

  /**
   * The reconstructions that latents stand for.
   *
   * @param acts `[count, nLatents]`, or the entries that are not 0.
   * @returns `[count, dInput]`.
   * @throws As {@linkcode Decoder.decode} does.
   */
  decode(acts: Float32Array | SparseActs): Float32Array<ArrayBuffer> {
    return this.#decoder.decode(acts);
  }

  #encodeRows(pixels: Pixels): Float64Array {
    const { arch: { layers, latentIndex, dInput, nLatents }, params, buffers, objective } = this.#model;
    const scale = pixelScale(pixels);
    const origin = this.#inputOrigin();
    let values = Float64Array.from(pixels, (value, i) => value * scale - (origin?.[i % dInput] ?? 0));
    for (const layer of layers.slice(0, latentIndex)) values = activated(this.#encoder.multiply(layer, values), layer);
    const { latents, inferredLatents = latents, parameters } = VARIANTS[objective.sparsity];
    const tensorOf = (array: Float32Array) => arrayTensor(Float64Array.from(array), [array.length]);
    const own = Object.keys(parameters(objective.knobs)).map((name) => [name, params[latentParameterName(name)]]);
    const preActs = this.#encoder.multiply(layers[latentIndex], values);
    const acts = inferredLatents(arrayOps, {
      preActs: arrayTensor(preActs, [preActs.length / nLatents, nLatents]),
      bias: tensorOf(params[`${layers[latentIndex].name}.bias`]),
      params: Object.fromEntries(own.map(([name, array]) => [name, tensorOf(array as Float32Array)])),
      buffers: Object.fromEntries(Object.entries(buffers).map(([name, array]) => [name, tensorOf(array)])),
      knobs: objective.knobs,
    });
    return (acts as ArrayTensor).values;
  }

  /** What is subtracted from an input before the first layer: the decoder's bias, the mean training input, or nothing. */
  #inputOrigin(): Float32Array | null {
    const { arch: { layers, hasPreBias, hasCenteredInput }, params, buffers } = this.#model;
    if (hasPreBias) return params[`${layers.at(-1)!.name}.bias`];
    return hasCenteredInput ? buffers[INPUT_MEAN] : null;
  }
}

/** The entries of dense latents that are not 0. */
function toSparse(acts: Float32Array, { nLatents }: { nLatents: number }): SparseActs {
  const count = wholeRows(acts.length, { width: nLatents, what: "latents" });
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < acts.length; i++) if (acts[i] !== 0) offsets[Math.floor(i / nLatents) + 1]++;
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row];
  const indices = new Uint32Array(offsets[count]), values = new Float32Array(offsets[count]);
  for (let i = 0, entry = 0; i < acts.length; i++) {
    if (acts[i] === 0) continue;
    indices[entry] = i % nLatents;
    values[entry++] = acts[i];
  }
  return { offsets, indices, values };
}

/** The entries of rows that follow each other. */
function joined(chunks: SparseActs[]): SparseActs {
  const sum = (lengthOf: (chunk: SparseActs) => number) => chunks.reduce((total, chunk) => total + lengthOf(chunk), 0);
  const entries = sum(({ indices }) => indices.length);
  const all: SparseActs = {
    offsets: new Uint32Array(sum(({ offsets }) => offsets.length - 1) + 1),
    indices: new Uint32Array(entries),
    values: new Float32Array(entries),
  };
  let row = 0, entry = 0;
  for (const { offsets, indices, values } of chunks) {
    all.indices.set(indices, entry);
    all.values.set(values, entry);
    for (let i = 1; i < offsets.length; i++) all.offsets[++row] = entry + offsets[i];
    entry += indices.length;
  }
  return all;
}

/**
 * How many inputs there are.
 *
 * @throws {TypeError} They are of another type, or not whole inputs.
 * @throws {RangeError} A number is not finite.
 */
function inputRows(pixels: Pixels, { dInput }: { dInput: number }): number {
  assertPixels(pixels, "encode inputs");
  const count = wholeRows(pixels.length, { width: dInput, what: "inputs" });
  for (let i = 0; i < pixels.length; i++) {
    if (Number.isFinite(pixels[i])) continue;
    const now = `number ${i % dInput} of row ${Math.floor(i / dInput)} is ${pixels[i]}`;
    throw new RangeError(`Cannot encode inputs: ${now}, expected finite numbers`);
  }
  return count;
}
