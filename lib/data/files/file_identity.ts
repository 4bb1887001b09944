/**
 * Which content a file has, so that a change is noticed: its length, when it was changed, and a hash of blocks of it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileError } from "../../files.ts";
import type { StreamedFile } from "../stream/stream_plan.ts";

/** Bytes of a block. */
const BLOCK = 2 ** 16;
/** Blocks that are read of a file; a file of no more than so many is read whole. */
const BLOCKS = 64;

/** Files up to this length are hashed whole, bytes: their hash is the one that `sha256sum` prints. */
export const HASHED_WHOLE_BYTES = BLOCK * BLOCKS;

/**
 * A file's identity.
 *
 * Of a short file the SHA-256 is that of its bytes. Of a longer one it is that of its length as a decimal number, a line
 * break, and 64 blocks of 65,536 bytes, the first at its start, the last at its end, the others evenly between.
 *
 * @throws {UserError} The file is missing or may not be read.
 */
export async function identityOf(path: string): Promise<StreamedFile> {
  try {
    using file = await Deno.open(path);
    const { size, mtime } = await file.stat();
    const hash = createHash("sha256");
    if (size > HASHED_WHOLE_BYTES) hash.update(`${size}\n`);
    const block = new Uint8Array(BLOCK);
    for (const [from, to] of blocksOf(size)) {
      await file.seek(from, Deno.SeekMode.Start);
      let length = 0;
      for (let read; length < to - from && (read = await file.read(block.subarray(length, to - from))) !== null;) {
        length += read;
      }
      hash.update(block.subarray(0, length));
    }
    return { path, bytes: size, modifiedMs: mtime?.getTime() ?? null, sampledSha256: hash.digest("hex") };
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/**
 * The places in a file that are hashed, `[from, to)` in bytes, in order.
 *
 * @example
 * ```ts
 * import { blocksOf } from "./file_identity.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(blocksOf(70_000), [[0, 65_536], [65_536, 70_000]]);
 * const places = blocksOf(10 ** 9);
 * assert.deepEqual([places.length, places[0], places.at(-1)], [64, [0, 65_536], [10 ** 9 - 65_536, 10 ** 9]]);
 * ```
 */
export function blocksOf(size: number): [from: number, to: number][] {
  const count = Math.min(BLOCKS, Math.ceil(size / BLOCK));
  return Array.from({ length: count }, (_, i) => {
    const from = size > HASHED_WHOLE_BYTES ? Math.floor(i * (size - BLOCK) / (BLOCKS - 1)) : i * BLOCK;
    return [from, Math.min(from + BLOCK, size)];
  });
}
