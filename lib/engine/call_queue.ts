/**
 * An engine's calls one after the other, and none once it has failed or was disposed: the same for every engine.
 *
 * Knows no engine. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * What a call has once all of its work is submitted to a device. In an object, because a promise of a promise waits for
 * both.
 */
export interface Submitted<T> {
  result: Promise<T>;
}

/** See the module comment. */
export class CallQueue {
  /** Settles when every call so far has ended. */
  #last: Promise<unknown> = Promise.resolve();
  /** Why no further call is taken, or null. */
  #failure: Error | null = null;
  #end: Promise<void> | null = null;

  /**
   * Runs work after all calls before it.
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

  /** As `run`, but what follows does not wait for the result, so that a device has work while results are read. */
  async submit<T>(work: () => Submitted<T> | Promise<Submitted<T>>): Promise<T> {
    const { result } = await this.run(work);
    return await result;
  }

  /** Refuses all further calls, with this reason unless there is one already; returns the reason given. */
  fail<Reason extends Error>(reason: Reason): Reason {
    this.#failure ??= reason;
    return reason;
  }

  /** Frees an engine after all calls before, once; every later call is refused. */
  end(free: () => void | Promise<void>): Promise<void> {
    if (this.#end) return this.#end;
    this.#end = this.#last.then(free).finally(() => this.fail(new Error(DISPOSED)));
    this.#last = this.#end.catch(() => {});
    return this.#end;
  }
}

const DISPOSED = "it was disposed, expected one in use";

/** The message with which calls of a disposed engine are refused. */
export function disposedError(): Error {
  return new Error(`Cannot use the engine: ${DISPOSED}`);
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
