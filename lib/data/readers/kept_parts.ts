/**
 * Decoded rows that are kept for a second reading as long as all of them fit: each kept, or none.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** How many bytes of decoded rows may still be kept, of all files of a set together. */
export class KeptBytes {
  #left: number;

  constructor(most: number = 2 ** 28) {
    this.#left = most;
  }

  /** Takes some bytes, unless so many are not left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** See the module comment. */
export class KeptParts<T extends { byteLength: number }> {
  readonly #budget: KeptBytes;
  /** Null once they are too many, or were taken. */
  #parts: T[] | null = [];
  #bytes = 0;

  constructor(budget: KeptBytes) {
    this.#budget = budget;
  }

  /** Whether everything so far was kept. */
  get areAll(): boolean {
    return this.#parts !== null;
  }

  /** Keeps a part; if there is no room for it, forgets all. */
  add(part: T): void {
    if (this.#parts === null) return;
    if (this.#budget.take(part.byteLength)) {
      this.#bytes += part.byteLength;
      this.#parts.push(part);
    } else this.take();
  }

  /** Gives all parts away, each of which is in memory once; null if not all were kept. */
  take(): Iterable<T> | null {
    const parts = this.#parts;
    if (parts === null) return null;
    this.#parts = null;
    this.#budget.give(this.#bytes);
    return drained(parts);
  }
}

function* drained<T>(parts: (T | null)[]): Generator<T> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    parts[i] = null;
    yield part;
  }
}
