/**
 * What lies where in the memory of a model of layers, and so how many bytes it needs.
 *
 * Takes places and allocates nothing, so that a model can be refused before there is memory for it. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { ENTRY, LAYER, MODEL } from "../../structs.ts";
import { Arena, LINE_BYTES, type Matrix, roundUp } from "../arena.ts";
import type { MemorySizes } from "../model_memory.ts";
import { StepSlots } from "../step_slots.ts";
import { BARRIER_BYTES } from "../thread_call.ts";

/** Pixels whose lists `kernels/first_layer_lists.ts` makes at once. */
const LISTED_PIXELS = 16;
/** Images whose lists it makes at once, images that a pixel's list has at most, and its `SUMS_BYTES`. */
const LISTED_IMAGES = 32, LISTED_ROWS = 256, LISTED_SUMS_BYTES = 512 * 1024;

/** `BLOCK_BYTES` of `kernels/layered_update.ts`. */
const GRADIENT_BLOCK_BYTES = 1024 * 1024;

/** One layer's addresses; see `LAYER` of `../../structs.ts`. */
export interface LayerPlace {
  weights: Matrix;
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
  const barrier = arena.take(BARRIER_BYTES), model = arena.take(MODEL.bytes);
  const layerTable = arena.take(LAYER.bytes * arch.layers.length);
  const steps = new StepSlots(arena, { adam, maxRows });

  const parameters = arena.end;
  const matrices = arch.layers.map(({ dIn, dOut }) => ({
    weights: arena.takeMatrix(dIn, dOut),
    bias: arena.takeMatrix(1, dOut).address,
  }));
  const toMoment = arena.end - parameters;
  arena.take(2 * toMoment);
  const inputs = arena.takeMatrix(maxRows, arch.dInput);
  const layers = arch.layers.map(({ dOut }, l): LayerPlace => ({
    ...matrices[l],
    mask: arena.takeMatrix(1, dOut).address,
    outputs: arena.takeMatrix(maxRows, dOut),
    gradients: arena.takeMatrix(maxRows, dOut),
  }));
  const bytesStride = roundUp(arch.dInput, 16);
  const bytes: Matrix = { address: arena.take(bytesStride * maxRows), stride: bytesStride };
  const rowLosses = arena.take(16 * maxRows);
  // A thread's room: the lists of some images' pixels; or the images of 16 pixels and sums; or the means of a layer; or a
  // block of a gradient.
  const widest = Math.max(...arch.layers.map(({ dOut }) => roundUp(dOut, 8)));
  const imageLists = isSparse ? LISTED_PIXELS * (4 + ENTRY.bytes * LISTED_ROWS) + LISTED_SUMS_BYTES : 0;
  const pixelLists = isSparse ? LISTED_IMAGES * (4 + ENTRY.bytes * roundUp(arch.dInput, 8)) : 0;
  const scratchBytes = roundUp(Math.max(pixelLists, imageLists, 4 * widest, GRADIENT_BLOCK_BYTES), LINE_BYTES);
  const scratch = arena.take(scratchBytes * threads);
  const centre = arch.hasCenteredInput
    ? {
      mean: arena.takeMatrix(1, arch.dInput).address,
      list: arena.take(ENTRY.bytes * arch.dInput),
      scratch: arena.take(4 * roundUp(arch.layers[0].dOut, 8) * threads),
    }
    : null;
  const pixels = arena.take(pixelBytes);
  return {
    ...{ arena, maxRows, threads, isSparse, barrier, model, layerTable, steps, toMoment, inputs, layers, bytes },
    ...{ rowLosses, scratchBytes, scratch, centre, pixels },
  };
}
