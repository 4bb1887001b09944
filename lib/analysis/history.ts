/**
 * The course of training as the rows of `metrics.json`, from the losses of every step.
 *
 * @module
 */
import type { SettledConfig } from "../config.ts";
import type { Metrics } from "../report/schema.ts";
import { learningRate } from "../training/schedule.ts";
import { type History, meanLoss, type Snapshot } from "../training/course.ts";

/** More rows than a chart has pixels show nothing more. */
const MOST_STEP_ROWS = 500;

/** What `metrics.json` holds. No clock in it, so that equal runs give equal files. */
export function metricRows(
  snapshot: Snapshot,
  options: { config: SettledConfig; stepsPerEpoch: number },
): Omit<Metrics, "schemaVersion"> {
  const { config, stepsPerEpoch } = options;
  const totalSteps = stepsPerEpoch * config.epochs;
  const stepStride = Math.ceil(totalSteps / MOST_STEP_ROWS);
  return {
    start: snapshot.start!, // measured before the first step
    epochs: epochRows(snapshot, options),
    stepStride,
    steps: Array.from({ length: Math.ceil(totalSteps / stepStride) }, (_, i) => {
      const step = Math.min(totalSteps, (i + 1) * stepStride);
      const lr = learningRate(step - 1, { config, totalSteps });
      return { step, lr, ...losses(snapshot.history, { from: i * stepStride, to: step }) };
    }),
    silentLatents: snapshot.silentLatents,
  };
}

/** One row for each epoch that is over. */
export function epochRows(
  { testRows, history }: Pick<Snapshot, "testRows" | "history">,
  { config, stepsPerEpoch }: { config: SettledConfig; stepsPerEpoch: number },
): Metrics["epochs"] {
  const totalSteps = stepsPerEpoch * config.epochs;
  return testRows.map((test, i) => {
    const step = (i + 1) * stepsPerEpoch;
    const lr = learningRate(step - 1, { config, totalSteps });
    return { epoch: i + 1, step, lr, train: losses(history, { from: step - stepsPerEpoch, to: step }), test };
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
