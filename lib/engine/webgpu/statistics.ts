/**
 * The losses of steps in the statistics buffer `stats`, a quad per step, before whatever a step's kernels leave there for each
 * other. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepLosses } from "../engine.ts";
import { QUAD } from "./quads.ts";

/** Steps submitted at once, and so the slots for losses at the start of the buffer. */
export const STEPS_PER_SUBMIT = 128;

/** The losses of steps from their quads, `[nSteps, 4]`: reconstruction, penalty, auxiliary, nothing. */
export function stepLosses(quads: Float32Array<ArrayBuffer>): StepLosses {
  const [reconstruction, penalty, auxiliary] = [0, 1, 2].map((part) => quads.filter((_, i) => i % QUAD === part));
  return { reconstruction, penalty, auxiliary };
}
