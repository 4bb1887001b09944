/**
 * The length and the checksum of a file on disk, however long it is.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileError } from "../files.ts";
import type { HashedFile } from "./schema.ts";

/** Bytes that are hashed at a time, at most; of a small file no more than it has are allocated. */
const PIECE_BYTES = 2 ** 24;

/**
 * A file's length and its SHA-256.
 *
 * @throws {UserError} It is missing or may not be read.
 */
export async function hashOfFile(path: string): Promise<Omit<HashedFile, "name">> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    using file = await Deno.open(path);
    const piece = new Uint8Array(Math.min(PIECE_BYTES, Math.max(1, (await file.stat()).size)));
    for (let length; (length = await file.read(piece)) !== null; bytes += length) {
      hash.update(piece.subarray(0, length));
    }
  } catch (error) {
    throw fileError("read", path, error);
  }
  return { bytes, sha256: hash.digest("hex") };
}
