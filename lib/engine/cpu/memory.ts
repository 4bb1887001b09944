/**
 * The kernels' memory: what lies where, and its translation from and to the engine's states and plans.
 *
 * Writes the structs of `kernels/layout.ts`, field by field in their order. Runs nothing. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { type Parameters, parameterSpecs } from "../../sae/model.ts";
import type { StepDefinition, StepPlan, TrainingState } from "../engine.ts";

/** Steps one call of the kernels can run. */
export const STEPS_PER_CALL = 256;

/**
 * Below this share of pixels that are not 0 the lists of `kernels/sparse.ts` are faster than the dense product. Measured
 * at MNIST's 0.19: product and update 2.3 ms dense, 1.25 ms with lists, whose cost grows with the share; even at about 0.4.
 */
const SPARSE_SHARE = 0.35;

const PAGE_BYTES = 65536;
const LINE_BYTES = 64;
/** The compiler keeps its own data in the first page. */
const FIRST_FREE = PAGE_BYTES;
const MODEL_FIELDS = 20;
const LAYER_FIELDS = 13;
const STEP_FIELDS = 7;

/** A matrix in memory, rows `stride` bytes apart. */
interface Matrix {
  address: number;
  stride: number;
}

/** One layer's addresses; see `kernels/layout.ts`. */
interface LayerPlace {
  weights: Matrix;
  transposed: Matrix | null;
  bias: number;
  mask: number;
  outputs: Matrix;
  gradients: Matrix;
}

/** What one memory is made for. */
export interface MemoryOptions {
  /** Training images as bytes, `[count, dInput]`; copied. */
  pixels: Uint8Array;
  /** Most images in one step, or in one call of `infer`. */
  maxRows: number;
  threads: number;
  isShared: boolean;
  /** Whether the first layer works on lists of the pixels that are not 0; by default where that is faster. */
  isSparse?: boolean;
}

/** Memory for one definition, one set of images and batches up to a size. */
export class EngineMemory {
  readonly memory: WebAssembly.Memory;
  readonly maxRows: number;
  /** Address of the `Model`. */
  readonly model: number;
  /** Address of the first `Step`. */
  readonly steps: number;
  readonly #definition: StepDefinition;
  readonly #floats: Float32Array<ArrayBuffer>;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #layers: LayerPlace[] = [];
  readonly #inputs: Matrix;
  readonly #bytes: Matrix;
  readonly #indices: number;
  readonly #toMoment: number;
  #end = FIRST_FREE;

