/**
 * The training loop of a run: rates, weights and controls as its configuration says.
 *
 * The command line and the page that trains share it. Does not measure, save or draw. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RowStream } from "../data/stream/row_stream.ts";
import { resolveConfig, type SettledConfig } from "../config.ts";
import type { Engine, StepDefinition } from "../engine/engine.ts";
import type { Pixels } from "../pixels.ts";
import { type Control, controlsOf } from "./controls.ts";
import { totalStepsOf } from "./course.ts";
import { DivergenceError, likelyRemedy } from "./divergence.ts";
import { type Progress, type TrainingLoop, trainingLoop } from "./loop.ts";
import { learningRate, withPeakRate } from "./schedule.ts";
import { weightOfStep } from "./sparsity_weight.ts";

/** A run that is about to take steps. */
export interface LoopedRun extends Pick<TrainingLoop, "firstStep" | "course" | "mostSteps" | "pause"> {
  config: SettledConfig;
  definition: StepDefinition;
  /** Loaded with the state after `firstStep` steps and with `train`. */
  engine: Engine;
  /** The training inputs, or a sample of those that are streamed. */
  train: { pixels: Pixels; count: number };
  /** All training inputs and where they are read from; left out if `train` has them. */
  streamed?: { rows: RowStream; count: number };
  /** What looks at the run between steps, before its controls, and changes nothing of the model; none if left out. */
  observers?: readonly Control[];
  /** Epochs after which the loop ends, if not those of the configuration, which its schedules are for in any case. */
  epochs?: number;
}

/** See {@linkcode trainingLoop}. */
export function loopOf(
  { config, definition, engine, train, streamed, observers = [], epochs, ...at }: LoopedRun,
): AsyncGenerator<Progress> {
  const count = streamed?.count ?? train.count, totalSteps = totalStepsOf(config, count);
  return trainingLoop({
    ...at,
    ...{ engine, count, batch: config.batch, deadSteps: config.deadSteps },
    stream: streamed?.rows,
    epochs: epochs ?? config.epochs,
    controls: [...observers, ...controlsOf(config, { definition, pixels: train.pixels, totalSteps })],
    learningRate: (step) => learningRate(step, { config, totalSteps }),
    weight: (step) => weightOfStep(at.course.weight, step, { config, totalSteps }),
  });
}

/**
 * A divergence with what to try: the knob that is furthest from what a run of this width and length has by default.
 *
 * @param run.count Training inputs.
 */
export function withRemedy({ now }: DivergenceError, run: { config: SettledConfig; count: number }): DivergenceError {
  const { preset, sparsity, dataset, latent } = run.config;
  const usual = { ...resolveConfig({ preset, sparsity, dataset }), latent };
  const totalSteps = totalStepsOf(run.config, run.count);
  return new DivergenceError(now, { advice: likelyRemedy(run.config, withPeakRate(usual, { totalSteps })) });
}
