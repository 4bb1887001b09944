/**
 * Fully connected layers in plain TypeScript, float64 sums over float32 weights: what encoder and decoder have in common.
 *
 * Values alone; nothing is trained. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Layer, Parameters } from "./model.ts";

/** Rows computed at a time: their activations are kept in float64. */
export const CHUNK_ROWS = 64;

/** The weights of some layers, laid out so that an input of 0 costs nothing. */
export class LayerWeights {
  readonly #params: Parameters;
  /** Weights by input, `[dIn, dOut]`. */
  readonly #weights: Record<string, Float32Array>;

  /** @param params The weight and bias of each of the layers, by PyTorch's names; others are not read. */
  constructor(params: Parameters, layers: Layer[]) {
    this.#params = params;
    this.#weights = Object.fromEntries(
      layers.map(({ name, dIn, dOut }) => [name, transposed(params[`${name}.weight`], { dIn, dOut })]),
    );
  }

  /** One of the layers before its activation, `[rows, dOut]`, of inputs `[rows, dIn]`. */
  multiply({ name, dIn, dOut }: Layer, inputs: Float64Array): Float64Array<ArrayBuffer> {
    const weight = this.#weights[name], bias = this.#params[`${name}.bias`];
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

/** What a layer other than the latent one makes of its sums. */
export function activated(values: Float64Array<ArrayBuffer>, { activation }: Layer): Float64Array<ArrayBuffer> {
  if (activation === "relu") return values.map((value) => Math.max(value, 0));
  return activation === "sigmoid" ? values.map((value) => 1 / (1 + Math.exp(-value))) : values;
}

/**
 * How many rows of `width` numbers an array has.
 *
 * @throws {TypeError} It does not end with a row.
 */
export function wholeRows(length: number, { width, what }: { width: number; what: string }): number {
  if (length % width === 0) return length / width;
  throw new TypeError(`Cannot read ${what}: there are ${length} numbers, expected a multiple of ${width}`);
}

function transposed(matrix: Float32Array, { dIn, dOut }: { dIn: number; dOut: number }): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let j = 0; j < dOut; j++) for (let d = 0; d < dIn; d++) result[d * dOut + j] = matrix[j * dIn + d];
  return result;
}
