/**
 * How far a run is: what training keeps besides the model, between two steps.
 *
 * Types and the few functions that start and read them. Does not train, and does not know the file of a checkpoint.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { initialState, type TrainingState } from "../engine/engine.ts";
import { Rng, type RngState } from "../rng.ts";
import type { InitialModel } from "../sae/init.ts";
import { takesSteps } from "../sae/baselines.ts";
import { LAST_FIRED } from "../sae/model.ts";
import { copiedLifelines, type Lifelines, newLifelines } from "./lifelines.ts";
import type { SilentCount } from "./silent_latents.ts";
import { initialWeight } from "./sparsity_weight.ts";
import type { TestRow } from "./test_row.ts";

/** The losses of steps, and the weight of the penalty in each, `[step]` each. */
export interface History {
  reconstruction: Float32Array<ArrayBuffer>;
  penalty: Float32Array<ArrayBuffer>;
  auxiliary: Float32Array<ArrayBuffer>;
  weight: Float32Array<ArrayBuffer>;
}

/** Bytes of history per step. */
export const HISTORY_BYTES = 4 * Float32Array.BYTES_PER_ELEMENT;

/** Everything but the model that a run carries from one step to the next. */
export interface Course {
  /** The shuffle's generator before it drew the order of the epoch under way. */
  shuffle: RngState;
  /** Losses of the steps so far; room for all steps while the loop runs. */
  history: History;
  /** The test set before the first step; null until it is measured. */
  start: TestRow | null;
  /** One row for each epoch that was finished and measured. */
  testRows: TestRow[];
  /** The penalty's weight, as the controller left it. */
  weight: number;
  /** When dead latents were resampled, and how many. */
  resampled: { step: number; latents: number }[];
  /**
   * Latents that were not active for long, at the steps of `countedSteps`; null if the model does not keep when they
   * were.
   */
  silentLatents: SilentCount[] | null;
  /** Snapshots of the latents so far and what happened to them; null if none are wanted. */
  lifelines: Lifelines | null;
  /** Milliseconds in steps so far, shuffling, gathering and waits for rows included; measurements and checkpoints are not. */
  trainMs: number;
  /** Milliseconds of these in which training waited for rows to be read; 0 if all are in memory. */
  waitMs: number;
}

/** A run between two steps, with a copy of its model. `history` has `state.step` entries. */
export interface Snapshot extends Course {
  state: TrainingState;
}

/** Steps in one epoch; the last, shorter batch counts. */
export function stepsPerEpoch(count: number, batch: number): number {
  return Math.ceil(count / batch);
}

/** Steps of a whole run; none of a baseline that is fitted. */
export function totalStepsOf(config: Pick<Config, "batch" | "epochs" | "baseline">, count: number): number {
  return takesSteps(config) ? stepsPerEpoch(count, config.batch) * config.epochs : 0;
}

/** The snapshot before the first step of a model. */
export function freshSnapshot(model: InitialModel, config: Config): Snapshot {
  const none = () => new Float32Array();
  return {
    state: initialState(model),
    shuffle: Rng.fromSeed(config.seed, "shuffle").state,
    history: { reconstruction: none(), penalty: none(), auxiliary: none(), weight: none() },
    start: null,
    testRows: [],
    weight: initialWeight(config),
    resampled: [],
    silentLatents: LAST_FIRED in model.buffers ? [] : null,
    lifelines: config.snapshots > 0 && takesSteps(config)
      ? newLifelines({ nLatents: model.buffers[LAST_FIRED]?.length ?? null })
      : null,
    trainMs: 0,
    waitMs: 0,
  };
}

/**
 * A course that goes on from a snapshot or another course, with room for the losses of `totalSteps`. What it goes on from
 * does not change.
 */
export function courseFrom(
  { state: _, ...start }: Course & Partial<Pick<Snapshot, "state">>,
  { totalSteps }: { totalSteps: number },
): Course {
  const extended = (values: Float32Array) => {
    const longer = new Float32Array(totalSteps);
    longer.set(values);
    return longer;
  };
  return {
    ...start,
    history: mapHistory(start.history, extended),
    testRows: [...start.testRows],
    resampled: [...start.resampled],
    silentLatents: start.silentLatents && [...start.silentLatents],
    lifelines: start.lifelines && copiedLifelines(start.lifelines),
  };
}

/** A course's snapshot with the engine's state; the losses are views of the course's. */
export function snapshotOf(course: Course, state: TrainingState): Snapshot {
  return {
    ...course,
    state,
    history: mapHistory(course.history, (values) => values.subarray(0, state.step)),
    testRows: [...course.testRows],
    resampled: [...course.resampled],
    silentLatents: course.silentLatents && [...course.silentLatents],
    lifelines: course.lifelines && copiedLifelines(course.lifelines),
  };
}

/** Mean over steps [from, to) of reconstruction + weight · penalty + auxiliary, in float64. */
export function meanLoss(history: History, { from, to }: { from: number; to: number }): number {
  const { reconstruction, penalty, auxiliary, weight } = history;
  let sum = 0;
  for (let i = from; i < to; i++) sum += reconstruction[i] + weight[i] * penalty[i] + auxiliary[i];
  return sum / (to - from);
}

type Losses = Float32Array<ArrayBuffer>;

function mapHistory(history: History, f: (values: Losses) => Losses): History {
  const { reconstruction, penalty, auxiliary, weight } = history;
  return { reconstruction: f(reconstruction), penalty: f(penalty), auxiliary: f(auxiliary), weight: f(weight) };
}
