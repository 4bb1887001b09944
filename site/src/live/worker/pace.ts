/**
 * How often something is done beside training, and how fast training is.
 *
 * Reads the clock; knows nothing of what is done.
 *
 * @module
 */

/** Share of the time that one thing may take. */
const LARGEST_SHARE = 0.1;
/** Time over which steps are counted. */
const RATE_MS = 500;

/** Something that is done at most so often, and less often if it takes more than a tenth of the time. */
export class Pace {
  readonly #ms: number;
  #nextMs = 0;

  /** @param ms Least milliseconds from one beginning to the next. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Whether it may be done again. */
  isDue(): boolean {
    return performance.now() >= this.#nextMs;
  }

  /** It begins now, and takes nearly no time. */
  begin(): void {
    this.#nextMs = performance.now() + this.#ms;
  }

  /** Does it. */
  async time<T>(work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    const took = performance.now() - start;
    this.#nextMs = start + Math.max(this.#ms, took / LARGEST_SHARE);
    return result;
  }
}

/** Steps per second over the last half second. */
export class StepRate {
  #sinceMs = performance.now();
  #since: number;
  #rate = 0;

  /** @param step Steps taken so far. */
  constructor(step: number) {
    this.#since = step;
  }

  /** Counts from here on; the rate so far stays until there is a new one. */
  restart(step: number): void {
    this.#sinceMs = performance.now();
    this.#since = step;
  }

  /** The rate, if so many steps are taken by now. */
  at(step: number): number {
    const ms = performance.now() - this.#sinceMs;
    if (step === this.#since) return this.#rate; // training stands still, or has just gone on
    if (ms >= RATE_MS) {
      this.#rate = (step - this.#since) / ms * 1000;
      this.restart(step);
    } else if (this.#rate === 0) {
      return (step - this.#since) / ms * 1000;
    }
    return this.#rate;
  }
}