  constructor(definition: StepDefinition, { pixels, maxRows, threads, isShared, isSparse }: MemoryOptions) {
    const { arch, objective, adam } = this.#definition = definition;
    this.maxRows = maxRows = roundUp(maxRows, 4);
    const barrier = this.#take(2 * LINE_BYTES);
    this.model = this.#take(4 * MODEL_FIELDS);
    const layerTable = this.#take(4 * LAYER_FIELDS * arch.layers.length);
    this.steps = this.#take(4 * STEP_FIELDS * STEPS_PER_CALL);
    this.#indices = this.#take(4 * STEPS_PER_CALL * maxRows);

    const parameters = this.#end;
    const matrices = arch.layers.map(({ dIn, dOut }) => ({
      weights: this.#takeMatrix(dIn, dOut),
      bias: this.#takeMatrix(1, dOut).address,
    }));
    this.#toMoment = this.#end - parameters;
    this.#take(2 * this.#toMoment);
    this.#inputs = this.#takeMatrix(maxRows, arch.dInput);
    this.#layers = arch.layers.map(({ dIn, dOut }, l) => ({
      ...matrices[l],
      transposed: l === 0 ? null : this.#takeMatrix(dOut, dIn),
      mask: this.#takeMatrix(1, dOut).address,
      outputs: this.#takeMatrix(maxRows, dOut),
      gradients: this.#takeMatrix(maxRows, dOut),
    }));
    const bytesStride = roundUp(arch.dInput, 16);
    this.#bytes = { address: this.#take(bytesStride * maxRows), stride: bytesStride };
    const rowLosses = this.#take(16 * maxRows);
    const scratchBytes = this.#scratchBytes();
    const scratch = this.#take(scratchBytes * threads);
    const pixelBytes = this.#take(pixels.length);

    const pages = Math.ceil(this.#end / PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: isShared ? pages : undefined, shared: isShared });
    const buffer = this.memory.buffer as ArrayBuffer;
    this.#floats = new Float32Array(buffer);
    this.#words = new Uint32Array(buffer);
    new Uint8Array(buffer).set(pixels, pixelBytes);
    this.#words.set([
      ...[layerTable, arch.layers.length, threads, barrier, pixelBytes, arch.dInput],
      Number(isSparse ?? shareOfNonZero(pixels) < SPARSE_SHARE),
      ...[this.#bytes.address, bytesStride, rowLosses, scratch, scratchBytes, this.#toMoment],
      Number(objective.loss === "bce"),
    ], this.model / 4);
    const { beta1, beta2, epsilon } = adam;
    this.#floats.set(
      [objective.knobs.rho, beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
      this.model / 4 + 14,
    );
    this.#layers.forEach((layer, l) => this.#writeLayer(layer, { l, address: layerTable + 4 * LAYER_FIELDS * l }));
  }

  /** Copies a state in. */
  writeState({ params, m, v }: TrainingState): void {
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#toMoment;
      this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
        const { weights, bias, transposed } = this.#layers[l];
        const source = values[`${name}.weight`];
        const target = this.#view({ address: weights.address + offset, stride: weights.stride }, dIn);
        for (let o = 0; o < dOut; o++) {
          for (let i = 0; i < dIn; i++) target[i * weights.stride / 4 + o] = source[o * dIn + i];
        }
        this.#floats.set(values[`${name}.bias`], (bias + offset) / 4);
        if (part === 0 && transposed) this.#writeRows(transposed, { values: source, width: dIn });
      });
    }
  }

  /** A copy of the parameters (`part` 0), m (1) or v (2), by name. */
  readParameters(part: 0 | 1 | 2): Parameters {
    const offset = part * this.#toMoment;
    const values: Parameters = Object.fromEntries(
      parameterSpecs(this.#definition.arch).map(({ name, shape }) => [
        name,
        new Float32Array(shape.reduce((a, b) => a * b)),
      ]),
    );
    this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
      const { weights, bias } = this.#layers[l];
      const source = this.#view({ address: weights.address + offset, stride: weights.stride }, dIn);
      const target = values[`${name}.weight`];
      for (let o = 0; o < dOut; o++) {
        for (let i = 0; i < dIn; i++) target[o * dIn + i] = source[i * weights.stride / 4 + o];
      }
      values[`${name}.bias`].set(this.#floats.subarray((bias + offset) / 4).subarray(0, dOut));
    });
    return values;
  }

  /**
   * Writes `nSteps` steps of a plan from its step `first` on.
   *
   * @param options.t Adam's number of the first of them, from 1.
   */
  writeSteps(plan: StepPlan, options: { first: number; nSteps: number; t: number }): void {
    const { beta1, beta2 } = this.#definition.adam;
    const { first, nSteps, t } = options;
    const { indices, batch } = plan;
    this.#words.set(indices.subarray(first * batch, (first + nSteps) * batch), this.#indices / 4);
    for (let i = 0; i < nSteps; i++) {
      const at = this.steps / 4 + i * STEP_FIELDS;
      this.#words[at] = this.#indices + 4 * i * batch;
      this.#words[at + 1] = Math.min(batch, indices.length - (first + i) * batch);
      this.#floats[at + 2] = plan.learningRates[first + i] / (1 - beta1 ** (t + i));
      this.#floats[at + 3] = 1 / Math.sqrt(1 - beta2 ** (t + i));
      this.#floats[at + 4] = plan.weights[first + i];
    }
  }

  /** The losses of step `i` of those last written. */
  lossesOf(i: number): { reconstruction: number; penalty: number } {
    const at = this.steps / 4 + i * STEP_FIELDS;
    return { reconstruction: this.#floats[at + 5], penalty: this.#floats[at + 6] };
  }

  /** Writes images for `infer`, `[rows, dInput]` as bytes. */
  writeImages(pixels: Uint8Array): void {
    const { dInput } = this.#definition.arch;
    const { address, stride } = this.#bytes;
    const target = new Uint8Array(this.memory.buffer, address, stride * this.maxRows);
    target.fill(0);
    for (let row = 0; row * dInput < pixels.length; row++) {
      target.set(pixels.subarray(row * dInput, (row + 1) * dInput), row * stride);
    }
  }

  /** Writes the activations of layer `l`, `[rows, dOut]`, for the layers after it. */
  writeActivations(l: number, acts: Float32Array): void {
    const { outputs } = this.#layers[l];
    this.#view(outputs, this.maxRows).fill(0);
    this.#writeRows(outputs, { values: acts, width: this.#definition.arch.layers[l].dOut });
  }

  /** Reads the activations of layer `l` (the output's: logits) into `target`, `[rows, dOut]`. */
  readActivations(l: number, target: Float32Array): void {
    this.#readRows(this.#layers[l].outputs, { target, width: this.#definition.arch.layers[l].dOut });
  }

  /** Reads x̂ into `target`, `[rows, dInput]`; it is there after a pass without training. */
  readRecon(target: Float32Array): void {
    this.#readRows(this.#layers.at(-1)!.gradients, { target, width: this.#definition.arch.dInput });
  }

  #readRows({ address, stride }: Matrix, { target, width }: { target: Float32Array; width: number }): void {
    for (let row = 0; row * width < target.length; row++) {
      const start = (address + row * stride) / 4;
      target.set(this.#floats.subarray(start, start + width), row * width);
    }
  }

  #writeRows({ address, stride }: Matrix, { values, width }: { values: Float32Array; width: number }): void {
    for (let row = 0; row * width < values.length; row++) {
      this.#floats.set(values.subarray(row * width, (row + 1) * width), (address + row * stride) / 4);
    }
  }

  #writeLayer(place: LayerPlace, { l, address }: { l: number; address: number }): void {
    const { dIn, dOut, activation, isPenalized } = this.#definition.arch.layers[l];
    const inputs = l === 0 ? this.#inputs : this.#layers[l - 1].outputs;
    this.#words.set([
      ...[inputs.address, inputs.stride, place.outputs.address, place.outputs.stride, place.gradients.address],
      ...[place.weights.address, place.transposed?.address ?? 0, place.bias, place.mask],
      ...[roundUp(dIn, 8), roundUp(dOut, 8), Number(activation === "sigmoid"), Number(isPenalized)],
    ], address / 4);
    this.#words.fill(0xffffffff, place.mask / 4, place.mask / 4 + dOut);
  }

  /** Room for one thread: the lists of one image or of 16 pixels, or the means of one layer. */
  #scratchBytes(): number {
    const { dInput, layers } = this.#definition.arch;
    const widest = Math.max(...layers.map(({ dOut }) => roundUp(dOut, 8)));
    const pixelLists = 16 * 4 + 16 * this.maxRows * 8 + 4 * widest;
    return roundUp(Math.max(8 * dInput, pixelLists), LINE_BYTES);
  }

  #view({ address, stride }: Matrix, rows: number): Float32Array {
    return this.#floats.subarray(address / 4, (address + rows * stride) / 4);
  }

  /** Room for a matrix with its width and height rounded up to 8. */
  #takeMatrix(rows: number, width: number): Matrix {
    const lines = Math.ceil(4 * roundUp(width, 8) / LINE_BYTES);
    const stride = LINE_BYTES * (lines | 1); // an odd number of cache lines: columns spread over all of the cache's sets
    return { address: this.#take(stride * roundUp(rows, 8)), stride };
  }

  #take(bytes: number): number {
    const address = this.#end;
    this.#end = roundUp(address + bytes, LINE_BYTES);
    return address;
  }
}

function roundUp(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

/** The share of bytes that are not 0, from a million of them at most. */
function shareOfNonZero(pixels: Uint8Array): number {
  const stride = 2 * Math.floor(pixels.length / 2e6) + 1; // odd: every column of an image is met
  let nonZero = 0;
  let count = 0;
  for (let i = 0; i < pixels.length; i += stride, count++) if (pixels[i] !== 0) nonZero++;
  return count ? nonZero / count : 1;
}
