/**
 * The memory of a model of layers: what lies where, and its translation from and to the engine's states.
 *
 * Writes the structs of `kernels/layout.ts`, field by field in their order. Runs nothing. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { asBytes, type Pixels } from "../../pixels.ts";
import { type Parameters, parameterSpecs } from "../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../engine.ts";
import { Arena, type Matrix, roundUp } from "./arena.ts";
import type { MemoryOptions, ModelMemory } from "./model_memory.ts";
import { StepSlots } from "./step_slots.ts";
import { BARRIER_BYTES, type ThreadCall } from "./thread_call.ts";

const LINE_BYTES = 64;
const MODEL_FIELDS = 20;
const LAYER_FIELDS = 13;

/** One layer's addresses; see `kernels/layout.ts`. */
interface LayerPlace {
  weights: Matrix;
  transposed: Matrix | null;
  bias: number;
  mask: number;
  outputs: Matrix;
  gradients: Matrix;
}

/** Memory for one definition, one set of images and batches up to a size. */
export class LayeredMemory implements ModelMemory {
  readonly maxRows: number;
  readonly steps: StepSlots;
  readonly barrier: number;
  readonly #arena = new Arena();
  /** Address of the `Model`. */
  readonly #model: number;
  readonly #definition: StepDefinition;
  readonly #layers: LayerPlace[] = [];
  readonly #inputs: Matrix;
  readonly #bytes: Matrix;
  readonly #toMoment: number;

