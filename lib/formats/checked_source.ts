/**
 * Bytes with a checksum, as a source that compares the two as soon as it can.
 *
 * Bytes can be read at any place. Those that are read from front to back, in however many reads, are added up as they are read,
 * each once; a read that leaves a gap adds nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { Crc32 } from "./crc32.ts";

/** Bytes that are read at a time to compare the checksum. */
const PIECE_BYTES = 2 ** 20;

/** See the module comment. */
export class CheckedSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #source: ByteSource;
  readonly #crc: number;
  readonly #sum = new Crc32();
  /** How many bytes are added up. */
  #end = 0;

  /** @param crc The checksum, CRC-32, of all bytes. */
  constructor(source: ByteSource, crc: number) {
    [this.#source, this.name, this.size, this.#crc] = [source, source.name, source.size, crc];
  }

  /** @throws {UserError} The last byte has been read from front to back, and the checksum differs. */
  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#source.read(from, to);
    if (from <= this.#end && to > this.#end) {
      this.#sum.add(bytes.subarray(this.#end - from));
      this.#end = to;
    }
    if (this.#end === this.size && this.#sum.value !== this.#crc) throw checksumDiffers(this.name);
    return bytes;
  }

  /**
   * Reads what has not been read from front to back. For bytes that are read at any place afterwards.
   *
   * @throws {UserError} The checksum differs.
   */
  async check(): Promise<void> {
    while (this.#end < this.size) await this.read(this.#end, Math.min(this.size, this.#end + PIECE_BYTES));
  }
}

/** The refusal of bytes that are not those that were stored. */
export function checksumDiffers(name: string): UserError {
  return new UserError(`Cannot read ${printablePath(name)}: its checksum differs, expected an undamaged archive`);
}
