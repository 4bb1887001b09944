/**
 * What `progress.json` says of a run between two epochs.
 *
 * Gathers; writes nothing.
 *
 * @module
 */
import { epochRows } from "../analysis/history.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import type { RunProgress } from "../report/progress_schema.ts";
import { type Snapshot, stepsPerEpoch, totalStepsOf } from "../training/course.ts";
import type { RunIdentity } from "../training/run_identity.ts";
import { learningRate } from "../training/schedule.ts";

/** The progress of a run; null before its first epoch is over. */
export function progressOf(
  snapshot: Snapshot,
  { identity, dataset }: { identity: RunIdentity; dataset: Dataset },
): Omit<RunProgress, "schemaVersion"> | null {
  if (snapshot.testRows.length === 0) return null;
  const { id, title, createdAt, config } = identity;
  const { name, kind, height, width, channels, test } = dataset;
  const count = trainingCount(dataset);
  const totalSteps = totalStepsOf(config, count);
  return {
    id,
    title,
    createdAt,
    updatedAt: new Date().toISOString(),
    config,
    dataset: { name, kind, height, width, channels, train: count, test: test.count },
    trainMs: snapshot.trainMs,
    start: snapshot.start!, // measured before the first step
    epochs: epochRows(snapshot, {
      stepsPerEpoch: stepsPerEpoch(count, config.batch),
      learningRate: (step) => learningRate(step, { config, totalSteps }),
    }),
    silentLatents: snapshot.silentLatents,
  };
}
