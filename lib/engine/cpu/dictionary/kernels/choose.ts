/**
 * Which latents of a row are listed, ascending, and what they are: in a step, and after training.
 *
 * In a step some have value 0: they are listed because their gradient is not 0, and left out of every sum.
 *
 * @module
 */
import {
  ACTIVATION_GATE,
  ACTIVATION_JUMP,
  Dictionary,
  SELECTION_ALL,
  SELECTION_BATCH,
} from "../../kernels/kernel_structs";
import { listGated } from "./gates";
import { listAboveThresholds } from "./jump";
import { copyNonZero, listActive } from "./pairs";
import { kthLargest, tieEndOf } from "./select";

/** Lists the latents of a row that a step takes; returns the list's end. */
export function chooseInRow(d: Dictionary, row: usize, heap: usize, list: usize): usize {
  if (d.activation == ACTIVATION_JUMP) return listAboveThresholds(d, row, d.bandwidth / 2, list);
  if (d.activation == ACTIVATION_GATE) return listGated(d, row, list);
  if (d.selection == SELECTION_ALL) return listActive(d, row, 0, 0, list);
  if (d.selection == SELECTION_BATCH) return listActive(d, row, d.batchThreshold, d.batchTieEnd, list);
  const z = d.preActs + row * d.preActsStride;
  const least = kthLargest(z, d.paddedLatents, d.k, 0, heap);
  return listActive(d, row, least, least > 0 ? tieEndOf(z, d.paddedLatents, d.k, least, heap) : 0, list);
}

/** The k·rows largest of all; equal ones by row, then by latent. */
export function chooseInBatch(d: Dictionary, rows: usize, heap: usize): void {
  const count = rows * d.preActsStride / 4; // the columns between rows are 0, and not above the floor
  const k = min(d.k * rows, d.nLatents * rows);
  const least = kthLargest(d.preActs, count, k, 0, heap);
  d.batchThreshold = least;
  d.batchTieEnd = least > 0 ? tieEndOf(d.preActs, count, k, least, heap) : 0;
}

/** Lists the latents of a row that are not 0 after training; returns the list's end. */
export function chooseAfterTraining(d: Dictionary, row: usize, heap: usize, list: usize): usize {
  if (d.activation == ACTIVATION_JUMP) return listAboveThresholds(d, row, 0, list);
  if (d.activation == ACTIVATION_GATE) return copyNonZero(list, listGated(d, row, list), list);
  if (d.selection == SELECTION_BATCH) return listActive(d, row, max(d.threshold, 0), 0, list);
  return chooseInRow(d, row, heap, list);
}
