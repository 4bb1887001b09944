/**
 * When the loss is said to those who do not see it: at most every ten seconds while it trains, at once when it stops.
 *
 * Decides; says nothing itself. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */

/** Milliseconds between two sentences during training. */
export const BETWEEN_MS = 10_000;

/** See the module comment. */
export class Announcer {
  #saidAt = -Infinity;
  #wasTraining = false;

  /** Whether something is to be said now. */
  isDue({ isTraining, now }: { isTraining: boolean; now: number }): boolean {
    const hasStopped = this.#wasTraining && !isTraining, hasStarted = !this.#wasTraining && isTraining;
    this.#wasTraining = isTraining;
    if (hasStarted) this.#saidAt = now; // the first sentence comes when there is something to say
    const isDue = hasStopped || (isTraining && now - this.#saidAt >= BETWEEN_MS);
    if (isDue) this.#saidAt = now;
    return isDue;
  }
}
