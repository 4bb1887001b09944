/**
 * Bytes that can be read at any place: a file of the program, or one that was dropped on a page.
 *
 * A type alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Bytes at a place, read when they are asked for. */
export interface ByteSource {
  /** What errors call it: a path from the folder that was named, such as `train/7/0012.png`. */
  name: string;
  /** Bytes in all. */
  size: number;
  /**
   * The bytes from `from` up to `to`, which both are in [0, size].
   *
   * @throws {UserError} They cannot be read: the file has gone, or became shorter.
   */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}
