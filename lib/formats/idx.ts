/**
 * The header of the IDX format: a magic number that states type and rank, then the lengths of the dimensions,
 * big-endian.
 *
 *     00 00 | type | rank | u32 length of each dimension | values, row-major, big-endian
 *
 * Reads headers alone; whoever needs the values knows from them where they begin and how many bytes they have. Source:
 * Y. LeCun, C. Cortes and C. Burges, "The MNIST database", section "The IDX file format". PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";

/** The types of values an IDX file can hold. */
export type IdxType = "u8" | "i8" | "i16" | "i32" | "f32" | "f64";

/** What the header of an IDX file states. */
export interface IdxHeader {
  type: IdxType;
  /** Length of each dimension, the outermost first: `[count, height, width]` for images, `[count]` for labels. */
  shape: number[];
  /** Bytes before the values. */
  headerBytes: number;
  /** Bytes of the values; beyond 2^53 not exact. */
  valueBytes: number;
}

const TYPES: Record<number, { type: IdxType; bytes: number }> = {
  0x08: { type: "u8", bytes: 1 },
  0x09: { type: "i8", bytes: 1 },
  0x0b: { type: "i16", bytes: 2 },
  0x0c: { type: "i32", bytes: 4 },
  0x0d: { type: "f32", bytes: 4 },
  0x0e: { type: "f64", bytes: 8 },
};

/** What people have saved under an IDX file's name, by its first bytes. */
const OTHER_FORMATS: { begins: (text: string) => boolean; is: string }[] = [
  {
    begins: (text) => /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|\?xml)/i.test(text),
    is: "an HTML page, perhaps the answer of a site that wanted a login",
  },
  { begins: (text) => text.startsWith("PK"), is: "a zip archive, which has to be unpacked first" },
  { begins: (text) => text.startsWith("\x93NUMPY"), is: "a NumPy file" },
  { begins: (text) => text.startsWith("\x89PNG"), is: "a PNG image" },
  { begins: (text) => text.startsWith("\x1f\x8b"), is: "gzipped twice" },
  {
    begins: (text) => text.startsWith("version https://git-lfs"),
    is: "a pointer of Git LFS, whose content has to be fetched first",
  },
];

/**
 * Parses the header of an IDX file.
 *
 * @param start The file's first bytes, uncompressed: 1,024 are always enough, fewer only if the file has no more.
 * @param name What the file is called in an error.
 * @throws {UserError} The file has another format, or ends within its header.
 *
 * @example
 * ```ts
 * import { parseIdxHeader } from "./idx.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseIdxHeader(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9), "labels"), {
 *   type: "u8",
 *   shape: [3],
 *   headerBytes: 8,
 *   valueBytes: 3,
 * });
 * ```
 */
export function parseIdxHeader(start: Uint8Array, name: string): IdxHeader {
  const refuse = (now: string, wanted: string) =>
    new UserError(`Cannot read ${printablePath(name)}: ${now}, expected ${wanted}`);
  const text = Array.from(start.subarray(0, 64), (byte) => String.fromCharCode(byte)).join("");
  const other = OTHER_FORMATS.find(({ begins }) => begins(text));
  if (other) throw refuse(`it is ${other.is}`, "an IDX file");
  const [zero0, zero1, code, rank] = start;
  if (start.length < 4) throw refuse(`it has ${start.length} bytes`, "an IDX header");
  if (zero0 !== 0 || zero1 !== 0) throw refuse(`it begins with ${hex(start.subarray(0, 4))}`, "00 00, as IDX files do");
  const value = TYPES[code];
  if (!value) throw refuse(`its type of values is ${hex([code])}`, "one of 08, 09, 0b, 0c, 0d and 0e");
  const headerBytes = 4 + 4 * rank;
  if (start.length < headerBytes) throw refuse(`it has ${start.length} bytes`, `an IDX header of ${headerBytes}`);
  const view = new DataView(start.buffer, start.byteOffset);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const valueBytes = shape.reduce((product, length) => product * length, value.bytes);
  return { type: value.type, shape, headerBytes, valueBytes };
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
