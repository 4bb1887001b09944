/**
 * What happens between steps: the penalty's weight follows a target L0, dead latents are resampled.
 *
 * Each happens before certain steps, which do not depend on where a chunk ends: equal runs stay equal. Measures and
 * changes; does not take steps. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Engine, StepDefinition } from "../engine/engine.ts";
import { gatherPixels, type Pixels } from "../pixels.ts";
import { LAST_FIRED } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { Course } from "./course.ts";
import { lookAt, noteResampled } from "./lifelines.ts";
import { resampleDead } from "./resample.ts";
import { CONTROL_STEPS, controlledWeight, controlSample, initialWeight, sparsityWarmup } from "./sparsity_weight.ts";

/** The run at a moment between two steps. */
export interface ControlPoint {
  engine: Engine;
  course: Course;
  /** Steps taken. */
  step: number;
}

/** Something that happens between steps. */
export interface Control {
  /** Whether it happens before the step that follows `step` steps. */
  isDue(step: number): boolean;
  /** Does it; may change the course and the engine's state. */
  apply(at: ControlPoint): Promise<void>;
}

/** What the controls of a run are made from. */
export interface ControlledRun {
  definition: StepDefinition;
  /** Training inputs, or a sample of them, `[count, dInput]`. */
  pixels: Pixels;
  totalSteps: number;
}

/** The controls that a configuration asks for. */
export function controlsOf(config: Config, run: ControlledRun): Control[] {
  return [
    ...(config.targetL0 === null ? [] : [new TargetL0({ ...config, targetL0: config.targetL0 }, run)]),
    ...(config.resampleSteps === null ? [] : [new Resampling({ ...config, resampleSteps: config.resampleSteps }, run)]),
  ];
}

/** Moves the penalty's weight every 25 steps until the wanted number of latents is active on average. */
export class TargetL0 implements Control {
  readonly #target: number;
  readonly #initial: number;
  readonly #warmup: number;
  readonly #run: ControlledRun;

  constructor(config: Config & { targetL0: number }, run: ControlledRun) {
    this.#target = config.targetL0;
    this.#initial = initialWeight(config);
    this.#warmup = sparsityWarmup(config, run.totalSteps);
    this.#run = run;
  }

  /** Not before the end of the warm-up: until then L0 says nothing about the weight. */
  isDue(step: number): boolean {
    return isMultiple(step, CONTROL_STEPS) && step >= this.#warmup;
  }

  async apply({ engine, course, step }: ControlPoint): Promise<void> {
    const { definition: { arch, objective }, pixels } = this.#run;
    const rows = controlSample(step, pixels.length / arch.dInput);
    const { hidden } = await engine.forward(gatherPixels(pixels, rows, arch.dInput)); // sync point
    const l0 = meanActive(hidden[arch.latentIndex], {
      nLatents: arch.nLatents,
      activeAbove: VARIANTS[objective.sparsity].activeAbove,
    });
    course.weight = controlledWeight(course.weight, { l0, target: this.#target, initial: this.#initial });
  }
}

/**
 * Every `resampleSteps` steps up to half of the run, gives dead latents the directions of inputs that are badly
 * reconstructed.
 */
export class Resampling implements Control {
  readonly #config: Config & { resampleSteps: number };
  readonly #run: ControlledRun;

  constructor(config: Config & { resampleSteps: number }, run: ControlledRun) {
    this.#config = config;
    this.#run = run;
  }

  isDue(step: number): boolean {
    return isMultiple(step, this.#config.resampleSteps) && step <= this.#run.totalSteps / 2;
  }

  async apply({ engine, course, step }: ControlPoint): Promise<void> {
    const { seed, deadSteps } = this.#config;
    const { definition: { arch }, pixels } = this.#run, { lifelines } = course;
    if (lifelines) lookAt(lifelines, { lastFired: await engine.buffer(LAST_FIRED), step, deadSteps });
    const latents = await resampleDead({ engine, arch, pixels, seed, deadSteps }); // sync point
    course.resampled.push({ step, latents: latents.length });
    if (lifelines) noteResampled(lifelines, { latents, step });
  }
}

/** Active latents per row, the mean over rows of `acts` `[rows, nLatents]`. */
function meanActive(acts: Float32Array, { nLatents, activeAbove }: { nLatents: number; activeAbove: number }): number {
  const counts = new Float64Array(nLatents);
  for (let i = 0; i < acts.length; i++) if (acts[i] > activeAbove) counts[i % nLatents]++;
  const rows = acts.length / nLatents;
  return counts.reduce((sum, count) => sum + count / rows, 0);
}

function isMultiple(step: number, every: number): boolean {
  return step > 0 && step % every === 0;
}
