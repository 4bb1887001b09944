/**
 * A trained model on inputs: latents from inputs, reconstructions from latents, in plain TypeScript.
 *
 * Every variant, by its own equations; slower than an engine, but needs none. Does not train, and reads no file.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { typeName } from "../errors.ts";
import { assertPixels, type Pixels, pixelScale } from "../pixels.ts";
import { arrayOps, type ArrayTensor, arrayTensor } from "./array_ops.ts";
import {
  type Architecture,
  INPUT_MEAN,
  latentParameterName,
  type Layer,
  type Objective,
  type Parameters,
} from "./model.ts";
import { VARIANTS } from "./sparsity/variants.ts";

/** The latents that are not 0, row by row. */
export interface SparseActs {
  /** Row i has entries `offsets[i]` to `offsets[i + 1]`, exclusive; `[count + 1]`. */
  offsets: Uint32Array<ArrayBuffer>;
  /** Which latent each entry is of, ascending in a row. */
  indices: Uint32Array<ArrayBuffer>;
  /** Its activation. */
  values: Float32Array<ArrayBuffer>;
}

/** A trained model. */
export interface TrainedModel {
  arch: Architecture;
  objective: Pick<Objective, "sparsity" | "knobs">;
  /** By the names of `parameterSpecs`. */
  params: Parameters;
  /** The variant's buffers, such as a learned threshold, and x̄ of an architecture with centred inputs. */
  buffers: Parameters;
}

/** Rows computed at a time: their activations are kept in float64. */
const CHUNK_ROWS = 64;

/** See the module comment. */
export class Inference {
  readonly #model: TrainedModel;
  /** Weights by input: `[dIn, dOut]`, so that an input of 0 costs nothing. */
  readonly #weights: Record<string, Float32Array>;

