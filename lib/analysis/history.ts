/**
 * The course of training as the rows of `metrics.json`, from the losses of every step.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics } from "../report/schema.ts";
import { type History, meanLoss, type Snapshot } from "../training/course.ts";

/** More rows than a chart has pixels show nothing more. */
const MOST_STEP_ROWS = 500;

/** How a run went on from step to step. */
export interface StepRates {
  stepsPerEpoch: number;
  /** The learning rate that a step had, from the number of steps before it. */
  learningRate(step: number): number;
}

/** What `metrics.json` holds. No clock in it, so that equal runs give equal files. */
export function metricRows(
  snapshot: Snapshot,
  rates: StepRates,
): Omit<Metrics, "schemaVersion"> {
  const totalSteps = snapshot.state.step;
  const stepStride = Math.ceil(totalSteps / MOST_STEP_ROWS);
  return {
    start: snapshot.start!, // measured before the first step
    epochs: epochRows(snapshot, rates),
    stepStride,
    steps: Array.from({ length: Math.ceil(totalSteps / stepStride) }, (_, i) => {
      const step = Math.min(totalSteps, (i + 1) * stepStride);
      return {
        step,
        lr: rates.learningRate(step - 1),
        ...losses(snapshot.history, { from: i * stepStride, to: step }),
      };
    }),
    silentLatents: snapshot.silentLatents,
  };
}

/** One row for each epoch that is over. */
export function epochRows(
  { testRows, history }: Pick<Snapshot, "testRows" | "history">,
  { stepsPerEpoch, learningRate }: StepRates,
): Metrics["epochs"] {
  return testRows.map((test, i) => {
    const step = (i + 1) * stepsPerEpoch;
    const train = losses(history, { from: step - stepsPerEpoch, to: step });
    return { epoch: i + 1, step, lr: learningRate(step - 1), train, test };
  });
}

/** Means over steps [from, to). */
function losses(history: History, range: { from: number; to: number }) {
  const { reconstruction, penalty, auxiliary, weight } = history;
  return {
    loss: meanLoss(history, range),
    reconstruction: meanOver(reconstruction, range),
    penalty: meanOver(penalty, range),
    auxiliary: meanOver(auxiliary, range),
    weight: meanOver(weight, range),
  };
}

/** Float64 mean of values [from, to). */
export function meanOver(values: Float32Array, { from, to }: { from: number; to: number }): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
