/**
 * How often a sorted list is drawn anew: lists that change with every frame of a training cannot be read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Shortest time between two drawings while a model trains, ms. */
const CALM_MS = 340;

/** See the module comment. */
export class ListPace {
  #last = -Infinity;
  #subject: unknown = undefined;

  /**
   * Whether the list is to be drawn now: at once if it is about another subject or nothing trains, otherwise at most 3 times
   * a second.
   *
   * @param options.subject What the list is about, such as the image in Draw.
   * @param options.now Time in ms.
   */
  isDue({ subject, isTraining, now }: { subject: unknown; isTraining: boolean; now: number }): boolean {
    if (isTraining && subject === this.#subject && now - this.#last < CALM_MS) return false;
    this.#last = now;
    this.#subject = subject;
    return true;
  }
}
