/**
 * How often a sorted list is drawn anew: lists that change with every frame of a training cannot be read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Shortest time between two drawings about the same subject while a model trains, ms. */
const CALM_MS = 340;

/** The same about other subjects, such as the images of a stroke under way: what is drawn of them must not delay the pen. */
const QUICK_MS = 80;

/** See the module comment. */
export class ListPace {
  #last = -Infinity;
  #subject: unknown = undefined;

  /**
   * Whether the list is to be drawn now: always if nothing trains, at most 12 times a second if it is about another subject,
   * otherwise at most 3 times. A training draws again soon, so that what was left out is not lost.
   *
   * @param options.subject What the list is about, such as the image in Draw.
   * @param options.now Time in ms.
   */
  isDue({ subject, isTraining, now }: { subject: unknown; isTraining: boolean; now: number }): boolean {
    const pause = subject === this.#subject ? CALM_MS : QUICK_MS;
    if (isTraining && now - this.#last < pause) return false;
    this.#last = now;
    this.#subject = subject;
    return true;
  }
}
