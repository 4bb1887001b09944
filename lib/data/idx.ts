/**
 * Reads the IDX format: a magic number, the lengths of the dimensions, then the values, big-endian, gzipped or plain.
 *
 * Bytes (u8) only, as all of MNIST's kin use. Opens no files and knows no data set. Source: Y. LeCun, C. Cortes and
 * C. Burges, "The MNIST database", section "The IDX file format".
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { UserError } from "../errors.ts";

/** An array of bytes as an IDX file holds it. */
export interface IdxArray {
  /** Length of each dimension, the outermost first: `[count, height, width]` for images, `[count]` for labels. */
  shape: number[];
  /** The values, row-major, `[product of shape]`. A view of the file's bytes, not a copy. */
  data: Uint8Array<ArrayBuffer>;
}

const TYPE_U8 = 0x08;

/**
 * Uncompresses gzipped bytes; returns plain ones (those that do not begin with 1f 8b) as they are.
 *
 * @param name What the bytes are called in an error.
 * @throws {UserError} The gzip stream is corrupt or cut off.
 */
export function gunzip(bytes: Uint8Array<ArrayBuffer>, name: string): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    // Half the time of a DecompressionStream. Its types do not know `info`, which tells how much it took.
    const { buffer, engine } = gunzipSync(bytes, { info: true, chunkSize: wholeSize(bytes) }) as unknown as {
      buffer: Uint8Array<ArrayBuffer>;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== bytes.length) throw new Error(`only ${engine.bytesWritten} bytes are gzip's`);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (cause) {
    const now = "its gzip stream is corrupt or cut off";
    throw new UserError(`Cannot uncompress ${name}: ${now}, expected a whole gzip file`, { cause });
  }
}

/** How large gzipped bytes are when uncompressed, as their last four say; in one piece they take half the memory. */
function wholeSize(bytes: Uint8Array<ArrayBuffer>): number {
  const stated = bytes.length >= 18
    ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true)
    : 0;
  const possible = 1032 * bytes.length; // the most that deflate can shrink anything: beyond it the four bytes are wrong
  return Math.max(64, Math.min(stated, possible) + 1);
}

/**
 * Parses a whole IDX file of bytes, gzipped or plain.
 *
 * @param options.name What the file is called in an error.
 * @param options.dimensions How many dimensions it must have: 3 for images, 1 for labels.
 * @throws {UserError} Another format, value type or number of dimensions; no items; fewer or more bytes than its header
 * says; corrupt gzip.
 */
export function parseIdx(
  bytes: Uint8Array<ArrayBuffer>,
  options: { name: string; dimensions: number },
): IdxArray {
  const { name, dimensions } = options;
  const plain = gunzip(bytes, name);
  const refuse = (now: string, wanted: string) => new UserError(`Cannot read ${name}: ${now}, expected ${wanted}`);

  const headerBytes = 4 + 4 * dimensions;
  if (plain.length < 4) throw refuse(`it has ${plain.length} bytes`, `an IDX header of ${headerBytes}`);
  const [zero0, zero1, type, rank] = plain;
  if (zero0 !== 0 || zero1 !== 0) {
    throw refuse(`it begins with ${hex(plain.subarray(0, 4))}`, `the IDX magic ${hex([0, 0, TYPE_U8, dimensions])}`);
  }
  if (type !== TYPE_U8) throw refuse(`its values are of IDX type 0x${hex([type])}`, `0x${hex([TYPE_U8])} (bytes)`);
  if (rank !== dimensions) throw refuse(`it has ${rank} dimension${rank === 1 ? "" : "s"}`, `${dimensions}`);
  if (plain.length < headerBytes) throw refuse(`it has ${plain.length} bytes`, `an IDX header of ${headerBytes}`);

  const view = new DataView(plain.buffer, plain.byteOffset);
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  const valueBytes = shape.reduce((product, length) => product * length, 1);
  if (valueBytes === 0) throw refuse(`its shape is ${shape.join("×")}`, "at least one item");
  if (plain.length !== headerBytes + valueBytes) {
    throw refuse(
      `it has ${plain.length} bytes${plain.length < headerBytes + valueBytes ? " (cut off)" : " (too many)"}`,
      `${headerBytes + valueBytes} for its shape ${shape.join("×")}`,
    );
  }
  return { shape, data: plain.subarray(headerBytes) };
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
