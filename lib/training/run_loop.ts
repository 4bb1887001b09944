/**
 * The training loop of a run: rates, weights and controls as its configuration says.
 *
 * The command line and the page that trains share it. Does not measure, save or draw. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { resolveConfig, type SettledConfig } from "../config.ts";
import type { Engine, StepDefinition } from "../engine/engine.ts";
import type { Pixels } from "../pixels.ts";
import { controlsOf } from "./controls.ts";
import { totalStepsOf } from "./course.ts";
import { DivergenceError, likelyRemedy } from "./divergence.ts";
import { type Progress, type TrainingLoop, trainingLoop } from "./loop.ts";
import { learningRate, withPeakRate } from "./schedule.ts";
import { weightOfStep } from "./sparsity_weight.ts";

/** A run that is about to take steps. */
export interface LoopedRun extends Pick<TrainingLoop, "firstStep" | "course" | "mostSteps" | "pause"> {
  config: SettledConfig;
  definition: StepDefinition;
  /** Loaded with the state after `firstStep` steps and with the training inputs. */
  engine: Engine;
  /** The training inputs. */
  train: { pixels: Pixels; count: number };
  /** Epochs after which the loop ends, if not those of the configuration, which its schedules are for in any case. */
  epochs?: number;
}

/** See {@linkcode trainingLoop}. */
export function loopOf({ config, definition, engine, train, epochs, ...at }: LoopedRun): AsyncGenerator<Progress> {
  const totalSteps = totalStepsOf(config, train.count);
  return trainingLoop({
    ...at,
    ...{ engine, count: train.count, batch: config.batch, deadSteps: config.deadSteps },
    epochs: epochs ?? config.epochs,
    controls: controlsOf(config, { definition, pixels: train.pixels, totalSteps }),
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
