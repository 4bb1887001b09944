/**
 * Zip archives, as far as NumPy's `.npz` files are such: members stored or deflated, more than 4 GB with zip64.
 *
 * With zip.js, which is loaded when an archive is opened. Members are read when they are asked for; their checksums are compared
 * when their last byte is read. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { piecesOf, sourcePieces, streamOf } from "./byte_streams.ts";
import { CheckedSource, checksumDiffers } from "./checked_source.ts";
import { Crc32 } from "./crc32.ts";
import { ForwardSource, partOfSource } from "./forward_source.ts";
import { loadZip } from "./zip_library.ts";

/** One file of an archive. */
export interface ZipMember {
  /** Its path in the archive, such as `x_train.npy`. */
  path: string;
  /** Its bytes; in errors it is called `archive.npz/x_train.npy`. */
  source: ByteSource;
  /** Where its bytes begin in the archive if they are stored as they are; null if they are compressed. */
  storedAt: number | null;
  /**
   * Compares the checksum of bytes that are stored as they are, which may be read at any place; null if they are compressed, and
   * so read from front to back.
   */
  check: (() => Promise<void>) | null;
}

/** Before a member's name in its local header, and where the lengths of the name and of what follows it are. */
const LOCAL_HEADER_BYTES = 30, NAME_LENGTH_AT = 26, EXTRA_LENGTH_AT = 28;
const STORED = 0, DEFLATED = 8;
/** The most that deflate can shrink anything; a little is left over. */
const MOST_EXPANSION = 1040;
/** More members are refused before they are listed. */
const MOST_MEMBERS = 100_000;

/** Whether bytes begin as zip archives do, empty ones too. */
export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b &&
    (start[2] === 3 && start[3] === 4 || start[2] === 5 && start[3] === 6);
}

/**
 * The files of an archive, in its order.
 *
 * @throws {UserError} The archive is damaged, encrypted, compressed in another way than with deflate, or has two files of one
 * name.
 */
export async function openZip(source: ByteSource): Promise<ZipMember[]> {
  const { Reader, ZipReader } = await loadZip();
  class SourceReader extends Reader<ByteSource> {
    override size = source.size;
    override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
      const from = Math.min(Math.max(0, index), source.size);
      return await source.read(from, Math.min(source.size, from + length));
    }
  }
  const members: ZipMember[] = [], paths = new Set<string>();
  const reader = new ZipReader(new SourceReader(source));
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory) continue;
      if (members.length === MOST_MEMBERS) throw refusal(source, `it has more than ${MOST_MEMBERS} files`, "fewer");
      const {
        filename: path,
        compressionMethod,
        compressedSize,
        uncompressedSize: size,
        encrypted,
        offset,
        crc32: crc,
      } = entry;
      const name = `${source.name}/${path}`;
      if (paths.has(path)) throw refusal(source, `it has two files called ${quoted(path)}`, "one of each name");
      paths.add(path);
      if (encrypted || crc === undefined) {
        throw refusal(source, `${printablePath(path)} is encrypted`, "an archive without a password");
      }
      if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
        throw refusal(
          source,
          `${printablePath(path)} is compressed with method ${compressionMethod}`,
          "deflate or none",
        );
      }
      if (compressionMethod === DEFLATED ? size > MOST_EXPANSION * (compressedSize + 1) : size !== compressedSize) {
        throw refusal(
          source,
          `${printablePath(path)} is said to hold ${size} bytes in ${compressedSize}`,
          "what it can hold",
        );
      }
      const storedAt = await dataStart(source, { offset, path, size: compressedSize });
      if (compressionMethod === STORED) {
        const stored = new CheckedSource(partOfSource(source, { name, from: storedAt, to: storedAt + size }), crc);
        members.push({ path, storedAt, source: stored, check: () => stored.check() });
        continue;
      }
      const packed = { source, name, from: storedAt, to: storedAt + compressedSize, size, crc };
      const unpacked = new ForwardSource({ name, size, open: () => inflated(packed) });
      members.push({ path, storedAt: null, source: unpacked, check: null });
    }
  } catch (cause) {
    throw cause instanceof UserError ? cause : refusal(source, damage(cause), "a whole zip archive");
  }
  return members;
}

/** Where a member's bytes begin: behind its local header, whose length differs from that in the directory. */
async function dataStart(
  source: ByteSource,
  { offset, path, size }: { offset: number; path: string; size: number },
): Promise<number> {
  if (offset + LOCAL_HEADER_BYTES > source.size) {
    throw refusal(source, "its directory leads beyond its end", "a whole zip archive");
  }
  const header = await source.read(offset, offset + LOCAL_HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset);
  const start = offset + LOCAL_HEADER_BYTES + view.getUint16(NAME_LENGTH_AT, true) +
    view.getUint16(EXTRA_LENGTH_AT, true);
  if (!isZip(header) || start + size > source.size) {
    throw refusal(source, `${printablePath(path)} is not where its directory says`, "a whole zip archive");
  }
  return start;
}

/** A member that is compressed with deflate. */
interface PackedMember {
  source: ByteSource;
  name: string;
  /** Where its bytes are in the archive. */
  from: number;
  to: number;
  /** How many bytes are in it. */
  size: number;
  /** Checksum of what is in it. */
  crc: number;
}

/**
 * The bytes of a compressed member, in pieces. Not with zip.js, which waits for ever for the rest of a stream that is cut
 * off. The last piece is given when the checksum has been compared: who has all bytes asks for no further piece.
 */
async function* inflated({ source, name, from, to, size, crc }: PackedMember): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const sum = new Crc32();
  let length = 0, last: Uint8Array<ArrayBuffer> | null = null;
  try {
    const packed = streamOf(sourcePieces(source, { from, to }));
    for await (const piece of piecesOf(packed.pipeThrough(new DecompressionStream("deflate-raw")))) {
      if (piece.length === 0) continue;
      length += piece.length;
      if (length > size) throw new Error(`it holds more than ${size} bytes`);
      sum.add(piece);
      if (last !== null) yield last;
      last = piece;
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`Cannot read ${printablePath(name)}: ${damage(cause)}, expected a whole zip archive`, {
      cause,
    });
  }
  if (sum.value !== crc) throw checksumDiffers(name);
  if (last !== null) yield last;
}

function damage(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message.replace(/\s+/g, " ").slice(0, 100) : String(cause);
  return `the archive is damaged or cut off (${reason})`;
}

function refusal(source: ByteSource, now: string, wanted: string): UserError {
  return new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected ${wanted}`);
}