  constructor(definition: StepDefinition, options: MemoryOptions) {
    const { pixels: images, threads, isShared, isSparse } = options;
    const pixels = asBytes(images);
    const { arch, objective, adam } = this.#definition = definition;
    const arena = this.#arena;
    const maxRows = this.maxRows = roundUp(options.maxRows, 4);
    const barrier = this.barrier = arena.take(BARRIER_BYTES);
    this.#model = arena.take(4 * MODEL_FIELDS);
    const layerTable = arena.take(4 * LAYER_FIELDS * arch.layers.length);
    this.steps = new StepSlots(arena, { adam, maxRows });

    const parameters = arena.end;
    const matrices = arch.layers.map(({ dIn, dOut }) => ({
      weights: arena.takeMatrix(dIn, dOut),
      bias: arena.takeMatrix(1, dOut).address,
    }));
    this.#toMoment = arena.end - parameters;
    arena.take(2 * this.#toMoment);
    this.#inputs = arena.takeMatrix(maxRows, arch.dInput);
    this.#layers = arch.layers.map(({ dIn, dOut }, l) => ({
      ...matrices[l],
      transposed: l === 0 ? null : arena.takeMatrix(dOut, dIn),
      mask: arena.takeMatrix(1, dOut).address,
      outputs: arena.takeMatrix(maxRows, dOut),
      gradients: arena.takeMatrix(maxRows, dOut),
    }));
    const bytesStride = roundUp(arch.dInput, 16);
    this.#bytes = { address: arena.take(bytesStride * maxRows), stride: bytesStride };
    const rowLosses = arena.take(16 * maxRows);
    const scratchBytes = this.#scratchBytes();
    const scratch = arena.take(scratchBytes * threads);
    const pixelBytes = arena.take(pixels.length);

    arena.allocate({ isShared });
    arena.bytes.set(pixels, pixelBytes);
    arena.words.set([
      ...[layerTable, arch.layers.length, threads, barrier, pixelBytes, arch.dInput],
      Number(isSparse),
      ...[this.#bytes.address, bytesStride, rowLosses, scratch, scratchBytes, this.#toMoment],
      Number(objective.loss === "bce"),
    ], this.#model / 4);
    const { beta1, beta2, epsilon } = adam;
    arena.floats.set(
      [objective.knobs.rho, beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
      this.#model / 4 + 14,
    );
    this.#layers.forEach((layer, l) => this.#writeLayer(layer, { l, address: layerTable + 4 * LAYER_FIELDS * l }));
  }

  get memory(): WebAssembly.Memory {
    return this.#arena.memory;
  }

  trainCall(nSteps: number): ThreadCall {
    return { name: "train", args: [this.#model, this.steps.address, nSteps] };
  }

  inferCall(rows: number): ThreadCall {
    return { name: "infer", args: [this.#model, 0, rows] };
  }

  decodeCall(rows: number): ThreadCall {
    return { name: "infer", args: [this.#model, this.#definition.arch.latentIndex + 1, rows] };
  }

  writeState({ params, m, v }: TrainingState): void {
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#toMoment;
      this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
        const { weights, bias, transposed } = this.#layers[l];
        const source = values[`${name}.weight`];
        const target = this.#arena.view({ address: weights.address + offset, stride: weights.stride }, dIn);
        for (let o = 0; o < dOut; o++) {
          for (let i = 0; i < dIn; i++) target[i * weights.stride / 4 + o] = source[o * dIn + i];
        }
        this.#arena.floats.set(values[`${name}.bias`], (bias + offset) / 4);
        if (part === 0 && transposed) this.#arena.writeRows(transposed, { values: source, width: dIn });
      });
    }
  }

  /** A copy of the parameters (`part` 0), m (1) or v (2), by name. */
  #readParameters(part: 0 | 1 | 2): Parameters {
    const offset = part * this.#toMoment;
    const values: Parameters = Object.fromEntries(
      parameterSpecs(this.#definition.arch).map(({ name, shape }) => [
        name,
        new Float32Array(shape.reduce((a, b) => a * b)),
      ]),
    );
    this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
      const { weights, bias } = this.#layers[l];
      const source = this.#arena.view({ address: weights.address + offset, stride: weights.stride }, dIn);
      const target = values[`${name}.weight`];
      for (let o = 0; o < dOut; o++) {
        for (let i = 0; i < dIn; i++) target[o * dIn + i] = source[i * weights.stride / 4 + o];
      }
      values[`${name}.bias`].set(this.#arena.floats.subarray((bias + offset) / 4).subarray(0, dOut));
    });
    return values;
  }

  readState(): Omit<TrainingState, "step"> {
    return { params: this.#readParameters(0), m: this.#readParameters(1), v: this.#readParameters(2), buffers: {} };
  }

  writeImages(pixels: Pixels): void {
    const { dInput } = this.#definition.arch;
    const { address, stride } = this.#bytes;
    const target = new Uint8Array(this.memory.buffer, address, stride * this.maxRows);
    target.fill(0);
    for (let row = 0; row * dInput < pixels.length; row++) {
      target.set(pixels.subarray(row * dInput, (row + 1) * dInput), row * stride);
    }
  }

  writeLatents(acts: Float32Array): void {
    const { latentIndex, nLatents } = this.#definition.arch;
    const { outputs } = this.#layers[latentIndex];
    this.#arena.view(outputs, this.maxRows).fill(0);
    this.#arena.writeRows(outputs, { values: acts, width: nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    this.#arena.readRows(this.#layers[l].outputs, { target, width: this.#definition.arch.layers[l].dOut });
  }

  readRecon(target: Float32Array): void {
    this.#arena.readRows(this.#layers.at(-1)!.gradients, { target, width: this.#definition.arch.dInput });
  }

  #writeLayer(place: LayerPlace, { l, address }: { l: number; address: number }): void {
    const { dIn, dOut, activation, isPenalized } = this.#definition.arch.layers[l];
    const inputs = l === 0 ? this.#inputs : this.#layers[l - 1].outputs;
    this.#arena.words.set([
      ...[inputs.address, inputs.stride, place.outputs.address, place.outputs.stride, place.gradients.address],
      ...[place.weights.address, place.transposed?.address ?? 0, place.bias, place.mask],
      ...[roundUp(dIn, 8), roundUp(dOut, 8), Number(activation === "sigmoid"), Number(isPenalized)],
    ], address / 4);
    this.#arena.words.fill(0xffffffff, place.mask / 4, place.mask / 4 + dOut);
  }

  /** Room for one thread: the lists of one image or of 16 pixels, or the means of one layer. */
  #scratchBytes(): number {
    const { dInput, layers } = this.#definition.arch;
    const widest = Math.max(...layers.map(({ dOut }) => roundUp(dOut, 8)));
    const pixelLists = 16 * 4 + 16 * this.maxRows * 8 + 4 * widest;
    return roundUp(Math.max(8 * dInput, pixelLists), LINE_BYTES);
  }
}
