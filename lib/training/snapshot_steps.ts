/**
 * At which steps of a run its latents are looked at for their lifelines: before the first step, after the last, and so that
 * early training, where most changes, is seen.
 *
 * Half of the steps grow geometrically from step 1, the other half are evenly spaced; where they meet, the last geometric
 * distance is the even one:
 *
 *     s₁ = 1,  sᵢ = rⁱ⁻¹  for i = 1 … A,      then evenly from s_A to the last step T in B distances,
 *     with r such that  r^(A−1) · (1 − 1/r) · B = T − r^(A−1),      A = ⌈(N − 1) / 2⌉,  B = N − 1 − A
 *
 * Geometric steps alone would leave half of a long run unseen between the last two; even steps alone would miss the first
 * hundred steps, in which directions turn from random numbers into features. Depends on the length of the run alone, so that
 * equal runs have equal snapshots, however they were stopped and resumed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The least snapshots that there can be: the start and the end. */
export const LEAST_SNAPSHOTS = 2;

/** Halvings of an interval: more than a float64 has bits. */
const HALVINGS = 100;

/**
 * The steps after which snapshots are taken, ascending: 0 and `totalSteps` among them, each once, so that a run shorter
 * than `snapshots` has one after each step.
 *
 * @param options.snapshots How many, at least 2.
 *
 * @example
 * ```ts
 * import { snapshotSteps } from "./snapshot_steps.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(snapshotSteps(1000, { snapshots: 8 }), [0, 1, 7, 43, 282, 522, 761, 1000]);
 * assert.deepEqual(snapshotSteps(3, { snapshots: 40 }), [0, 1, 2, 3]);
 * ```
 */
export function snapshotSteps(totalSteps: number, { snapshots }: { snapshots: number }): number[] {
  const count = Math.min(snapshots, totalSteps + 1), geometric = Math.ceil((count - 1) / 2);
  const even = count - 1 - geometric;
  const ratio = even > 0 ? meetingRatio(totalSteps, { geometric, even }) : 1;
  const middle = ratio ** (geometric - 1);
  const steps = [0];
  for (let i = 1; i < count; i++) {
    const wanted = i <= geometric ? ratio ** (i - 1) : middle + (totalSteps - middle) * (i - geometric) / even;
    // Each step once: the first ones are less than 1 apart, and there must be room for those that follow.
    steps.push(Math.min(Math.max(steps[i - 1] + 1, Math.round(wanted)), totalSteps - (count - 1 - i)));
  }
  if (count === LEAST_SNAPSHOTS) steps[1] = totalSteps;
  return steps;
}

/** The ratio r of the module comment, at least 1. */
function meetingRatio(totalSteps: number, { geometric, even }: { geometric: number; even: number }): number {
  const missing = (r: number) => r ** (geometric - 1) * (1 + (1 - 1 / r) * even) - totalSteps;
  let low = 1, high = totalSteps + 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (missing(middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}
