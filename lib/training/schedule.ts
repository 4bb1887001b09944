/**
 * The learning rate of each step.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";

/**
 * Linear warm-up to `lr`, then constant or half a cosine down to 0:
 *
 *     t < W:  lr · (t + 1) / W
 *     else:   lr · ½ (1 + cos(π (t − W) / (T − W)))        with decay cosine
 *
 * @param step t, the number of steps taken before this one, from 0.
 * @param options The configuration (`lr`, W = `warmupSteps`, `decay`) and T = `totalSteps`.
 *
 * @example
 * ```ts
 * import { learningRate } from "./schedule.ts";
 * import assert from "node:assert/strict";
 *
 * const config = { lr: 0.01, warmupSteps: 4, decay: "cosine" } as const;
 * assert.equal(learningRate(0, { config, totalSteps: 12 }), 0.0025);
 * assert.equal(learningRate(4, { config, totalSteps: 12 }), 0.01);
 * assert.equal(learningRate(8, { config, totalSteps: 12 }), 0.005);
 * ```
 */
export function learningRate(
  step: number,
  options: { config: Pick<Config, "lr" | "warmupSteps" | "decay">; totalSteps: number },
): number {
  const { lr, warmupSteps, decay } = options.config;
  if (step < warmupSteps) return lr * (step + 1) / warmupSteps;
  if (decay === "constant") return lr;
  const progress = (step - warmupSteps) / (options.totalSteps - warmupSteps);
  return lr * 0.5 * (1 + Math.cos(Math.PI * progress));
}
