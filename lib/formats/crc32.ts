/**
 * CRC-32, the checksum of PNG's chunks and of the files in zip archives (PNG specification, annex D).
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Remainders of each byte. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/**
 * The checksum of bytes that come in pieces.
 *
 * @example
 * ```ts
 * import { Crc32 } from "./crc32.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(new Crc32().add(new TextEncoder().encode("123456789")).value, 0xcbf43926);
 * ```
 */
export class Crc32 {
  #crc = 0xffffffff;

  /** Adds the bytes that follow. */
  add(bytes: Uint8Array): this {
    let crc = this.#crc;
    for (let i = 0; i < bytes.length; i++) crc = REMAINDERS[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    this.#crc = crc;
    return this;
  }

  /** Of all bytes so far, a whole number below 2^32. */
  get value(): number {
    return ~this.#crc >>> 0;
  }
}
