/**
 * Bytes that can only be read from front to back, such as compressed ones, as a source of bytes at any place.
 *
 * A read behind the last one begins anew: readers that go from front to back take each byte once. Nothing but the piece
 * that is read is held in memory. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { joinedBytes } from "./joined_bytes.ts";

/** See the module comment. One read at a time. */
export class ForwardSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #open: () => AsyncIterable<Uint8Array<ArrayBuffer>>;
  #pieces: AsyncIterator<Uint8Array<ArrayBuffer>> | null = null;
  /** What was taken from the stream and not yet given; its first byte is at `#at`. */
  #rest = new Uint8Array();
  #at = 0;

  /** @param known.open Gives all bytes anew, in pieces. */
  constructor(
    { name, size, open }: { name: string; size: number; open: () => AsyncIterable<Uint8Array<ArrayBuffer>> },
  ) {
    [this.name, this.size, this.#open] = [name, size, open];
  }

  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#pieces === null || from < this.#at) {
      await this.close();
      this.#pieces = this.#open()[Symbol.asyncIterator]();
    }
    while (this.#at + this.#rest.length <= from && from < to) await this.#takePiece(from, to);
    this.#drop(from - this.#at);
    const taken: Uint8Array[] = [];
    while (this.#at < to) {
      if (this.#rest.length === 0) await this.#takePiece(from, to);
      const piece = this.#rest.subarray(0, to - this.#at);
      taken.push(piece);
      this.#drop(piece.length);
    }
    return joinedBytes(taken);
  }

  /** Ends the stream; a read after this begins anew. */
  async close(): Promise<void> {
    const pieces = this.#pieces;
    [this.#pieces, this.#rest, this.#at] = [null, new Uint8Array(), 0];
    await pieces?.return?.();
  }

  #drop(length: number): void {
    const dropped = Math.max(0, Math.min(length, this.#rest.length));
    this.#rest = this.#rest.subarray(dropped);
    this.#at += dropped;
  }

  async #takePiece(from: number, to: number): Promise<void> {
    const { value, done } = await this.#pieces!.next();
    if (done) {
      await this.close();
      throw new UserError(
        `Cannot read ${
          printablePath(this.name)
        }: its bytes end before byte ${to} (read from ${from}), expected ${this.size}`,
      );
    }
    this.#at += this.#rest.length;
    this.#rest = value;
  }
}

/** A part of a source, as a source of its own. */
export function partOfSource(
  source: ByteSource,
  { name, from, to }: { name: string; from: number; to: number },
): ByteSource {
  return { name, size: to - from, read: (start, end) => source.read(from + start, from + end) };
}
