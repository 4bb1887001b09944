/**
 * Where a layer is, and which rows or latents are a thread's.
 *
 * @module
 */
import { Layer, Model } from "./kernel_structs";

/** Layer `l` of a model. */
@inline
export function layerAt(model: Model, l: usize): Layer {
  return changetype<Layer>(model.layers + l * offsetof<Layer>());
}

/** First of the rows that belong to a thread, a multiple of `unit`; `total` is one too. Thread `threads` would start at the end. */
@inline
export function shareStart(total: usize, unit: usize, thread: usize, threads: usize): usize {
  return (total / unit * thread / threads) * unit;
}

/** Columns in a cache line. */
const LINE_COLUMNS: usize = 16;

/** First of the columns that belong to a thread: threads write to no cache line of each other. The last share ends at `total`. */
export function columnsFrom(total: usize, thread: usize, threads: usize): usize {
  return min(shareStart((total + LINE_COLUMNS - 1) & ~(LINE_COLUMNS - 1), LINE_COLUMNS, thread, threads), total);
}
