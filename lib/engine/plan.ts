/**
 * Checks of a plan, the same for every engine, before anything of it is run. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepPlan } from "./engine.ts";

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
