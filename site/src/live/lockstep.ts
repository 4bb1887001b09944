/**
 * How far each of the models side by side may train, so that they step together.
 *
 * @module
 */
import type { Side } from "./live.ts";

/** Most steps that one model may be ahead of the other: as many as two chunks have. */
const MOST_AHEAD = 32;

/** The step at which each model has to wait for the others; null if there are none. */
export function commonLimit(sides: readonly Pick<Side, "step">[]): number | null {
  return sides.length === 1 ? null : Math.min(...sides.map(({ step }) => step)) + MOST_AHEAD;
}

/** Where models that stand at different steps meet: at the step of the one that is furthest. */
export function meetingStep(sides: readonly Pick<Side, "step">[]): number {
  return Math.max(...sides.map(({ step }) => step));
}
