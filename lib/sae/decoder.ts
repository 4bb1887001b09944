/**
 * The decoder of a trained model: reconstructions from latents, in plain TypeScript.
 *
 * Reads no file and knows no encoder, so that a page can decode with the decoder's weights alone. PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import { typeName } from "../errors.ts";
import { activated, CHUNK_ROWS, LayerWeights, wholeRows } from "./layer_weights.ts";
import type { Layer, Parameters } from "./model.ts";

/** The latents that are not 0, row by row. */
export interface SparseActs {
  /** Row i has entries `offsets[i]` to `offsets[i + 1]`, exclusive; `[count + 1]`. */
  offsets: Uint32Array<ArrayBuffer>;
  /** Which latent each entry is of, ascending in a row. */
  indices: Uint32Array<ArrayBuffer>;
  /** Its activation. */
  values: Float32Array<ArrayBuffer>;
}

/** See the module comment. */
export class Decoder {
  readonly #layers: Layer[];
  readonly #weights: LayerWeights;

  /**
   * @param options.layers The layers after the latent one, in order; at least one.
   * @param options.params Their weights and biases by PyTorch's names; others are not read.
   */
  constructor({ layers, params }: { layers: Layer[]; params: Parameters }) {
    this.#layers = layers;
    this.#weights = new LayerWeights(params, layers);
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
    const nLatents = this.#layers[0].dIn, dInput = this.#layers.at(-1)!.dOut;
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
      for (const layer of this.#layers) values = activated(this.#weights.multiply(layer, values), layer);
      recon.set(values, row * dInput);
    }
    return recon;
  }
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
