/**
 * The course of training as the rows of `metrics.json`, from the losses of every step.
 *
 * @module
 */
import type { SettledConfig } from "../config.ts";
import type { Metrics } from "../report/schema.ts";
import { learningRate } from "../training/schedule.ts";
import { meanLoss, type Snapshot } from "../training/course.ts";

/** More rows than a chart has pixels tell nothing. */
const MOST_STEP_ROWS = 500;

/** What `metrics.json` holds. No clock in it, so that equal runs give equal files. */
export function metricRows(
  snapshot: Snapshot,
  options: { config: SettledConfig; stepsPerEpoch: number },
): Omit<Metrics, "schemaVersion"> {
  const { config, stepsPerEpoch } = options;
  const totalSteps = stepsPerEpoch * config.epochs;
  const lrAfter = (step: number) => learningRate(step - 1, { config, totalSteps });
  const losses = (from: number, to: number) => {
    const over = (values: Float32Array) => meanOver(values, { from, to });
    const { reconstruction, penalty, auxiliary, weight } = snapshot.history;
    return {
      loss: meanLoss(snapshot.history, { from, to }),
      reconstruction: over(reconstruction),
      penalty: over(penalty),
      auxiliary: over(auxiliary),
      weight: over(weight),
    };
  };
  const stepStride = Math.ceil(totalSteps / MOST_STEP_ROWS);
  return {
    epochs: snapshot.testRows.map((test, i) => {
      const step = (i + 1) * stepsPerEpoch;
      return { epoch: i + 1, step, lr: lrAfter(step), train: losses(step - stepsPerEpoch, step), test };
    }),
    stepStride,
    steps: Array.from({ length: Math.ceil(totalSteps / stepStride) }, (_, i) => {
      const step = Math.min(totalSteps, (i + 1) * stepStride);
      return { step, lr: lrAfter(step), ...losses(i * stepStride, step) };
    }),
  };
}

/** Float64 mean of values [from, to). */
export function meanOver(values: Float32Array, { from, to }: { from: number; to: number }): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
