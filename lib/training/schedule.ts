/**
 * The learning rate: its peak, the rate of each step, and how long a warm-up may be.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config, SettledConfig } from "../config.ts";

/**
 * R of {@linkcode peakRate}: the best rate is about 9e-3 for 256 latents over 938 steps, 4.5e-3 for 1,024 latents over
 * as many, and 2e-3 for 1,024 latents over 4,690 steps (MNIST, batch 128; docs/decisions.md has the table).
 */
const RATE = 4.4;
/**
 * No run has a higher rate by default: shorter and narrower runs do not get better with higher rates, and soon get
 * worse.
 */
const HIGHEST_RATE = 1e-2;

/**
 * The peak learning rate of a run that names none, for as many latents and as many steps as it has:
 *
 *     lr = min(R / √(latent · totalSteps), 0.01)        R = 4.4
 *
 * @param options.totalSteps T, all steps of the run, at least 1.
 *
 * @example
 * ```ts
 * import { peakRate } from "./schedule.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(peakRate({ latent: 484, totalSteps: 400 }), 0.01);
 * assert.equal(peakRate({ latent: 484, totalSteps: 1600 }), 0.005);
 * ```
 */
export function peakRate({ latent, totalSteps }: { latent: number; totalSteps: number }): number {
  return Math.min(RATE / Math.sqrt(latent * totalSteps), HIGHEST_RATE);
}

/**
 * What a run that starts from a trained model takes of {@linkcode peakRate}: the whole of it is for weights that know nothing,
 * and made a model worse (TopK on MNIST, 4 epochs and then 1 more: test MSE 0.01078 → 0.01134, with this share → 0.01071).
 */
const STARTED_SHARE = 0.3;

/**
 * The configuration with a number for its peak learning rate: its own, or that of {@linkcode peakRate}.
 *
 * @param options.isStarted Whether the run starts from a trained model.
 */
export function withPeakRate(
  config: Config,
  { totalSteps, isStarted = false }: { totalSteps: number; isStarted?: boolean },
): SettledConfig {
  const share = isStarted ? STARTED_SHARE : 1;
  return { ...config, lr: config.lr ?? share * peakRate({ latent: config.latent, totalSteps }) };
}

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
  options: { config: Pick<SettledConfig, "lr" | "warmupSteps" | "decay">; totalSteps: number },
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
