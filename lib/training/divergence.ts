/**
 * Numbers that are no longer finite: which one, and which knob may be the reason.
 *
 * Looks at losses, weights and knobs. Does not stop anything itself. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SettledConfig } from "../config.ts";
import type { StepLosses, TrainingState } from "../engine/engine.ts";
import { UserError } from "../errors.ts";

/** Training cannot go on: a loss or a weight is NaN or infinite. */
export class DivergenceError extends UserError {
  override name = "DivergenceError";
  /** @param now What is not finite, and after which step. */
  constructor(readonly now: string, { advice = "" }: { advice?: string } = {}) {
    super(`Cannot go on training: ${now}, expected finite numbers${advice && `; try ${advice}`}`);
  }
}

const PARTS = [
  ["reconstruction", "reconstruction loss"],
  ["penalty", "sparsity penalty"],
  ["auxiliary", "auxiliary loss"],
] as const;

/**
 * Checks the losses of a chunk of steps.
 *
 * @param at.firstStep Steps taken before the chunk.
 * @throws {DivergenceError} One is NaN or infinite; the error names the step and the part of the loss.
 */
export function assertFiniteLosses(losses: StepLosses, { firstStep }: { firstStep: number }): void {
  for (let i = 0; i < losses.penalty.length; i++) {
    for (const [part, name] of PARTS) {
      const value = losses[part][i];
      if (!Number.isFinite(value)) {
        throw new DivergenceError(`the ${name} became ${value} at step ${firstStep + i + 1}`);
      }
    }
  }
}

/** @throws {DivergenceError} A weight of the model is NaN or infinite. */
export function assertFiniteParameters({ params, step }: Pick<TrainingState, "params" | "step">): void {
  for (const [name, values] of Object.entries(params)) {
    if (!isFiniteArray(values)) throw new DivergenceError(`${name} is not finite after step ${step}`);
  }
}

/** Whether every value is finite. */
export function isFiniteArray(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false; // 10 times faster than every()
  return true;
}

/** A knob whose distance from its default can make training diverge. */
interface Suspect {
  knob: "lr" | "beta" | "lambda" | "rho" | "bandwidth" | "auxAlpha" | "adamEpsilon";
  /** How far the value is from the default in the dangerous direction: a logarithm, above 0 only in that direction. */
  distance(now: number, usual: number): number;
  /** The direction that helps, as advice. */
  advice(now: number, usual: number): string;
}

const above = (now: number, usual: number) => Math.log(now / usual);
const below = (now: number, usual: number) => Math.log(usual / now);
const lower = (flag: string) => (now: number) => `a lower --${flag} than ${now}`;
const higher = (flag: string) => (now: number) => `a higher --${flag} than ${now}`;
const SUSPECTS: Suspect[] = [
  { knob: "lr", distance: above, advice: lower("lr") },
  { knob: "beta", distance: above, advice: lower("beta") },
  { knob: "lambda", distance: above, advice: lower("lambda") },
  { knob: "bandwidth", distance: below, advice: higher("bandwidth") },
  { knob: "auxAlpha", distance: above, advice: lower("aux-alpha") },
  { knob: "adamEpsilon", distance: below, advice: higher("adam-epsilon") },
  {
    knob: "rho",
    distance: (now, usual) => Math.max(below(now, usual), below(1 - now, 1 - usual)),
    advice: (now, usual) => `a --rho nearer to ${usual} than ${now}`,
  },
];

/**
 * What to try after a divergence: the knob that was set furthest in its dangerous direction, or nothing if none was.
 *
 * @param config The run's configuration.
 * @param usual The configuration with the defaults of this variant, data set and preset, for as many latents and steps.
 *
 * @example
 * ```ts
 * import { likelyRemedy } from "./divergence.ts";
 * import { resolveConfig } from "../config.ts";
 * import assert from "node:assert/strict";
 *
 * const usual = { ...resolveConfig(), lr: 0.01 };
 * const remedy = (turned: Partial<typeof usual>) => likelyRemedy({ ...usual, ...turned }, usual);
 * assert.equal(remedy({ rho: 1e-300 }), "a --rho nearer to 0.05 than 1e-300");
 * assert.equal(remedy({ lr: 1 }), "a lower --lr than 1");
 * assert.equal(remedy({}), "");
 * ```
 */
export function likelyRemedy(config: SettledConfig, usual: SettledConfig): string {
  const moved = SUSPECTS
    .map((suspect) => ({ suspect, distance: suspect.distance(config[suspect.knob], usual[suspect.knob]) }))
    .filter(({ distance }) => distance > 0)
    .sort((a, b) => b.distance - a.distance);
  if (moved.length === 0) return "";
  const { knob, advice } = moved[0].suspect;
  return advice(config[knob], usual[knob]);
}
