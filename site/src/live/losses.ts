/**
 * The losses of all steps of a training, in arrays that grow.
 *
 * @module
 */
import type { Losses } from "./live.ts";
import type { Frame } from "./messages.ts";

/** Room for the first steps. */
const FIRST_ROOM = 4096;

/** No losses yet. */
export function noLosses(): Losses {
  const room = () => new Float32Array(FIRST_ROOM);
  return { length: 0, reconstruction: room(), penalty: room(), auxiliary: room() };
}

/** Adds the losses of a frame in their place. */
export function addLosses(losses: Losses, { firstStep, losses: added }: Pick<Frame, "firstStep" | "losses">): void {
  const length = firstStep + added.reconstruction.length;
  for (const name of ["reconstruction", "penalty", "auxiliary"] as const) {
    if (length > losses[name].length) {
      const longer = new Float32Array(Math.max(length, 2 * losses[name].length));
      longer.set(losses[name].subarray(0, losses.length));
      losses[name] = longer;
    }
    losses[name].set(added[name], firstStep);
  }
  losses.length = length;
}
