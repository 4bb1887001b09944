/**
 * Whether what is about to be allocated fits into the memory that is free, so that it is refused in one line instead of
 * ending the process.
 *
 * Allocates nothing and estimates nothing itself.
 *
 * @module
 */
import process from "node:process";
import { format } from "@std/fmt/bytes";
import { UserError } from "./errors.ts";

/**
 * Bytes that can be allocated now: what the system reports as available, or what is left of a container's limit.
 *
 * @returns Infinity if this process may not ask (it needs `--allow-sys=systemMemoryInfo`).
 */
export function freeMemoryBytes(): number {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  return state === "granted" ? Math.min(process.availableMemory(), process.constrainedMemory()) : Infinity;
}

/**
 * Asserts that the bytes that are needed are free.
 *
 * @param options.what What needs them, as in "Cannot read images.gz".
 * @param options.freeBytes How many are free; asked of the system if left out.
 * @throws {UserError} They are not; the line says both numbers.
 *
 * @example
 * ```ts
 * import { assertFitsMemory } from "./memory.ts";
 * import assert from "node:assert/strict";
 *
 * assertFitsMemory(1e6, { what: "draw vectors", freeBytes: 2e6 });
 * assert.throws(() => assertFitsMemory(46e12, { what: "draw vectors", freeBytes: 8e9 }), {
 *   message: "Cannot draw vectors: it needs 46 TB of memory, expected at most the 8 GB that are free",
 * });
 * ```
 */
export function assertFitsMemory(
  neededBytes: number,
  { what, freeBytes = freeMemoryBytes() }: { what: string; freeBytes?: number },
): void {
  if (neededBytes <= freeBytes) return;
  const now = `it needs ${format(neededBytes)} of memory`;
  throw new UserError(`Cannot ${what}: ${now}, expected at most the ${format(freeBytes)} that are free`);
}
