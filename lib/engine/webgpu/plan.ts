/**
 * Checks of a plan before it is sent to a device, and its cutting into steps. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepPlan } from "../engine.ts";
import type { StepEntry } from "./step_table.ts";

/**
 * Checks that a plan's arrays fit each other and the images.
 *
 * @param count Images loaded.
 * @throws {TypeError} The learning rates are not one a step.
 * @throws {RangeError} An index is not an image's.
 */
export function assertPlan({ indices, batch, learningRates }: StepPlan, { count }: { count: number }): void {
  const nSteps = Math.ceil(indices.length / batch);
  if (learningRates.length !== nSteps) {
    throw new TypeError(`Cannot train: there are ${learningRates.length} learning rates, expected ${nSteps}`);
  }
  let largest = 0;
  for (let i = 0; i < indices.length; i++) largest = Math.max(largest, indices[i]); // 20 times faster than find()
  if (largest >= count) {
    throw new RangeError(`Cannot train: index is ${largest}, expected less than ${count} images`);
  }
}

/** Steps [from, to) of a plan, the first of which reads the index buffer from its start and has number `t`. */
export function planEntries(
  { indices, batch, learningRates, weights }: StepPlan,
  { from, to, t }: { from: number; to: number; t: number },
): StepEntry[] {
  return Array.from({ length: to - from }, (_, i) => ({
    first: i * batch,
    batch: Math.min(batch, indices.length - (from + i) * batch),
    slot: i,
    t: t + i,
    lr: learningRates[from + i],
    weight: weights[from + i],
  }));
}

/** 0, 1, …, n − 1. */
export function firstIntegers(n: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
