/**
 * The memory of a model of layers, and its translation from and to the engine's states.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { emptyLike, type Pixels } from "../../../pixels.ts";
import { INPUT_MEAN, type Parameters, parameterSpecs } from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { ENTRY, LAYER, MODEL } from "../../structs.ts";
import { type Arena, type Matrix, roundUp } from "../arena.ts";
import { writeBatch } from "../batch_images.ts";
import { ColumnOrder } from "../column_order.ts";
import { type LayeredPlaces, layeredPlaces } from "./layered_places.ts";
import type { MemoryOptions, ModelMemory } from "../model_memory.ts";
import type { Tile } from "../products/products_module.ts";
import type { StepSlots } from "../step_slots.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Memory for one definition, one set of images and batches up to a size. */
export class LayeredMemory implements ModelMemory {
  readonly #definition: StepDefinition;
  readonly #places: LayeredPlaces;
  readonly #arena: Arena;
  readonly #isFloat: boolean;
  readonly #tile: Tile;
  /** Of everything with a column, or a row, for each of an input's columns: images, x̄, W of the first layer, the output. */
  #columns: ColumnOrder;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, tile, ...sizes }: MemoryOptions) {
    this.#definition = definition;
    this.#isFloat = isFloat;
    this.#tile = tile;
    this.#columns = ColumnOrder.asGiven(definition.arch.dInput);
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

  /** Also settles the order of columns in memory, so the state is written after it. */
  writePixels(pixels: Pixels): void {
    const { bytes, floats } = this.#arena, { model, pixels: at } = this.#places;
    this.#columns = ColumnOrder.densestFirst(pixels, this.#definition.arch.dInput);
    this.#arena.struct(MODEL, model).set({ denseWidth: this.#columns.nDense(this.#tile) });
    if (pixels instanceof Uint8Array) this.#columns.toMemory(pixels, bytes.subarray(at));
    else this.#columns.toMemory(pixels, floats.subarray(at / 4));
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
      inputs: l === 0 ? this.#columns : ColumnOrder.asGiven(dIn),
      outputs: l === layers.length - 1 ? this.#columns : ColumnOrder.asGiven(dOut),
    };
  }

  readState(): Omit<TrainingState, "step"> {
    const { centre } = this.#places;
    const mean = centre && { [INPUT_MEAN]: this.#readOrdered({ address: centre.mean, stride: 0 }, 1) };
    return {
      params: this.#readParameters(0),
      m: this.#readParameters(1),
      v: this.#readParameters(2),
      buffers: { ...mean },
    };
  }

  writeImages(pixels: Pixels): void {
    const { inputs, bytes } = this.#places, { dInput } = this.#definition.arch;
    const rows = this.#columns.toMemory<Pixels>(pixels, emptyLike(pixels, pixels.length));
    writeBatch(this.#arena, { pixels: rows, dInput, places: { inputs, bytes, maxRows: this.maxRows } });
  }

  writeLatents(acts: Float32Array): void {
    const { latentIndex, nLatents } = this.#definition.arch;
    const { outputs } = this.#places.layers[latentIndex];
    this.#arena.view(outputs, this.maxRows).fill(0);
    this.#arena.writeRows(outputs, { values: acts, width: nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { dOut: width } = this.#definition.arch.layers[l], { outputs } = this.#places.layers[l];
    if (l === this.#places.layers.length - 1) target.set(this.#readOrdered(outputs, target.length / width));
    else this.#arena.readRows(outputs, { target, width });
  }

  readLists(): null {
    return null;
  }

  readRecon(target: Float32Array): void {
    const { gradients } = this.#places.layers.at(-1)!;
    target.set(this.#readOrdered(gradients, target.length / this.#definition.arch.dInput));
  }

  /** The first rows of a matrix with a column for each of an input's, in the order given. */
  #readOrdered(matrix: Matrix, rows: number): Float32Array<ArrayBuffer> {
    const { dInput: width } = this.#definition.arch;
    const ordered = new Float32Array(rows * width), given = new Float32Array(rows * width);
    this.#arena.readRows(matrix, { target: ordered, width });
    this.#columns.toGiven(ordered, given);
    return given;
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
      denseWidth: 0,
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
    const ordered = this.#columns.toMemory(mean, new Float32Array(mean.length));
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
