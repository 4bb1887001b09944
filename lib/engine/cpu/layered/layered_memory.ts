/**
 * The memory of a model of layers, and its translation from and to the engine's states.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { INPUT_MEAN, type Parameters, parameterSpecs } from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { ENTRY, LAYER, MODEL } from "../../structs.ts";
import { type Arena, roundUp } from "../arena.ts";
import { ColumnOrder } from "../column_order.ts";
import { type LayeredPlaces, layeredPlaces } from "./layered_places.ts";
import type { MemoryOptions, ModelMemory } from "../model_memory.ts";
import { commonFields, PlacedMemory } from "../placed_memory.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Memory for one definition, one set of images and batches up to a size. */
export class LayeredMemory extends PlacedMemory implements ModelMemory {
  #definition: StepDefinition;
  readonly #places: LayeredPlaces;
  readonly #arena: Arena;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, tile, ...sizes }: MemoryOptions) {
    const places = layeredPlaces(definition, sizes);
    super(definition, { places, inputs: places.inputs, isShared, isFloat, tile });
    this.#definition = definition;
    this.#places = places;
    this.#arena = places.arena;
    this.#writeModel({ isFloat });
    places.layers.forEach((_, l) => this.#writeLayer(l));
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

  setKnobs(definition: StepDefinition): true {
    this.#definition = definition;
    this.#arena.struct(MODEL, this.#places.model).set({ rho: definition.objective.knobs.rho });
    return true;
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    this.#writeMean(buffers[INPUT_MEAN]);
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#places.toMoment;
      this.#definition.arch.layers.forEach(({ name, dIn, dOut }, l) => {
        const { weights, bias } = this.#places.layers[l];
        const source = values[`${name}.weight`];
        const target = this.#arena.view({ address: weights.address + offset, stride: weights.stride }, dIn);
        const { inputs, outputs } = this.#orders(l);
        for (let o = 0; o < dOut; o++) {
          const from = outputs.columns[o] * dIn;
          for (let i = 0; i < dIn; i++) target[i * weights.stride / 4 + o] = source[from + inputs.columns[i]];
        }
        outputs.toMemory(values[`${name}.bias`], this.#arena.floats.subarray((bias + offset) / 4));
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
      const { inputs, outputs } = this.#orders(l);
      for (let o = 0; o < dOut; o++) {
        const from = outputs.columns[o] * dIn;
        for (let i = 0; i < dIn; i++) target[from + inputs.columns[i]] = source[i * weights.stride / 4 + o];
      }
      outputs.toGiven(this.#arena.floats.subarray((bias + offset) / 4).subarray(0, dOut), values[`${name}.bias`]);
    });
    return values;
  }

  /** In which order memory has what goes into a layer and what comes out of it. */
  #orders(l: number): { inputs: ColumnOrder; outputs: ColumnOrder } {
    const { layers } = this.#definition.arch, { dIn, dOut } = layers[l];
    return {
      inputs: l === 0 ? this.columns : ColumnOrder.asGiven(dIn),
      outputs: l === layers.length - 1 ? this.columns : ColumnOrder.asGiven(dOut),
    };
  }

  readState(): Omit<TrainingState, "step"> {
    return {
      params: this.#readParameters(0),
      m: this.#readParameters(1),
      v: this.#readParameters(2),
      buffers: Object.fromEntries(this.#definition.arch.buffers.map(({ name }) => [name, this.readBuffer(name)])),
    };
  }

  readBuffer(_inputMean: string): Float32Array<ArrayBuffer> {
    const mean = new Float32Array(this.#definition.arch.dInput);
    return this.readColumns({ address: this.#places.centre!.mean, stride: 0 }, mean);
  }

  writeLatents(acts: Float32Array): void {
    const { latentIndex, nLatents } = this.#definition.arch;
    const { outputs } = this.#places.layers[latentIndex];
    this.#arena.view(outputs, this.maxRows).fill(0);
    this.#arena.writeRows(outputs, { values: acts, width: nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { dOut: width } = this.#definition.arch.layers[l], { outputs } = this.#places.layers[l];
    if (l === this.#places.layers.length - 1) this.readColumns(outputs, target);
    else this.#arena.readRows(outputs, { target, width });
  }

  readLists(): null {
    return null;
  }

  readRecon(target: Float32Array): void {
    this.readColumns(this.#places.layers.at(-1)!.gradients, target);
  }

  #writeModel({ isFloat }: Pick<MemoryOptions, "isFloat">): void {
    const places = this.#places, { centre } = places;
    this.#arena.struct(MODEL, places.model).write({
      ...commonFields(this.#definition, places),
      layers: places.layerTable,
      nLayers: places.layers.length,
      isFloat,
      isSparse: places.isSparse && !isFloat, // lists are made from bytes
      rho: this.#definition.objective.knobs.rho,
      inputMean: centre?.mean ?? 0,
      meanList: centre?.list ?? 0,
      meanListEnd: centre?.list ?? 0,
      centreScratch: centre?.scratch ?? 0,
    });
  }

  #writeLayer(l: number): void {
    const { layers, layerTable, inputs: images } = this.#places, place = layers[l];
    const { dIn, dOut, activation, isPenalized, isFrozen } = this.#definition.arch.layers[l];
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
      isFrozen,
    });
    this.#arena.words.fill(0xffffffff, place.mask / 4, place.mask / 4 + dOut);
  }

  /** Writes x̄ and the list of its pixels that are not 0, which the kernels subtract by. */
  #writeMean(mean: Float32Array): void {
    const { centre, layers, model } = this.#places;
    if (!centre) return;
    const ordered = this.columns.toMemory(mean, new Float32Array(mean.length));
    this.#arena.floats.set(ordered, centre.mean / 4);
    let end = centre.list;
    ordered.forEach((value, pixel) => {
      if (value === 0) return;
      this.#arena.struct(ENTRY, end).write({ offset: pixel * layers[0].weights.stride, value });
      end += ENTRY.bytes;
    });
    this.#arena.struct(MODEL, model).set({ meanListEnd: end });
  }
}
