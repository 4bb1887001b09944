/**
 * Where things lie in the statistics buffer `stats`, in quads: the losses of recent steps come first, then what one step's
 * kernels leave for each other. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepLosses } from "../engine.ts";
import type { Layout } from "./layered/layered_gpu_layout.ts";
import { padded, QUAD } from "./quads.ts";
import { PRODUCTS } from "./product_tiles.ts";

/** Steps submitted at once, and so the slots for losses at the start of the buffer. */
export const STEPS_PER_SUBMIT = 128;

/** The losses of steps from their quads, `[nSteps, 4]`: reconstruction, penalty, auxiliary, nothing. */
export function stepLosses(quads: Float32Array<ArrayBuffer>): StepLosses {
  const [reconstruction, penalty, auxiliary] = [0, 1, 2].map((part) => quads.filter((_, i) => i % QUAD === part));
  return { reconstruction, penalty, auxiliary };
}

/** Where the penalty's slopes and divergences begin, a number a unit, and the parts of the reconstruction loss. */
export function statsOffsets({ unitQuads }: Layout): { slopes: number; divergences: number; parts: number } {
  const slopes = STEPS_PER_SUBMIT, divergences = slopes + unitQuads, parts = divergences + unitQuads;
  return { slopes, divergences, parts };
}

/** The length of the buffer for batches of so many images; enough for any tile. */
export function statsQuads(layout: Layout, batch: number): number {
  const smallest = Math.min(...Object.values(PRODUCTS).map(({ tileRows, tileQuads }) => tileRows * tileQuads));
  return statsOffsets(layout).parts + Math.ceil(padded(batch) * layout.layers.at(-1)!.outQuads / smallest);
}
