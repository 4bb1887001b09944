/**
 * A run from any snapshot to its end: the training loop, the test set after every epoch, a snapshot to keep.
 *
 * Does not choose data or engine, and does not know where a snapshot is kept.
 *
 * @module
 */
import { measureEpoch } from "../analysis/epoch.ts";
import { LifelineSnapshots } from "../analysis/lifelines/snapshots.ts";
import type { SettledConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { takesSteps } from "../sae/baselines.ts";
import type { ImageSet } from "../data/dataset.ts";
import type { Engine, StepDefinition, TrainingState } from "../engine/engine.ts";
import { type Course, courseFrom, type Snapshot, snapshotOf, totalStepsOf } from "../training/course.ts";
import { assertFiniteParameters, DivergenceError } from "../training/divergence.ts";
import { type LoopedRun, loopOf, withRemedy } from "../training/run_loop.ts";
import type { RunListener } from "./events.ts";

/** What is trained, on what, and from where. */
export interface TrainingRun {
  config: SettledConfig;
  definition: StepDefinition;
  engine: Engine;
  /** What is trained on; of streamed data a sample of it. */
  train: ImageSet;
  test: ImageSet;
  /** All training rows and where they are read from; left out if `train` has them. */
  streamed?: LoopedRun["streamed"];
  /** Where to start; called once, so that no second copy of the model is kept while the engine trains its own. */
  takeStart(): Snapshot;
}

/** Who follows a run. */
export interface Hooks {
  onEvent?: RunListener;
  /** Asks to stop after the chunk under way. */
  signal?: AbortSignal;
  /** Keeps a snapshot; called after every epoch and on a stop. */
  save?(snapshot: Snapshot): Promise<void>;
}

/**
 * Trains until the configured epochs are done or `signal` fires.
 *
 * @returns The last snapshot; `testRows.length === config.epochs` when the run is complete, and 1 if it takes no steps.
 * @throws {DivergenceError} A loss or a weight is NaN or infinite. Nothing of it is saved.
 */
export async function trainModel(run: TrainingRun, hooks: Hooks = {}): Promise<Snapshot> {
  try {
    return await trainToEnd(run, hooks);
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    throw withRemedy(error, { config: run.config, count: run.streamed?.count ?? run.train.count });
  }
}

async function trainToEnd(run: TrainingRun, { onEvent, signal, save }: Hooks): Promise<Snapshot> {
  const { config, definition, engine, train, test, streamed } = run;
  const { course, firstStep } = await begin(run);
  const measure = () =>
    measureEpoch(engine, { ...definition, pixels: test.pixels, batch: config.batch, weight: course.weight });
  course.start ??= await measure(); // a run that goes on has it
  if (!takesSteps(config)) {
    course.testRows.push(course.start);
    return snapshotOf(course, await finiteState(engine));
  }
  const totalSteps = totalStepsOf(config, streamed?.count ?? train.count);
  const snapshots = course.lifelines &&
    new LifelineSnapshots({ config, definition, pixels: test.pixels, totalSteps });
  const observers = snapshots ? [snapshots] : [];
  const loop = loopOf({ config, definition, engine, train, streamed, observers, firstStep, course });
  let savedStep = firstStep;
  const saveLast = async () => {
    const last = snapshotOf(course, await finiteState(engine)); // sync point
    if (last.state.step > savedStep) await save?.(last);
    return last;
  };
  try {
    for await (const progress of loop) {
      onEvent?.({ kind: "progress", progress, config });
      if (progress.isEpochEnd) {
        const state = await finiteState(engine); // sync point, once an epoch
        const row = await measure();
        if (!Number.isFinite(row.loss + row.mse)) {
          throw new DivergenceError(`the test loss became ${row.loss} after step ${state.step}`);
        }
        course.testRows.push(row);
        const snapshot = snapshotOf(course, state);
        onEvent?.({ kind: "epoch", snapshot, config });
        await save?.(snapshot);
        savedStep = state.step;
      }
      if (signal?.aborted) break;
    }
  } catch (error) {
    // Rows that cannot be read any more take nothing from the steps before them.
    if (streamed && error instanceof UserError && !(error instanceof DivergenceError)) await saveLast();
    throw error;
  }
  if (course.testRows.length === config.epochs) await snapshots?.apply({ engine, course, step: totalSteps });
  const last = await saveLast();
  if (streamed) await engine.setRows(train.pixels); // what is measured afterwards does not depend on the last pool
  return last;
}

/** How many rows the engine of a run has at a time, if they are streamed. */
export function mostRowsOf(streamed: TrainingRun["streamed"]): number | undefined {
  return streamed && Math.min(streamed.rows.poolRows, streamed.count);
}

/** Loads the engine; what it was loaded from is free afterwards. */
async function begin(
  { config, engine, train: { pixels, count }, streamed, takeStart }: TrainingRun,
): Promise<{ course: Course; firstStep: number }> {
  const totalSteps = totalStepsOf(config, streamed?.count ?? count);
  const start = takeStart();
  await engine.load({ state: start.state, pixels, batch: config.batch, mostRows: mostRowsOf(streamed) });
  return { course: courseFrom(start, { totalSteps }), firstStep: start.state.step };
}

async function finiteState(engine: Engine): Promise<TrainingState> {
  const state = await engine.state();
  assertFiniteParameters(state);
  return state;
}
