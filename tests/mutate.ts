/**
 * Random damage to files, for tests that read any bytes: flipped, removed, repeated and inserted bytes.
 *
 * @module
 */
import type { Rng } from "../lib/rng.ts";

/** Bytes and words that readers stumble over. */
const AWKWARD = [0, 1, 2, 3, 4, 8, 0x1f, 0x20, 0x3c, 0x7f, 0x80, 0x8b, 0xfe, 0xff];

/** A copy of a file with one to four changes; one time in eight none. */
export function mutate(rng: Rng, file: Uint8Array): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(file);
  if (rng.below(8) === 0) return bytes;
  for (let changes = 1 + rng.below(4); changes > 0; changes--) {
    const at = rng.below(bytes.length + 1), length = rng.below(Math.min(20, bytes.length - at + 1));
    const before = bytes.subarray(0, at), after = bytes.subarray(at + length), piece = bytes.subarray(at, at + length);
    switch (rng.below(7)) {
      case 0: // one bit
        if (at < bytes.length) bytes[at] ^= 1 << rng.below(8);
        break;
      case 1: // one awkward byte
        if (at < bytes.length) bytes[at] = AWKWARD[rng.below(AWKWARD.length)];
        break;
      case 2: // cut off
        bytes = bytes.slice(0, at);
        break;
      case 3: // a piece removed
        bytes = joined(before, after);
        break;
      case 4: // a piece twice
        bytes = joined(before, piece, piece, after);
        break;
      case 5: // random bytes inserted
        bytes = joined(before, Uint8Array.from({ length }, () => rng.below(256)), bytes.subarray(at));
        break;
      case 6: // one value repeated
        bytes.fill(AWKWARD[rng.below(AWKWARD.length)], at, at + length);
        break;
    }
  }
  return bytes;
}

/** Bytes one after the other. */
export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
