/**
 * The reader's own files: which the Workers have read, so that a Worker that starts later is given them too.
 *
 * @module
 */

/** A file and where it lies below the folder that was dropped or chosen: sub-folders of images are classes. */
export interface OwnFile {
  path: string;
  file: File;
}

/** See the module comment. */
export class OwnFiles {
  /** Dropped, and not yet read. */
  #offered: OwnFile[] | null = null;
  #accepted: OwnFile[] | null = null;
  /** What the Worker of each side was given last. */
  readonly #given: (OwnFile[] | null)[] = [null, null];

  /** Files were dropped, and are given to the Workers of these sides. */
  offer(files: OwnFile[], sides: readonly number[]): void {
    this.#offered = files;
    for (const side of sides) this.#given[side] = files;
  }

  /** The first side has read files: whether they were dropped, and not given to it once more. */
  accept(): boolean {
    const isNew = this.#offered !== null;
    this.#accepted = this.#offered ?? this.#accepted;
    this.#offered = null;
    return isNew;
  }

  /** The Worker of a side is gone, with all that it had read. */
  forget(side: number): void {
    this.#given[side] = null;
  }

  /** The files that a side's Worker has yet to be given, from now on its own; null if it has them, or there are none. */
  missing(side: number): OwnFile[] | null {
    if (this.#accepted === null || this.#given[side] === this.#accepted) return null;
    this.#offered = null; // what it answers is no answer to a drop
    return this.#given[side] = this.#accepted;
  }
}
