/**
 * Whether any latent can be dead in a step, known without reading from the device in every step.
 *
 * A latent is dead in step t if it was last active more than `deadSteps` steps before. As that only ever becomes later,
 * the oldest of all, once read back, says until which step none can be dead. Decides only whether AuxK is computed; if
 * no latent is dead, AuxK would add 0.
 *
 * @module
 */
import { VARIANTS } from "../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../engine.ts";

/**
 * While some latents are dead, the device is read again after this many steps. Until then AuxK is computed in any case.
 */
const RECHECK_STEPS = 16;

/**
 * For a state that is trained on from here; null if the model does not revive dead latents.
 *
 * @param lastFired When each latent was last active; undefined if the model does not keep it.
 */
export function deadLatents(
  { objective: { sparsity, deadSteps, knobs } }: Pick<StepDefinition, "objective">,
  lastFired: Float32Array | undefined,
): DeadLatents | null {
  if (!lastFired || !VARIANTS[sparsity].revives || knobs.auxAlpha === 0) return null;
  return new DeadLatents({ deadSteps, lastFired });
}

/** See the module comment; for one state that is trained on. */
export class DeadLatents {
  readonly #deadSteps: number;
  /** Up to this step none is dead. */
  #noneUntil = 0;
  #nextCheck = 0;

  /** @param options.lastFired Of the state before the first step. */
  constructor({ deadSteps, lastFired }: { deadSteps: number; lastFired: Float32Array }) {
    this.#deadSteps = deadSteps;
    this.#learn(lastFired);
  }

  /**
   * Whether some latent may be dead in step `t`.
   *
   * @param readLastFired Reads when each latent was last active, after step t − 1.
   */
  async mayBeIn(t: number, readLastFired: () => Promise<Float32Array>): Promise<boolean> {
    if (t > this.#noneUntil && t >= this.#nextCheck) {
      this.#learn(await readLastFired());
      if (t > this.#noneUntil) this.#nextCheck = t + RECHECK_STEPS;
    }
    return t > this.#noneUntil;
  }

  #learn(lastFired: Float32Array): void {
    const oldest = lastFired.reduce((a, b) => Math.min(a, b), Infinity);
    this.#noneUntil = oldest + this.#deadSteps + 1;
  }
}
