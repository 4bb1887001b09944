/**
 * What lies where in the memory of a model of layers, and so how many bytes it needs.
 *
 * Takes places and allocates nothing, so that a model can be refused before there is memory for it. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { Arena, LINE_BYTES, type Matrix, roundUp } from "../arena.ts";
import type { MemorySizes } from "../model_memory.ts";
import { StepSlots } from "../step_slots.ts";
import { BARRIER_BYTES } from "../thread_call.ts";

/** 4-byte fields of `Model` and `Layer` in `../kernels/model_layout.ts`. */
const MODEL_FIELDS = 24;
export const LAYER_FIELDS = 13;
/** An entry of a list: an offset and a value. */
const ENTRY_BYTES = 8;
/** Pixels whose lists `kernels/first_layer_lists.ts` makes at once. */
const LISTED_PIXELS = 16;

/** One layer's addresses; see `../kernels/model_layout.ts`. */
export interface LayerPlace {
  weights: Matrix;
  transposed: Matrix | null;
  bias: number;
  mask: number;
  outputs: Matrix;
  gradients: Matrix;
}

/** The addresses of everything. */
export type LayeredPlaces = ReturnType<typeof layeredPlaces>;

/** Takes a place for everything that a model of layers needs, in batches up to a size. */
export function layeredPlaces({ arch, adam }: StepDefinition, sizes: MemorySizes) {
  const { pixelBytes, threads, isSparse } = sizes;
  const arena = new Arena();
  const maxRows = roundUp(sizes.maxRows, 4);
  const barrier = arena.take(BARRIER_BYTES), model = arena.take(4 * MODEL_FIELDS);
  const layerTable = arena.take(4 * LAYER_FIELDS * arch.layers.length);
  const steps = new StepSlots(arena, { adam, maxRows });

  const parameters = arena.end;
  const matrices = arch.layers.map(({ dIn, dOut }) => ({
    weights: arena.takeMatrix(dIn, dOut),
    bias: arena.takeMatrix(1, dOut).address,
  }));
  const toMoment = arena.end - parameters;
  arena.take(2 * toMoment);
  const inputs = arena.takeMatrix(maxRows, arch.dInput);
  const layers = arch.layers.map(({ dIn, dOut }, l): LayerPlace => ({
    ...matrices[l],
    transposed: l === 0 ? null : arena.takeMatrix(dOut, dIn),
    mask: arena.takeMatrix(1, dOut).address,
    outputs: arena.takeMatrix(maxRows, dOut),
    gradients: arena.takeMatrix(maxRows, dOut),
  }));
  const bytesStride = roundUp(arch.dInput, 16);
  const bytes: Matrix = { address: arena.take(bytesStride * maxRows), stride: bytesStride };
  const rowLosses = arena.take(16 * maxRows);
  // A thread's room: the list of one image's pixels; or the images of 16 pixels and a row's sums; or the means of a layer.
  const widest = Math.max(...arch.layers.map(({ dOut }) => roundUp(dOut, 8)));
  const imageLists = LISTED_PIXELS * (4 + ENTRY_BYTES * maxRows) + 4 * widest;
  const scratchBytes = roundUp(Math.max(ENTRY_BYTES * arch.dInput, imageLists), LINE_BYTES);
  const scratch = arena.take(scratchBytes * threads);
  const centre = arch.hasCenteredInput
    ? {
      mean: arena.takeMatrix(1, arch.dInput).address,
      list: arena.take(ENTRY_BYTES * arch.dInput),
      scratch: arena.take(4 * roundUp(arch.layers[0].dOut, 8) * threads),
    }
    : null;
  const pixels = arena.take(pixelBytes);
  return {
    ...{ arena, maxRows, threads, isSparse, barrier, model, layerTable, steps, toMoment, inputs, layers, bytes },
    ...{ rowLosses, scratchBytes, scratch, centre, pixels },
  };
}
