/**
 * Calls of an engine one after the other, as far as they submit: what one waits for afterwards holds up no other, so that a
 * device has work while results are read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What a call has when all of its work is submitted. In an object, because a promise of a promise waits for both. */
export interface Submitted<T> {
  result: Promise<T>;
}

/** See the module comment. */
export class SubmissionQueue {
  /** Settles when the last call has submitted everything; null if none is at it. */
  #last: Promise<void> | null = null;

  /** Runs `submit` when all calls before have submitted everything, at once if they have; its result, when it is there. */
  async run<T>(submit: () => Submitted<T> | Promise<Submitted<T>>): Promise<T> {
    const submitted = this.#last ? this.#last.then(submit) : submit();
    if (submitted instanceof Promise) this.#hold(submitted);
    return (await submitted).result;
  }

  #hold(submitted: Promise<unknown>): void {
    const last: Promise<void> = submitted.then(() => {}, () => {}).then(() => {
      if (this.#last === last) this.#last = null;
    });
    this.#last = last;
  }
}
