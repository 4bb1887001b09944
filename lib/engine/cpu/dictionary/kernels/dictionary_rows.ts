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
import { normOf } from "./decoder_rows";
import { gateSlopes } from "./gates";
import { thresholdSlopes } from "./jump";
import { preActOf } from "./pairs";

/** The row's penalty and its smallest active latent. */
export function penaltyRow(d: Dictionary, row: usize): void {
  const n = load<usize>(d.counts + 4 * row);
  const entries = d.entries + row * d.rowCapacity * offsetof<Entry>();
  let penalty: f32 = 0, smallest: f32 = Infinity;
  for (let p: usize = 0; p < n; p++) {
    const entry = changetype<Entry>(entries + p * offsetof<Entry>());
    if (entry.value > 0) smallest = min(smallest, entry.value);
    if (d.penalty == PENALTY_LENGTH) penalty += entry.value * normOf(d, entry);
    if (d.penalty == PENALTY_GATES) penalty += preActOf(d, row, entry) * normOf(d, entry);
    if (d.penalty == PENALTY_COUNT) penalty += <f32>(entry.value > 0);
  }
  store<f32>(d.rowPenalties + 4 * row, penalty);
  store<f32>(d.rowSmallest + 4 * row, smallest);
}

/** From ∂L/∂f of the row's pairs, the penalty's part not yet in it: ∂L/∂preAct, and what they add to their latents' own parameters. */
export function slopesRow(d: Dictionary, row: usize, step: Step): void {
  const n = load<usize>(d.counts + 4 * row), first = row * d.rowCapacity;
  if (d.penalty == PENALTY_LENGTH) {
    const weight = step.weight / (<f32>step.rows * <f32>d.model.dInput);
    for (let p = first; p < first + n; p++) {
      const entry = changetype<Entry>(d.entries + p * offsetof<Entry>()), slope = d.slopes + 4 * p;
      store<f32>(slope, load<f32>(slope) + weight * normOf(d, entry));
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
