/**
 * The learning rate of each step, and how long a warm-up may be.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";

/**
 * Linear warm-up to `lr`, then constant, or down to 0 along a line or half a cosine:
 *
 *     t < W:  lr · (t + 1) / W                W = min(warmupSteps, ⌊T/4⌋), see cappedWarmup
 *     else:   lr · (1 − u)                    with decay linear, u = (t − W) / (T − W)
 *             lr · ½ (1 + cos πu)             with decay cosine
 *
 * @param step t, the number of steps taken before this one, from 0.
 * @param options The configuration (`lr`, `warmupSteps`, `decay`) and T = `totalSteps`.
 *
 * @example
 * ```ts
 * import { learningRate } from "./schedule.ts";
 * import assert from "node:assert/strict";
 *
 * const config = { lr: 0.01, warmupSteps: 4, decay: "cosine" } as const;
 * assert.equal(learningRate(0, { config, totalSteps: 20 }), 0.0025);
 * assert.equal(learningRate(4, { config, totalSteps: 20 }), 0.01);
 * assert.equal(learningRate(12, { config, totalSteps: 20 }), 0.005);
 * ```
 */
export function learningRate(
  step: number,
  options: { config: Pick<Config, "lr" | "warmupSteps" | "decay">; totalSteps: number },
): number {
  const { lr, warmupSteps, decay } = options.config;
  const warmup = cappedWarmup(warmupSteps, options.totalSteps);
  if (step < warmup) return lr * (step + 1) / warmup;
  if (decay === "constant") return lr;
  const progress = (step - warmup) / (options.totalSteps - warmup);
  return decay === "linear" ? lr * (1 - progress) : lr * 0.5 * (1 + Math.cos(Math.PI * progress));
}

/** Steps of a warm-up: those asked for, at most a quarter of all, so that a short run is not all warm-up. */
export function cappedWarmup(steps: number, totalSteps: number): number {
  return Math.min(steps, Math.floor(totalSteps / 4));
}
