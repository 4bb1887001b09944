/**
 * What the engine needs of a model's place in memory, whatever kind of model it is; and what decides the size of the
 * place.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels, PixelsSize } from "../../pixels.ts";
import type { StepDefinition, TrainingState } from "../engine.ts";
import type { Tile } from "./products/compiled_product.ts";
import type { LatentLists } from "../latent_lists.ts";
import type { StepSlots } from "./step_slots.ts";
import type { SharedPlace, ThreadCall } from "./thread_call.ts";

/** Images a pass without training takes at once, at least. */
const INFER_ROWS = 128;

/** What the size of a model's memory depends on. */
export interface MemorySizes {
  /** Bytes of the training images. */
  pixelBytes: number;
  /** Most images in one step, or in one pass without training. */
  maxRows: number;
  threads: number;
  /** Whether the first product works on lists of the pixels that are not 0; the same bits come out. */
  isSparse: boolean;
}

/** What one memory is made for. */
export interface MemoryOptions extends MemorySizes {
  isShared: boolean;
  /** Whether images are floats; else they are bytes. */
  isFloat: boolean;
  /** The dense product's tile: with a slower tile lists are faster for more columns. */
  tile: Tile;
}

/**
 * The sizes for some images and batches.
 *
 * @param options `isSparse`: by default what is faster for these images. `room`: for how many there shall be room, by default
 * for these.
 */
export function memorySizes(
  pixels: Pixels,
  { batch, threads, isSparse = isMostlyZero(pixels), room = pixels }: {
    batch: number;
    threads: number;
    isSparse?: boolean;
    room?: PixelsSize;
  },
): MemorySizes {
  return { pixelBytes: room.length * room.BYTES_PER_ELEMENT, maxRows: Math.max(batch, INFER_ROWS), threads, isSparse };
}

/**
 * Below this share of pixels that are not 0 lists are faster than the dense product. Measured at MNIST's 0.19: product
 * and update of a layer 2.3 ms dense, 1.25 ms with lists, whose cost grows with the share; even at about 0.4.
 */
const SPARSE_SHARE = 0.35;

/** Whether lists of the pixels that are not 0 are faster, from a million pixels at most. */
function isMostlyZero(pixels: Pixels): boolean {
  const stride = 2 * Math.floor(pixels.length / 2e6) + 1; // odd: every column of an image is met
  let nonZero = 0;
  let count = 0;
  for (let i = 0; i < pixels.length; i += stride, count++) if (pixels[i] !== 0) nonZero++;
  return nonZero < SPARSE_SHARE * count;
}

/** A model, its images, and room for batches up to a size. */
export interface ModelMemory extends SharedPlace {
  readonly maxRows: number;
  readonly steps: StepSlots;
  /**
   * Copies the training images in, `[count, dInput]`, at most as many bytes as the memory was made for. The state has to be
   * written anew after it, unless `keepsColumns` says that it need not.
   */
  writePixels(pixels: Pixels): void;
  /** A copy of `count` training images. */
  readPixels(count: number): Pixels;
  /** Whether the columns of the state lie in the order in which they would lie after `writePixels`. */
  keepsColumns(pixels: Pixels): boolean;
  /** Takes over a definition that differs in knobs alone; false, and nothing has changed, if there is no room for it. */
  setKnobs(definition: StepDefinition): boolean;
  /** Copies a state in. */
  writeState(state: TrainingState): void;
  /** A copy of everything but the step's number; after `settleCall`. */
  readState(): Omit<TrainingState, "step">;
  /** A copy of one of the state's buffers, which are never updated late. */
  readBuffer(name: string): Float32Array<ArrayBuffer>;
  /** Writes images for a pass without training, `[rows, dInput]`. */
  writeImages(pixels: Pixels): void;
  /** Writes latents to decode, `[rows, nLatents]`. */
  writeLatents(acts: Float32Array): void;
  /** Reads the activations of layer `l` (the output's: logits) into `target`, `[rows, dOut]`. */
  readActivations(l: number, target: Float32Array): void;
  /** The latents of a pass that are not 0, of each of `rows` rows in turn; null if the model has no lists of them. */
  readLists(rows: number): LatentLists | null;
  /** Reads x̂ = σ(logits) into `target`, `[rows, dInput]`; it is there after a pass from images on. */
  readRecon(target: Float32Array): void;
  /** The kernels that train the steps written, run a pass over the images written, and decode the latents written. */
  trainCall(nSteps: number): ThreadCall;
  /** `isDense`: whether `readActivations` will ask for the latents; else `readLists` does. */
  inferCall(rows: number, options: { isDense: boolean }): ThreadCall;
  decodeCall(rows: number): ThreadCall;
  /** The kernel that brings what is updated late to the last step, before the state is read; null if nothing is. */
  settleCall(): ThreadCall | null;
  /** The kernel that gives the step written its losses on the images written. */
  lossesCall(): ThreadCall;
}
