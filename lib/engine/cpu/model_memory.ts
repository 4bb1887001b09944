/**
 * What the engine asks of a model's place in memory, whatever kind of model it is.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { TrainingState } from "../engine.ts";
import type { StepSlots } from "./step_slots.ts";
import type { ThreadCall } from "./thread_call.ts";

/** What one memory is made for. */
export interface MemoryOptions {
  /** Training images, `[count, dInput]`; copied. */
  pixels: Pixels;
  /** Most images in one step, or in one pass without training. */
  maxRows: number;
  threads: number;
  isShared: boolean;
  /** Whether the first product works on lists of the pixels that are not 0; the same bits come out. */
  isSparse: boolean;
}

/**
 * Below this share of pixels that are not 0 lists are faster than the dense product. Measured at MNIST's 0.19: product and
 * update of a layer 2.3 ms dense, 1.25 ms with lists, whose cost grows with the share; even at about 0.4.
 */
const SPARSE_SHARE = 0.35;

/** Whether lists of the pixels that are not 0 pay, from a million pixels at most. */
export function isMostlyZero(pixels: Pixels): boolean {
  const stride = 2 * Math.floor(pixels.length / 2e6) + 1; // odd: every column of an image is met
  let nonZero = 0;
  let count = 0;
  for (let i = 0; i < pixels.length; i += stride, count++) if (pixels[i] !== 0) nonZero++;
  return nonZero < SPARSE_SHARE * count;
}

/** A model, its images, and room for batches up to a size. */
export interface ModelMemory {
  readonly memory: WebAssembly.Memory;
  /** Where its threads meet; see `SharedPlace`. */
  readonly barrier: number;
  readonly maxRows: number;
  readonly steps: StepSlots;
  /** Copies a state in. */
  writeState(state: TrainingState): void;
  /** A copy of everything but the step's number. */
  readState(): Omit<TrainingState, "step">;
  /** Writes images for a pass without training, `[rows, dInput]`. */
  writeImages(pixels: Pixels): void;
  /** Writes latents to decode, `[rows, nLatents]`. */
  writeLatents(acts: Float32Array): void;
  /** Reads the activations of layer `l` (the output's: logits) into `target`, `[rows, dOut]`. */
  readActivations(l: number, target: Float32Array): void;
  /** Reads x̂ into `target`, `[rows, dInput]`; it is there after a pass from images on. */
  readRecon(target: Float32Array): void;
  /** The kernels that train the steps written, run a pass over the images written, and decode the latents written. */
  trainCall(nSteps: number): ThreadCall;
  inferCall(rows: number): ThreadCall;
  decodeCall(rows: number): ThreadCall;
}
