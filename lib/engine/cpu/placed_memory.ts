/**
 * What the memories of both kinds of models have: threads' places, and everything with a column for each of an input's.
 *
 * Runs nothing, and knows no parameters. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { StepDefinition } from "../engine.ts";
import { MODEL } from "../structs.ts";
import type { Arena, Matrix } from "./arena.ts";
import { ColumnOrder } from "./column_order.ts";
import type { MemoryOptions } from "./model_memory.ts";
import type { Tile } from "./products/compiled_product.ts";
import type { StepSlots } from "./step_slots.ts";

/** Addresses that both kinds of models have; the fields of `Model` in `structs.ts` say what is there. */
export interface CommonPlaces {
  arena: Arena;
  steps: StepSlots;
  /** Most images in a batch. */
  maxRows: number;
  threads: number;
  barrier: number;
  model: number;
  pixels: number;
  bytes: Matrix;
  rowLosses: number;
  scratch: number;
  scratchBytes: number;
  toMoment: number;
}

/** See the module comment. */
export abstract class PlacedMemory {
  readonly #places: CommonPlaces;
  /** Where a batch's images are as floats. */
  readonly #inputs: Matrix;
  readonly #tile: Tile;
  readonly #isFloat: boolean;
  /** Of everything with a column for each of an input's: images, weights on them, the output. */
  protected columns: ColumnOrder;

  /**
   * Allocates the memory.
   *
   * @throws {UserError} There is not enough memory.
   */
  constructor(
    { arch }: StepDefinition,
    { places, inputs, isShared, isFloat, tile }: Pick<MemoryOptions, "isShared" | "isFloat" | "tile"> & {
      places: CommonPlaces;
      inputs: Matrix;
    },
  ) {
    this.#places = places;
    this.#inputs = inputs;
    this.#tile = tile;
    this.#isFloat = isFloat;
    this.columns = ColumnOrder.asGiven(arch.dInput);
    places.arena.allocate({ isShared });
  }

  get memory(): WebAssembly.Memory {
    return this.#places.arena.memory;
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

  /** Also settles the order of columns in memory, so the state is written after it. */
  writePixels(pixels: Pixels): void {
    const { arena: { bytes, floats }, pixels: at } = this.#places;
    this.columns = ColumnOrder.densestFirst(pixels, this.columns.columns.length);
    this.#places.arena.struct(MODEL, this.#places.model).set({ denseWidth: this.columns.nDense(this.#tile) });
    if (pixels instanceof Uint8Array) this.columns.toMemory(pixels, bytes.subarray(at));
    else this.columns.toMemory(pixels, floats.subarray(at / 4));
  }

  readPixels(count: number): Pixels {
    const { arena: { bytes, floats }, pixels: at } = this.#places, length = count * this.columns.columns.length;
    if (this.#isFloat) return this.columns.toGiven(floats.subarray(at / 4), new Float32Array(length));
    return this.columns.toGiven(bytes.subarray(at), new Uint8Array(length));
  }

  keepsColumns(pixels: Pixels): boolean {
    return this.columns.isSameAs(ColumnOrder.densestFirst(pixels, this.columns.columns.length));
  }

  /** Writes images for a pass: bytes where the kernels decode them, floats as the first layer's inputs; the rest is 0. */
  writeImages(pixels: Pixels): void {
    const { arena, bytes: { address, stride }, maxRows } = this.#places;
    if (pixels instanceof Float32Array) {
      const target = arena.view(this.#inputs, maxRows).fill(0);
      this.columns.toMemory(pixels, target, { stride: this.#inputs.stride / 4 });
      return;
    }
    const target = arena.bytes.subarray(address, address + stride * maxRows).fill(0);
    this.columns.toMemory(pixels, target, { stride });
  }

  /** Reads the first rows of a matrix with a column for each of an input's into `target`, `[rows, dInput]`, in the order given. */
  protected readColumns<Target extends Float32Array>({ address, stride }: Matrix, target: Target): Target {
    this.columns.toGiven(this.#places.arena.floats.subarray(address / 4), target, { stride: stride / 4 });
    return target;
  }
}

/** The fields of `Model` that both kinds of models write alike. */
export function commonFields(
  { arch, objective, adam: { beta1, beta2, epsilon } }: StepDefinition,
  { threads, barrier, pixels, bytes, rowLosses, scratch, scratchBytes, toMoment }: CommonPlaces,
) {
  return {
    threads,
    barrier,
    pixels,
    dInput: arch.dInput,
    denseWidth: 0, // until images are written
    bytes: bytes.address,
    bytesStride: bytes.stride,
    rowLosses,
    scratch,
    scratchBytes,
    toMoment,
    isCrossEntropy: objective.loss === "bce",
    beta1,
    oneMinusBeta1: 1 - beta1,
    beta2,
    oneMinusBeta2: 1 - beta2,
    epsilon,
  };
}
