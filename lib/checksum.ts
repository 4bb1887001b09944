/**
 * The checksum of bytes that are in memory.
 *
 * Files larger than memory and pieces one after the other are hashed by `node:crypto` where they are read.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * SHA-256, hexadecimal.
 *
 * @throws {TypeError} The page is from an address where browsers compute no checksums: neither https:// nor this machine.
 *
 * @example
 * ```ts
 * import { sha256Of } from "./checksum.ts";
 * import assert from "node:assert/strict";
 *
 * const hash = await sha256Of(new TextEncoder().encode("abc")); // FIPS 180-4, B.1
 * assert.equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
 * ```
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
