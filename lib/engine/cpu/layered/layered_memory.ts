/**
 * The memory of a model of layers, and its translation from and to the engine's states.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Pixels, rawBytes } from "../../../pixels.ts";
import { INPUT_MEAN, type Parameters, parameterSpecs } from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { ENTRY, LAYER, MODEL } from "../../structs.ts";
import { type Arena, roundUp } from "../arena.ts";
import { writeBatch } from "../batch_images.ts";
import { type LayeredPlaces, layeredPlaces } from "./layered_places.ts";
import type { MemoryOptions, ModelMemory } from "../model_memory.ts";
import type { StepSlots } from "../step_slots.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Memory for one definition, one set of images and batches up to a size. */
export class LayeredMemory implements ModelMemory {
  readonly #definition: StepDefinition;
  readonly #places: LayeredPlaces;
  readonly #arena: Arena;
  readonly #isFloat: boolean;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, ...sizes }: MemoryOptions) {
    this.#definition = definition;
    this.#isFloat = isFloat;
    this.#places = layeredPlaces(definition, sizes);
    const arena = this.#arena = this.#places.arena;
    arena.allocate({ isShared });
    this.#writeModel();
    this.#places.layers.forEach((_, l) => this.#writeLayer(l));
  }

  get memory(): WebAssembly.Memory {
    return this.#arena.memory;
  }

  get barrier(): number {
    return this.#places.barrier;
  }

  get steps(): StepSlots {
    return this.#places.steps;
  }

  get maxRows(): number {
    return this.#places.maxRows;
  }

  trainCall(nSteps: number): ThreadCall {
    return { name: "train", args: [this.#places.model, this.steps.address, nSteps] };
  }

  inferCall(rows: number): ThreadCall {
    return { name: "infer", args: [this.#places.model, 0, rows] };
  }

  decodeCall(rows: number): ThreadCall {
    return { name: "infer", args: [this.#places.model, this.#definition.arch.latentIndex + 1, rows] };
  }

  lossesCall(): ThreadCall {
    return { name: "losses", args: [this.#places.model, this.steps.address] };
  }

  settleCall(): null {
    return null;
  }

  writePixels(pixels: Pixels): void {
    this.#arena.bytes.set(rawBytes(pixels), this.#places.pixels);
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    this.#writeMean(buffers[INPUT_MEAN]);
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#places.toMoment;
      this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
        const { weights, bias } = this.#places.layers[l];
        const source = values[`${name}.weight`];
        const target = this.#arena.view({ address: weights.address + offset, stride: weights.stride }, dIn);
        for (let o = 0; o < dOut; o++) {
          for (let i = 0; i < dIn; i++) target[i * weights.stride / 4 + o] = source[o * dIn + i];
        }
        this.#arena.floats.set(values[`${name}.bias`], (bias + offset) / 4);
      });
    }
  }

  /** A copy of the parameters (`part` 0), m (1) or v (2), by name. */
  #readParameters(part: 0 | 1 | 2): Parameters {
    const offset = part * this.#places.toMoment;
    const values: Parameters = Object.fromEntries(
      parameterSpecs(this.#definition.arch).map(({ name, shape }) => [
        name,
        new Float32Array(shape.reduce((a, b) => a * b)),
      ]),
    );
    this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
      const { weights, bias } = this.#places.layers[l];
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
    const { centre } = this.#places, { dInput } = this.#definition.arch;
    const mean = centre && { [INPUT_MEAN]: this.#arena.floats.slice(centre.mean / 4, centre.mean / 4 + dInput) };
    return {
      params: this.#readParameters(0),
      m: this.#readParameters(1),
      v: this.#readParameters(2),
      buffers: { ...mean },
    };
  }

  writeImages(pixels: Pixels): void {
    const { inputs, bytes } = this.#places, { dInput } = this.#definition.arch;
    writeBatch(this.#arena, { pixels, dInput, places: { inputs, bytes, maxRows: this.maxRows } });
  }

  writeLatents(acts: Float32Array): void {
    const { latentIndex, nLatents } = this.#definition.arch;
    const { outputs } = this.#places.layers[latentIndex];
    this.#arena.view(outputs, this.maxRows).fill(0);
    this.#arena.writeRows(outputs, { values: acts, width: nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    this.#arena.readRows(this.#places.layers[l].outputs, { target, width: this.#definition.arch.layers[l].dOut });
  }

  readLists(): null {
    return null;
  }

  readRecon(target: Float32Array): void {
    this.#arena.readRows(this.#places.layers.at(-1)!.gradients, { target, width: this.#definition.arch.dInput });
  }

  #writeModel(): void {
    const places = this.#places, { bytes, centre } = places;
    const { arch, objective, adam: { beta1, beta2, epsilon } } = this.#definition;
    this.#arena.struct(MODEL, places.model).write({
      layers: places.layerTable,
      nLayers: places.layers.length,
      threads: places.threads,
      barrier: places.barrier,
      pixels: places.pixels,
      dInput: arch.dInput,
      isFloat: this.#isFloat,
      isSparse: places.isSparse && !this.#isFloat, // lists are made from bytes
      bytes: bytes.address,
      bytesStride: bytes.stride,
      rowLosses: places.rowLosses,
      scratch: places.scratch,
      scratchBytes: places.scratchBytes,
      toMoment: places.toMoment,
      isCrossEntropy: objective.loss === "bce",
      rho: objective.knobs.rho,
      beta1,
      oneMinusBeta1: 1 - beta1,
      beta2,
      oneMinusBeta2: 1 - beta2,
      epsilon,
      inputMean: centre?.mean ?? 0,
      meanList: centre?.list ?? 0,
      meanListEnd: centre?.list ?? 0,
      centreScratch: centre?.scratch ?? 0,
    });
  }

  #writeLayer(l: number): void {
    const { layers, layerTable, inputs: images } = this.#places, place = layers[l];
    const { dIn, dOut, activation, isPenalized } = this.#definition.arch.layers[l];
    const inputs = l === 0 ? images : layers[l - 1].outputs;
    this.#arena.struct(LAYER, layerTable + l * LAYER.bytes).write({
      inputs: inputs.address,
      inputStride: inputs.stride,
      outputs: place.outputs.address,
      outputStride: place.outputs.stride,
      gradients: place.gradients.address,
      weights: place.weights.address,
      bias: place.bias,
      mask: place.mask,
      dIn: roundUp(dIn, 8),
      dOut: roundUp(dOut, 8),
      isSigmoid: activation === "sigmoid",
      isPenalized,
    });
    this.#arena.words.fill(0xffffffff, place.mask / 4, place.mask / 4 + dOut);
  }

  /** Writes x̄ and the list of its pixels that are not 0, which the kernels subtract by. */
  #writeMean(mean: Float32Array): void {
    const { centre, layers, model } = this.#places;
    if (!centre) return;
    this.#arena.floats.set(mean, centre.mean / 4);
    let end = centre.list;
    mean.forEach((value, pixel) => {
      if (value === 0) return;
      this.#arena.struct(ENTRY, end).write({ offset: pixel * layers[0].weights.stride, value });
      end += ENTRY.bytes;
    });
    this.#arena.struct(MODEL, model).set({ meanListEnd: end });
  }
}