  constructor(model: TrainedModel) {
    this.#model = model;
    this.#weights = Object.fromEntries(
      model.arch.layers.map(({ name, dIn, dOut }) => [name, transposed(model.params[`${name}.weight`], { dIn, dOut })]),
    );
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
   * @throws {TypeError} They are of another type, or not whole rows.
   * @throws {RangeError} An entry is of a latent that is not there, or the parts of sparse latents contradict each other.
   */
  decode(acts: Float32Array | SparseActs): Float32Array<ArrayBuffer> {
    const { dInput, nLatents, layers, latentIndex } = this.#model.arch;
    const count = acts instanceof Float32Array
      ? wholeRows(acts.length, { width: nLatents, what: "latents" })
      : sparseRows(acts);
    const recon = new Float32Array(count * dInput);
    for (let row = 0; row < count; row += CHUNK_ROWS) {
      const end = Math.min(count, row + CHUNK_ROWS);
      const dense = acts instanceof Float32Array
        ? acts.subarray(row * nLatents, end * nLatents)
        : toDense(acts, { from: row, to: end, nLatents });
      let values = Float64Array.from(dense);
      for (const layer of layers.slice(latentIndex + 1)) values = activated(this.#multiply(layer, values), layer);
      recon.set(values, row * dInput);
    }
    return recon;
  }

  #encodeRows(pixels: Pixels): Float64Array {
    const { arch: { layers, latentIndex, dInput, nLatents }, params, buffers, objective } = this.#model;
    const scale = pixelScale(pixels);
    const origin = this.#inputOrigin();
    let values = Float64Array.from(pixels, (value, i) => value * scale - (origin?.[i % dInput] ?? 0));
    for (const layer of layers.slice(0, latentIndex)) values = activated(this.#multiply(layer, values), layer);
    const { latents, inferredLatents = latents, parameters } = VARIANTS[objective.sparsity];
    const tensorOf = (array: Float32Array) => arrayTensor(Float64Array.from(array), [array.length]);
    const own = Object.keys(parameters(objective.knobs)).map((name) => [name, params[latentParameterName(name)]]);
    const preActs = this.#multiply(layers[latentIndex], values);
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

  /** A layer before its activation, `[rows, dOut]`. */
  #multiply({ name, dIn, dOut }: Layer, inputs: Float64Array): Float64Array<ArrayBuffer> {
    const weight = this.#weights[name], bias = this.#model.params[`${name}.bias`];
    const outputs = new Float64Array(inputs.length / dIn * dOut);
    for (let row = 0, at = 0; at < inputs.length; row++) {
      const sums = outputs.subarray(row * dOut, (row + 1) * dOut);
      sums.set(bias);
      for (let d = 0; d < dIn; d++, at++) {
        const input = inputs[at];
        if (input === 0) continue;
        for (let j = 0, w = d * dOut; j < dOut; j++, w++) sums[j] += input * weight[w];
      }
    }
    return outputs;
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
 * Rows [from, to) of sparse latents as dense ones, `[to − from, nLatents]`.
 *
 * @throws {RangeError} An index is not a latent's.
 */
function toDense(
  { offsets, indices, values }: SparseActs,
  { from, to, nLatents }: { from: number; to: number; nLatents: number },
): Float32Array {
  const acts = new Float32Array((to - from) * nLatents);
  for (let row = from; row < to; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      if (!(indices[entry] < nLatents)) {
        throw new RangeError(`Cannot decode latent ${indices[entry]}: there are ${nLatents}, expected a smaller index`);
      }
      acts[(row - from) * nLatents + indices[entry]] = values[entry];
    }
  }
  return acts;
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

/**
 * How many rows sparse latents have. Rows of a larger whole are taken too: offsets need not begin at 0.
 *
 * @throws {TypeError} A part is missing or of another type.
 * @throws {RangeError} The parts contradict each other.
 */
function sparseRows(acts: SparseActs): number {
  const parts = [["offsets", Uint32Array], ["indices", Uint32Array], ["values", Float32Array]] as const;
  for (const [name, type] of parts) {
    const part: unknown = acts?.[name];
    if (part instanceof type) continue;
    const now = part === undefined ? `their type is ${typeName(acts)}` : `the type of ${name} is ${typeName(part)}`;
    const expected = part === undefined ? "Float32Array, or offsets, indices and values" : type.name;
    throw new TypeError(`Cannot decode latents: ${now}, expected ${expected}`);
  }
  const { offsets, indices, values } = acts;
  const fail = (now: string, expected: string) => new RangeError(`Cannot decode latents: ${now}, expected ${expected}`);
  if (offsets.length === 0) throw fail("there are no offsets", "one more than rows");
  if (values.length !== indices.length) {
    throw fail(`there are ${values.length} values`, `${indices.length}, as indices`);
  }
  for (let row = 1; row < offsets.length; row++) {
    if (offsets[row] >= offsets[row - 1]) continue;
    throw fail(`offset ${row} is ${offsets[row]} after ${offsets[row - 1]}`, "none smaller than the one before");
  }
  const end = offsets[offsets.length - 1];
  if (end > indices.length) throw fail(`the last offset is ${end}`, `at most the ${indices.length} entries`);
  return offsets.length - 1;
}

/** @throws {TypeError} An array does not end with a row. */
function wholeRows(length: number, { width, what }: { width: number; what: string }): number {
  if (length % width === 0) return length / width;
  throw new TypeError(`Cannot read ${what}: there are ${length} numbers, expected a multiple of ${width}`);
}

function transposed(matrix: Float32Array, { dIn, dOut }: { dIn: number; dOut: number }): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let j = 0; j < dOut; j++) for (let d = 0; d < dIn; d++) result[d * dOut + j] = matrix[j * dIn + d];
  return result;
}

/** Activates a layer that is not the latent one. */
function activated(values: Float64Array<ArrayBuffer>, { activation }: Layer): Float64Array<ArrayBuffer> {
  if (activation === "relu") return values.map((value) => Math.max(value, 0));
  return activation === "sigmoid" ? values.map((value) => 1 / (1 + Math.exp(-value))) : values;
}
