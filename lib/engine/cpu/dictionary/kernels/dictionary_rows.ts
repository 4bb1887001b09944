/**
 * What a step does with one row's pairs once the row is decoded: its penalty, and the gradients by its pairs' latents.
 *
 * @module
 */
import {
  ACTIVATION_GATE,
  ACTIVATION_JUMP,
  Dictionary,
  Entry,
  PENALTY_COUNT,
  PENALTY_GATES,
  PENALTY_LENGTH,
  Step,
} from "../../kernels/kernel_structs";
import { dots, normOf } from "./decoder_rows";
import { gateOf, gateSlopes } from "./gates";
import { thresholdSlopes } from "./jump";
import { gradientsOf, segmentEnd } from "./segments";

/** The row's penalty and its smallest active latent. */
export function penaltyRow(d: Dictionary, row: usize): void {
  const n = load<usize>(d.counts + 4 * row);
  const entries = d.entries + row * d.rowCapacity * offsetof<Entry>();
  let penalty: f32 = 0, smallest: f32 = Infinity;
  for (let p: usize = 0; p < n; p++) {
    const entry = changetype<Entry>(entries + p * offsetof<Entry>());
    if (entry.value > 0) smallest = min(smallest, entry.value);
    if (d.penalty == PENALTY_LENGTH) penalty += entry.value * normOf(d, entry);
    if (d.penalty == PENALTY_GATES) penalty += gateOf(d, row, entry) * normOf(d, entry);
    if (d.penalty == PENALTY_COUNT) penalty += <f32>(entry.value > 0);
  }
  store<f32>(d.rowPenalties + 4 * row, penalty);
  store<f32>(d.rowSmallest + 4 * row, smallest);
}

/** ∂L/∂preAct of the row's pairs, the penalty's part included, and what they add to other gradients of their latents. */
export function backwardRow(d: Dictionary, row: usize, step: Step): void {
  const n = load<usize>(d.counts + 4 * row);
  const entries = d.entries + row * d.rowCapacity * offsetof<Entry>();
  const slopes = d.slopes + 4 * row * d.rowCapacity;
  let first: usize = 0;
  for (let segment: usize = 0; segment <= d.nPrefixes; segment++) {
    let next = first;
    const offset = segmentEnd(d, segment);
    while (next < n && changetype<Entry>(entries + next * offsetof<Entry>()).offset < offset) next++;
    dots(d, gradientsOf(d, row, segment), entries + first * offsetof<Entry>(), next - first, slopes + 4 * first);
    first = next;
  }
  if (d.penalty == PENALTY_LENGTH) {
    const weight = step.weight / (<f32>step.rows * <f32>d.model.dInput);
    for (let p: usize = 0; p < n; p++) {
      const entry = changetype<Entry>(entries + p * offsetof<Entry>());
      store<f32>(slopes + 4 * p, load<f32>(slopes + 4 * p) + weight * normOf(d, entry));
    }
  }
  if (d.activation == ACTIVATION_JUMP) thresholdSlopes(d, row, step);
  if (d.activation == ACTIVATION_GATE) gateSlopes(d, row, step);
}

/** Whether the penalty grows with the lengths of directions. */
@inline
export function hasLengthPenalty(d: Dictionary): bool {
  return d.penalty == PENALTY_LENGTH || d.penalty == PENALTY_GATES;
}
