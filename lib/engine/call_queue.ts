/**
 * An engine's calls one after the other, and none once it has failed or was disposed: the same for every engine.
 *
 * Knows no engine. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** See the module comment. */
export class CallQueue {
  /** Settles when every call so far has ended. */
  #last: Promise<unknown> = Promise.resolve();
  /** Why no further call is taken, or null. */
  #failure: Error | null = null;

  /**
   * Runs work after all that was asked for before. What a call may leave to others that follow, such as a wait for numbers
   * to be read back, is not part of `work`.
   *
   * @throws {Error} The engine has failed or was disposed.
   */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      if (this.#failure) {
        throw new Error(`Cannot use the engine: ${this.#failure.message}`, { cause: this.#failure });
      }
      return work();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** Refuses all further calls, with this reason unless there is one already; returns the reason given. */
  fail<Reason extends Error>(reason: Reason): Reason {
    this.#failure ??= reason;
    return reason;
  }

  /** Frees an engine after all that was asked for before; every later call is refused. */
  end(free: () => void | Promise<void>): Promise<void> {
    const done = this.#last.then(free);
    done.finally(() => this.fail(new Error("it was disposed, expected one in use"))).catch(() => {});
    this.#last = done.catch(() => {});
    return done;
  }
}

/**
 * What an engine has loaded.
 *
 * @throws {Error} Nothing yet.
 */
export function assertLoaded<T>(loaded: T | null): T {
  if (loaded === null) throw new Error("Cannot use the engine: nothing is loaded, expected a call of load first");
  return loaded;
}
