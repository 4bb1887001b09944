/**
 * A gzip file as a source of its uncompressed bytes, which are read from front to back.
 *
 * With the DecompressionStream of the web; `gzip.ts` is for the program, whose files are uncompressed whole. PORTABLE: no
 * Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { piecesOf, sourcePieces, streamOf } from "./byte_streams.ts";
import { ForwardSource } from "./forward_source.ts";

/** A gzip file ends with the number of its bytes, modulo 2^32. */
const LENGTH_BYTES = 4;

/** Whether a file begins as gzip does. */
export async function isGzipped(source: ByteSource): Promise<boolean> {
  const start = await source.read(0, Math.min(2, source.size));
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The bytes in a gzip file. It is read once to learn how many they are.
 *
 * @throws {UserError} The file is corrupt or cut off.
 */
export async function gunzippedSource(packed: ByteSource): Promise<ByteSource> {
  const name = packed.name;
  let size = 0;
  for await (const { length } of uncompressed(packed)) size += length;
  const end = await packed.read(Math.max(0, packed.size - LENGTH_BYTES), packed.size);
  const isWhole = end.length === LENGTH_BYTES &&
    new DataView(end.buffer, end.byteOffset).getUint32(0, true) === size % 2 ** 32;
  if (!isWhole) throw corrupt(packed); // not every runtime says so
  return new ForwardSource({ name, size, open: () => uncompressed(packed) });
}

async function* uncompressed(packed: ByteSource): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* piecesOf(streamOf(sourcePieces(packed)).pipeThrough(new DecompressionStream("gzip")));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw corrupt(packed, cause);
  }
}

function corrupt({ name }: ByteSource, cause?: unknown): UserError {
  const now = "its gzip stream is corrupt or cut off";
  return new UserError(`Cannot read ${printablePath(name)}: ${now}, expected a whole gzip file`, { cause });
}
