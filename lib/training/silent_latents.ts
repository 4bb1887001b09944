/**
 * How many latents have not been active for a while, at evenly spaced steps of a run.
 *
 * Which steps those are depends on the length of the run alone, so that equal runs give equal counts, however they were
 * stopped and resumed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** More counts than this show nothing more in a chart. */
const MOST_COUNTS = 100;

/** Latents that had not been active for more than `deadSteps` training steps after `step` steps. */
export interface SilentCount {
  step: number;
  latents: number;
}

/** The steps of a run after which latents are counted, ascending: at most 100, the last one among them. */
export function countedSteps(totalSteps: number): number[] {
  const every = Math.ceil(totalSteps / MOST_COUNTS);
  return Array.from({ length: Math.ceil(totalSteps / every) }, (_, i) => Math.min(totalSteps, (i + 1) * every));
}

/**
 * The first step behind `step` after which latents are counted; infinite behind the last.
 *
 * @param options.totalSteps Steps of the whole run.
 */
export function nextCountedStep(step: number, { totalSteps }: { totalSteps: number }): number {
  if (step >= totalSteps) return Infinity;
  const every = Math.ceil(totalSteps / MOST_COUNTS);
  return Math.min(totalSteps, (Math.floor(step / every) + 1) * every);
}

/**
 * Latents that have not been active for more than `deadSteps` steps.
 *
 * @param lastFired The step in which each latent was last active, `[nLatents]`; 0 if never.
 * @param options.step Steps taken.
 */
export function silentLatents(
  lastFired: Float32Array,
  { step, deadSteps }: { step: number; deadSteps: number },
): number[] {
  const silent: number[] = [];
  for (let j = 0; j < lastFired.length; j++) if (step - lastFired[j] > deadSteps) silent.push(j);
  return silent;
}
