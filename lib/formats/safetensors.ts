/**
 * The safetensors file format: named arrays and a string-to-string metadata table in one buffer.
 *
 * Does not know what the arrays mean. All types of numbers are read, as float32 in memory; float32 and float16 are
 * written. On the little-endian machines every JavaScript engine runs on; `safetensors_header.ts` has the layout. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { decodeNumbers } from "./decode_numbers.ts";
import { toFloat16 } from "./float16.ts";
import { joinedBytes } from "./joined_bytes.ts";
import { bytesOf } from "./number_types.ts";
import { METADATA, safetensorsHeader, sizeOf, type TensorEntry } from "./safetensors_header.ts";

/** One named array. */
export interface NamedTensor {
  /** Whole numbers of at least 0; none for a single value. */
  shape: number[];
  /** Row-major, as many values as the shape says. */
  values: Float32Array;
}

/** What a file holds. */
export interface SafetensorsContent {
  tensors: Record<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** The types of numbers that are written, with their bytes. */
const VALUE_BYTES = { F32: 4, F16: 2 };

/** See {@linkcode VALUE_BYTES}. */
export type DataType = keyof typeof VALUE_BYTES;

/**
 * The bytes of a safetensors file; the same content gives the same bytes.
 *
 * @param options.dtype As which numbers the values are stored: F16 rounds them to the nearest, in half the bytes.
 * @throws {TypeError} An array's length is not its shape's product, or its name is the metadata's.
 */
export function encodeSafetensors(
  content: SafetensorsContent,
  { dtype = "F32" }: { dtype?: DataType } = {},
): Uint8Array<ArrayBuffer> {
  return joinedBytes(safetensorsChunks(content, { dtype }));
}

/**
 * The bytes of a safetensors file in pieces: the header, then each array's own memory, not copied if it is stored as F32.
 *
 * @throws {TypeError} An array's length is not its shape's product, or its name is the metadata's.
 */
export function safetensorsChunks(
  { tensors, metadata }: SafetensorsContent,
  { dtype = "F32" }: { dtype?: DataType } = {},
): Uint8Array[] {
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const size = sizeOf(shape);
    if (values.length === size) continue;
    const wanted = size ?? "whole numbers";
    throw new TypeError(`Cannot encode ${name}: length is ${values.length}, expected ${wanted} for shape [${shape}]`);
  }
  const data = Object.values(tensors).map(({ values }) => {
    const { buffer, byteOffset, byteLength } = dtype === "F16" ? toFloat16(values) : values;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [safetensorsStart({ tensors, metadata }, { dtype }), ...data];
}

/**
 * What stands before the arrays of a file, which follow in this order, for arrays that are written piece by piece.
 *
 * @throws {TypeError} A shape is not of whole numbers, or a name is the metadata's.
 */
export function safetensorsStart(
  { tensors, metadata }: { tensors: Record<string, Pick<NamedTensor, "shape">>; metadata: Record<string, string> },
  { dtype = "F32" }: { dtype?: DataType } = {},
): Uint8Array<ArrayBuffer> {
  const header: [string, object][] = [[METADATA, metadata]];
  let end = 0;
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (name === METADATA) throw new TypeError(`Cannot encode ${name}: it is the metadata's name, expected another`);
    const size = sizeOf(shape);
    if (size === null) throw new TypeError(`Cannot encode ${name}: its shape is [${shape}], expected whole numbers`);
    header.push([name, { dtype, shape, data_offsets: [end, end += VALUE_BYTES[dtype] * size] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20, 8);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(json, 8);
  return start;
}

/**
 * Reads a safetensors file: exactly the format, so that every byte of the data belongs to one array and every name is
 * there once.
 *
 * @param options.sharesMemory Whether arrays are views of `file`'s memory instead of copies, which saves as much memory
 * as the file has. Only a float32 array that begins at a multiple of 4 bytes in memory can be a view; the others are copied.
 * @throws {SyntaxError} The bytes are not a whole safetensors file.
 * @throws {UserError} A whole number of 64 bits is beyond 2^53.
 */
export function decodeSafetensors(file: Uint8Array, { sharesMemory = false } = {}): SafetensorsContent {
  const { tensors, metadata } = safetensorsHeader(file);
  const read = ({ type, from, to }: TensorEntry) => {
    const isShared = sharesMemory && type === "f32" && (file.byteOffset + from) % bytesOf(type) === 0;
    const bytes = isShared ? file.subarray(from, to) : file.slice(from, to);
    return decodeNumbers(bytes as Uint8Array<ArrayBuffer>, { type, isBigEndian: false, name: "safetensors" });
  };
  const decoded = tensors.map((entry) => [entry.name, { shape: entry.shape, values: read(entry) }]);
  return { tensors: Object.fromEntries(decoded), metadata };
}
