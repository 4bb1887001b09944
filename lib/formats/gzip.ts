/**
 * Uncompresses gzip within a limit: 3 MB of gzip can hold 3 GB, so the length that is expected is stated first.
 *
 * As gzip(1) does: several members one after the other are one file, and zero bytes may follow the last. Node's zlib in
 * half the time of a DecompressionStream. Opens no files.
 *
 * @module
 */
import { constants, gunzipSync } from "node:zlib";
import { printablePath, UserError } from "../errors.ts";

/** The most that deflate can shrink anything. */
const MOST_EXPANSION = 1032;

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The most bytes that a gzip file of this size can hold. */
export function mostUncompressed(gzipBytes: number): number {
  return MOST_EXPANSION * gzipBytes;
}

/**
 * Uncompresses as much as the first bytes of a gzip file give, at most 1,032 times as many.
 *
 * @param name What the file is called in an error.
 * @throws {UserError} The bytes are not of a gzip file.
 */
export function gunzipStart(start: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  return unzip(start, { name, finishFlush: constants.Z_SYNC_FLUSH }).content;
}

/**
 * Uncompresses a whole gzip file.
 *
 * @param options.name What the file is called in an error.
 * @param options.most How many bytes it may hold; no more than these are allocated.
 * @throws {UserError} The file is corrupt, cut off, followed by something else than zero bytes, or holds more.
 */
export function gunzip(
  file: Uint8Array,
  { name, most }: { name: string; most: number },
): Uint8Array<ArrayBuffer> {
  // One byte more than is wanted, so that the whole comes in one piece: this saves a copy.
  const chunkSize = Math.max(64, Math.min(most, mostUncompressed(file.length)) + 1);
  const { content, taken } = unzip(file, { name, maxOutputLength: Math.max(1, most), chunkSize });
  if (content.length > most) throw tooMany({ name, most });
  for (let i = taken; i < file.length; i++) {
    if (file[i] === 0) continue;
    throw new UserError(
      `Cannot uncompress ${printablePath(name)}: ${file.length - taken} bytes follow its gzip stream, expected none`,
    );
  }
  return content;
}

/** Node's gunzip, with how many bytes of gzip it took. */
function unzip(
  bytes: Uint8Array,
  { name, ...options }: { name: string; finishFlush?: number; maxOutputLength?: number; chunkSize?: number },
): { content: Uint8Array<ArrayBuffer>; taken: number } {
  try {
    const { buffer, engine } = gunzipSync(bytes, { ...options, info: true }) as unknown as { // its types lack `info`
      buffer: Uint8Array<ArrayBuffer>;
      engine: { bytesWritten: number };
    };
    const content = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    return { content, taken: engine.bytesWritten };
  } catch (cause) {
    if (cause instanceof RangeError && (cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw tooMany({ name, most: options.maxOutputLength! });
    }
    const now = "its gzip stream is corrupt or cut off";
    throw new UserError(`Cannot uncompress ${printablePath(name)}: ${now}, expected a whole gzip file`, { cause });
  }
}

function tooMany({ name, most }: { name: string; most: number }): UserError {
  return new UserError(`Cannot uncompress ${printablePath(name)}: it holds more than ${most} bytes, expected ${most}`);
}
