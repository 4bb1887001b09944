/**
 * The weight of the sparsity penalty: warmed up, and changed until the wanted number of latents is active.
 *
 * Decides from numbers alone; the loop measures. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { cappedWarmup } from "./schedule.ts";

/** Steps between two measurements of L0 while a target is pursued. */
export const CONTROL_STEPS = 25;

/** Images of one measurement. */
const CONTROL_IMAGES = 512;
/**
 * How strongly a wrong L0 changes the weight, and by how much at most at once; both of logarithms. While a model
 * learns, the weight has to rise all the time, so L0 stays above the target by a share that falls with the gain: at the
 * end of two epochs of MNIST, Gated with a target of 32 has 34.9 active latents with a gain of 0.25, 33.3 with 0.5,
 * 32.8 with 1.
 */
const GAIN = 0.5, LARGEST_MOVE = 0.25;
/** The weight stays within this factor of where it started: beyond it the knob has no effect. */
const LARGEST_FACTOR = 1e4;
/** An L0 within this share of the target has met it. */
const TOLERANCE = 0.1;

/** The weight a run starts with: β, λ, or 0 for a variant without a penalty. */
export function initialWeight(config: Config): number {
  const { weight } = VARIANTS[config.sparsity];
  return weight === null ? 0 : config[weight];
}

/**
 * The weight of one step: `controlled`, rising linearly from 0 over the warm-up.
 *
 * @param step Steps taken before this one.
 *
 * @example
 * ```ts
 * import { weightOfStep } from "./sparsity_weight.ts";
 * import assert from "node:assert/strict";
 *
 * const options = { config: { sparsityWarmupSteps: 4 }, totalSteps: 100 };
 * assert.deepEqual([0, 1, 3, 4].map((step) => weightOfStep(2, step, options)), [0.5, 1, 2, 2]);
 * ```
 */
export function weightOfStep(
  controlled: number,
  step: number,
  { config, totalSteps }: { config: Pick<Config, "sparsityWarmupSteps">; totalSteps: number },
): number {
  const warmup = sparsityWarmup(config, totalSteps);
  return step < warmup ? controlled * (step + 1) / warmup : controlled;
}

/** Steps over which the weight rises. Before their end L0 says nothing about the weight. */
export function sparsityWarmup(
  { sparsityWarmupSteps }: Pick<Config, "sparsityWarmupSteps">,
  totalSteps: number,
): number {
  return cappedWarmup(sparsityWarmupSteps, totalSteps);
}

/**
 * The next weight, from how many latents are active now: too many raise it.
 *
 *     ln w ← ln w + clip(½ ln(L0 / target), ±¼)
 *
 * @param weight Above 0.
 */
export function controlledWeight(
  weight: number,
  { l0, target, initial }: { l0: number; target: number; initial: number },
): number {
  const move = GAIN * Math.log(Math.max(l0, target * 1e-3) / target);
  const next = weight * Math.exp(Math.min(Math.max(move, -LARGEST_MOVE), LARGEST_MOVE));
  return Math.min(Math.max(next, initial / LARGEST_FACTOR), initial * LARGEST_FACTOR);
}

/**
 * The images on which L0 is measured at a step, by index: spread over all, and others each time, so that no part of the
 * split decides (MNIST's first 512 digits have 7 % fewer active latents than all).
 *
 * @param count Images there are.
 */
export function controlSample(step: number, count: number): Uint32Array {
  const n = Math.min(CONTROL_IMAGES, count);
  const shift = Math.floor(step / CONTROL_STEPS) % Math.floor(count / n);
  return Uint32Array.from({ length: n }, (_, i) => Math.floor(i * count / n) + shift);
}

/** How a target ended, as the report states it. */
export interface TargetOutcome {
  targetL0: number;
  /** Mean active latents at the end. */
  l0: number;
  /** Whether the target was missed: there were too few steps, or no weight of the penalty gives this L0. */
  isMissed: boolean;
}

/** Compares the end of a run with its target. */
export function targetOutcome(options: { targetL0: number; l0: number }): TargetOutcome {
  const { targetL0, l0 } = options;
  return { ...options, isMissed: Math.abs(l0 - targetL0) > TOLERANCE * targetL0 };
}
